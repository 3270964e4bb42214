"""A run that stops anywhere and is fed the same again from the start ends as one that did not."""

import random
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from streams.events import Marker
from streams.store.protocol import Outgoing
from streams.store.sqlite import SqliteStore
from tests.streams.pipeline import (
    Item,
    answers,
    charges,
    check_release_ledger,
    digest,
    events,
    links,
    outcomes,
    run_embedded,
    world,
)

POINTS = ("before-commit", "after-commit", "after-flush")
STRIDE = {"before-commit": 2, "after-commit": 2, "after-flush": 7}
ITEMS = world(40)


class Stop(Exception):
    """The process ends here."""


class Stopping:
    """A probe that stops the run when it reaches a point for the n-th time."""

    def __init__(self, point: str, nth: int) -> None:
        self._point, self._left = point, nth
        self.task: str | None = None

    def __call__(self, point: str, task: str) -> None:
        self._left -= point == self._point
        if self._left == 0 and self.task is None:
            self.task = task
            raise Stop


def stop(folder: Path, items: list[Item], probe: Stopping, said: list[Outgoing]) -> None:
    """Run until the probe stops it; a run that was nearly over may end before."""
    with suppress(Stop):
        run_embedded(folder, items, 2, probe, said=said)


def check(folder: Path, whole: Path, items: list[Item]) -> None:
    store, wanted = SqliteStore(folder), SqliteStore(whole)
    assert digest(store) == digest(wanted)
    assert outcomes(store) == outcomes(wanted)
    assert sum(outcomes(store).values()) == events(items)
    assert charges(store) == charges(wanted)
    check_release_ledger(store)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Counter[str], list[Outgoing]]:
    """A run that nothing stopped: its cells, how often it came to each point, what it said."""
    folder, reached, said = tmp_path_factory.mktemp("whole"), Counter[str](), list[Outgoing]()
    run_embedded(folder, ITEMS, 2, lambda point, _: reached.update([point]), said=said)
    return folder, reached, said


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("seed", range(3))
def test_a_run_that_stops_at_random_steps_ends_as_one_that_did_not(
    tmp_path: Path, whole: tuple[Path, Counter[str], list[Outgoing]], point: str, seed: int
) -> None:
    folder, reached, wanted = whole
    draw, said = random.Random(f"{point}{seed}"), list[Outgoing]()
    first = Stopping(point, draw.randint(1, reached[point]))
    stop(tmp_path, ITEMS, first, said)
    assert first.task is not None
    stop(tmp_path, ITEMS, Stopping(draw.choice(POINTS), draw.randint(1, 40)), said)
    run_embedded(tmp_path, ITEMS, 2, said=said)
    check(tmp_path, folder, ITEMS)
    assert links(o.value for o in said if o.topic == "links") == links(
        o.value for o in wanted if o.topic == "links"
    )
    published = {o.value for o in said if o.topic == "releases"}
    assert len(published) == len(answers(SqliteStore(folder)))


@pytest.mark.prove
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("chunk", [7, 4096])
def test_a_run_that_stops_anywhere_ends_as_one_that_did_not(
    tmp_path: Path, point: str, chunk: int
) -> None:
    items = world(15)
    items = items[: 1 + items.index(Marker(marker=6))]
    reached: Counter[str] = Counter()
    run_embedded(tmp_path / "whole", items, 2, lambda p, _: reached.update([p]), chunk)
    for nth in range(1, reached[point] + 1, STRIDE[point]):
        folder = tmp_path / str(nth)
        with pytest.raises(Stop):
            run_embedded(folder, items, 2, Stopping(point, nth), chunk)
        run_embedded(folder, items, 2, chunk=chunk)
        check(folder, tmp_path / "whole", items)


@pytest.mark.parametrize("chunk", [1, 50])
def test_how_much_is_fed_at_a_time_changes_nothing(
    tmp_path: Path, whole: tuple[Path, Counter[str], list[Outgoing]], chunk: int
) -> None:
    run_embedded(tmp_path, ITEMS, 2, chunk=chunk)
    check(tmp_path, whole[0], ITEMS)
