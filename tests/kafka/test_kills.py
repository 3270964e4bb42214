"""Workers that are killed at every point of a step: nothing is lost, nothing is counted twice.

Where each kill landed is read from the proof that the dying process wrote.
"""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from streams.kafka.feed import Feed
from streams.kafka.local_broker import LocalBroker
from streams.kafka.topics import Names, ensure
from streams.store.protocol import Outgoing
from streams.store.sqlite import SqliteStore
from tests.kafka.crew import Crew, Reading
from tests.kafka.killable_worker import SESSION_SECONDS
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
from tests.streams.stages.town import CODEC, plan

PARTITIONS = 2
LAST = 26
POINTS = ("before-commit", "after-commit", "after-flush")

Start = Callable[[Sequence[Item], Sequence[tuple[str, int]]], Crew]


@pytest.fixture
def start(broker: str, prefix: str, tmp_path: Path, request: pytest.FixtureRequest) -> Start:
    """Start two workers with kills before them on a world that is already fed."""

    def starting(items: Sequence[Item], kills: Sequence[tuple[str, int]]) -> Crew:
        layout = plan(PARTITIONS).layout
        ensure(layout, broker, prefix)
        Feed(CODEC, layout, broker, Names(prefix)).run(items)
        crew = Crew(broker, prefix, tmp_path, PARTITIONS, kills)
        request.addfinalizer(crew.stop)
        crew.start(2)
        return crew

    return starting


def test_a_run_with_kills_at_every_point_ends_as_one_without(
    start: Start, prefix: str, read: Reading, tmp_path: Path
) -> None:
    items = world(60)
    plan_of_kills = [*zip(POINTS, (25, 20, 12), strict=True), *zip(POINTS, (9, 7, 4), strict=True)]
    crew = start(items, plan_of_kills)
    crew.wait(read, LAST, 120)
    assert Counter(proof.point for proof in crew.proofs) == dict.fromkeys(POINTS, 2)
    assert crew.ends == [-signal.SIGKILL] * 6
    assert_as_one_without(crew, items, prefix, read, tmp_path)


@pytest.mark.prove
@pytest.mark.parametrize("seed", [1, 2])
def test_many_kills_with_seeds(
    start: Start, prefix: str, read: Reading, tmp_path: Path, seed: int
) -> None:
    draw, items = random.Random(seed), world(400, seed=seed)
    kills = [(draw.choice(POINTS), draw.randint(1, 18)) for _ in range(24)]
    crew = start(items, kills)
    crew.wait(read, LAST, 600)
    assert len(crew.proofs) >= 20
    assert {proof.point for proof in crew.proofs} == set(POINTS)
    assert len({proof.task.split("/")[0] for proof in crew.proofs}) > 1
    assert_as_one_without(crew, items, prefix, read, tmp_path)


@pytest.mark.prove
def test_a_worker_that_was_taken_for_dead_writes_no_more(
    start: Start, prefix: str, read: Reading, tmp_path: Path
) -> None:
    items = world(2000, seed=3)
    crew = start(items, ())
    _wait_for_progress(crew, read, prefix)
    sleeper, _ = crew.workers[0]
    sleeper.send_signal(signal.SIGSTOP)
    # Past the session timeout the other worker has everything, and finishes it all.
    crew.wait(read, LAST, 120)
    sleeper.send_signal(signal.SIGCONT)
    time.sleep(SESSION_SECONDS)
    assert_as_one_without(crew, items, prefix, read, tmp_path)


@pytest.mark.prove
def test_workers_may_come_and_go(start: Start, prefix: str, read: Reading, tmp_path: Path) -> None:
    items = world(6000, seed=5)
    crew = start(items, ())
    _wait_for_progress(crew, read, prefix)
    crew.start_slot(2)
    _wait_for_progress(crew, read, prefix, blocks=8)
    leaver, _ = crew.workers.pop(0)
    leaver.terminate()
    assert leaver.wait(30) == 0
    crew.wait(read, LAST, 300)
    assert_as_one_without(crew, items, prefix, read, tmp_path)


@pytest.mark.prove
def test_a_broker_that_restarts_costs_nothing(
    start: Start, prefix: str, read: Reading, tmp_path: Path, local_broker: LocalBroker
) -> None:
    items = world(2000, seed=4)
    crew = start(items, ())
    _wait_for_progress(crew, read, prefix)
    local_broker.stop()
    time.sleep(3)
    local_broker.start()
    crew.wait(read, LAST, 300)
    assert_as_one_without(crew, items, prefix, read, tmp_path)


def assert_as_one_without(
    crew: Crew, items: Sequence[Item], prefix: str, read: Reading, tmp_path: Path
) -> None:
    said: list[Outgoing] = []
    folder = tmp_path / "embedded"
    wanted = run_embedded(folder, items, PARTITIONS, said=said)
    oracle = SqliteStore(folder)
    assert digest(crew.store) == wanted
    assert outcomes(crew.store) == outcomes(oracle)
    assert sum(outcomes(crew.store).values()) == events(items)
    made = charges(crew.store)
    assert made == charges(oracle) and set(made.values()) == {1}
    check_release_ledger(crew.store)
    linked = [value for messages in read(f"{prefix}links").values() for _, value in messages]
    assert links(linked) == links(out.value for out in said if out.topic == "links")
    assert_published_as_stored(crew, read(f"{prefix}releases"))


def assert_published_as_stored(
    crew: Crew, published: dict[int, list[tuple[bytes | None, bytes]]]
) -> None:
    """A repeated flush says the same answer again, never one with other noise."""
    said: dict[str, set[bytes]] = {}
    for messages in published.values():
        for key, value in messages:
            said.setdefault((key or b"").decode(), set()).add(value)
    assert {len(values) for values in said.values()} == {1}
    assert {key: min(values) for key, values in said.items()} == answers(crew.store)


def _wait_for_progress(crew: Crew, read: Reading, prefix: str, blocks: int = 3) -> None:
    deadline = time.monotonic() + 60
    while sum(map(len, read(f"{prefix}risk").values())) < blocks:
        assert time.monotonic() < deadline, crew.log()
        time.sleep(0.1)
