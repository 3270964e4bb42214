"""The same laws for every runner: one world, one digest, one set of links, outcomes and charges."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from streams.delivery import Delivery
from streams.store.protocol import Outgoing, Store
from streams.store.sqlite import SqliteStore
from streams.verdicts import is_verdict
from tests.kafka.crew import Reading, prefix_of, ran
from tests.streams.pipeline import (
    Item,
    charges,
    check_release_ledger,
    digest,
    entries,
    events,
    judged,
    links,
    outcomes,
    run_embedded,
    world,
)

PARTITIONS, LAST = 2, 26
ITEMS = judged(world(300))


@dataclass(frozen=True)
class Ran:
    """A run at rest: its cells, and the links and releases it published."""

    store: Store
    links: dict[tuple[str, str, int], tuple[str, int | None]]
    releases: int


Run = Callable[[Sequence[Item], Path], Ran]


def on_embedded(items: Sequence[Item], folder: Path) -> Ran:
    said: list[Outgoing] = []
    run_embedded(folder, items, PARTITIONS, said=said)
    found = links(out.value for out in said if out.topic == "links")
    releases = len({out.key for out in said if out.topic == "releases"})
    return Ran(SqliteStore(folder), found, releases)


@pytest.fixture(params=["embedded", "kafka"])
def run(request: pytest.FixtureRequest) -> Run:
    if request.param == "embedded":
        return on_embedded
    broker, read = (request.getfixturevalue(name) for name in ("broker", "read"))
    return lambda items, folder: on_kafka(items, folder, broker, read)


def on_kafka(items: Sequence[Item], folder: Path, broker: str, read: Reading) -> Ran:
    crew, prefix = ran(items, folder, broker, read, LAST, PARTITIONS), prefix_of(folder)
    topics = {
        name: [message for found in read(prefix + name).values() for message in found]
        for name in ("links", "releases")
    }
    found = links(value for _, value in topics["links"])
    return Ran(crew.store, found, len({key for key, _ in topics["releases"]}))


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One partition, one process."""
    folder, said = tmp_path_factory.mktemp("oracle"), list[Outgoing]()
    run_embedded(folder, ITEMS, 1, said=said)
    releases = len({out.key for out in said if out.topic == "releases"})
    found = links(out.value for out in said if out.topic == "links")
    return Ran(SqliteStore(folder), found, releases)


def test_every_runner_gives_the_same_answers(run: Run, oracle: Ran, tmp_path: Path) -> None:
    ran = run(ITEMS, tmp_path / "cells")
    assert digest(ran.store) == digest(oracle.store)
    assert outcomes(ran.store) == outcomes(oracle.store)
    assert sum(outcomes(ran.store).values()) == events(ITEMS)
    assert ran.links == oracle.links
    made = charges(ran.store)
    assert made == charges(oracle.store)
    assert set(made.values()) == {1} and {granted for *_, granted in made} == {True, False}
    truths = [{e.request: e.truth for e in entries(r.store)} for r in (ran, oracle)]
    assert truths[0] == truths[1]
    assert ran.releases == oracle.releases == len(truths[0]) > 0
    check_release_ledger(ran.store)


def test_every_runner_notices_one_event_that_is_missing(
    run: Run, oracle: Ran, tmp_path: Path
) -> None:
    places = [
        i for i, item in enumerate(ITEMS) if isinstance(item, Delivery) and b'"cdr"' in item.value
    ]
    place = places[len(places) // 2]
    ran = run([*ITEMS[:place], *ITEMS[place + 1 :]], tmp_path / "cells")
    assert digest(ran.store) != digest(oracle.store)
    assert sum(outcomes(ran.store).values()) == events(ITEMS) - 1


def test_verdicts_show_in_the_answers(oracle: Ran, tmp_path: Path) -> None:
    plain = run_embedded(tmp_path, [i for i in ITEMS if not _is_said(i)], 1)
    assert plain != digest(oracle.store)
    assert sum(map(_is_said, ITEMS)) > 30


def _is_said(item: Item) -> bool:
    return isinstance(item, Delivery) and is_verdict(item.value)
