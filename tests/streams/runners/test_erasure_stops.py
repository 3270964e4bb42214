"""An erasure that is stopped anywhere is done when the run is fed the same again from the start."""

import random
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from streams.erasing.holdings import holdings
from streams.erasing.stopped import entry_of
from streams.events import Marker
from streams.store.sqlite import SqliteStore
from tests.streams.pipeline import charges, digest, events, outcomes, run_embedded, world
from tests.streams.runners.test_embedded import POINTS, STRIDE, Stop, Stopping
from tests.streams.stages.town import plan

PERSON, AT = 7, 10
WORLD = world(25)
PLACE = WORLD.index(Marker(marker=AT))
ITEMS = [*WORLD[:PLACE], entry_of(PERSON), *WORLD[PLACE : WORLD.index(Marker(marker=AT + 2)) + 1]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Counter[str]]:
    folder, reached = tmp_path_factory.mktemp("whole"), Counter[str]()
    run_embedded(folder, ITEMS, 2, lambda point, _: reached.update([point]))
    assert outcomes(SqliteStore(folder))["erased"] > 1
    return folder, reached


def check(folder: Path, whole: Path) -> None:
    store, wanted = SqliteStore(folder), SqliteStore(whole)
    assert digest(store) == digest(wanted)
    assert outcomes(store) == outcomes(wanted)
    assert sum(outcomes(store).values()) == events(ITEMS)
    assert charges(store) == charges(wanted)
    assert not holdings(store, plan(1).joins, PERSON).any()


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("seed", range(1))
def test_an_erasure_that_stops_at_random_steps_is_done_in_the_end(
    tmp_path: Path, whole: tuple[Path, Counter[str]], point: str, seed: int
) -> None:
    folder, reached = whole
    draw = random.Random(f"erasure {point}{seed}")
    # Most of the steps that matter are the last ones: the close that erases, and what follows.
    for nth in (draw.randint(2 * reached[point] // 3, reached[point]), draw.randint(1, 30)):
        with suppress(Stop):
            run_embedded(tmp_path, ITEMS, 2, Stopping(point, nth))
    run_embedded(tmp_path, ITEMS, 2)
    check(tmp_path, folder)


@pytest.mark.prove
@pytest.mark.parametrize("point", POINTS)
def test_an_erasure_that_stops_anywhere_is_done_in_the_end(
    tmp_path: Path, whole: tuple[Path, Counter[str]], point: str
) -> None:
    folder, reached = whole
    for nth in range(1, reached[point] + 1, STRIDE[point]):
        with pytest.raises(Stop):
            run_embedded(tmp_path / str(nth), ITEMS, 2, Stopping(point, nth))
        run_embedded(tmp_path / str(nth), ITEMS, 2)
        check(tmp_path / str(nth), folder)
