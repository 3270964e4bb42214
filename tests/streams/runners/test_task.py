"""A task: markers align, repeats fall away, nothing is let go before it is committed."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.messages import Frame
from streams.runners.task import Inbound, LostInput, Probe, Routes, Task, ignore, inbound_frame
from streams.stage import Batch, Change, Step, Table
from streams.store.protocol import Fenced, Outgoing
from streams.store.sqlite import SqliteStore

NOTHING = np.empty(0, np.uint64)
TASK = "tell/words/0"
ORIGINS = ("a", "b", "c")


class Tell:
    """Remembers every word with the block it came in, and says it on to two partitions."""

    tables = (Table("heard", int, tuple[int, bytes]), Table("totals", str, int))

    def __init__(self) -> None:
        self.applied_so_far: list[Change] = []

    def step(self, tables: Mapping[str, Mapping[Any, Any]], batch: Batch) -> Step:
        if batch.close is not None:
            said = b"closed %d%s" % (batch.close, b" last" if batch.last else b"")
            changes = [("totals", "block", batch.close)]
            return Step(changes, [Outgoing("next", 0, None, said)])
        first, block = len(tables["heard"]), tables["totals"].get("block", -2)
        heard = [("heard", first + i, (block, body)) for i, body in enumerate(batch.messages)]
        return Step(heard, [Outgoing("next", i % 2, None, c[2][1]) for i, c in enumerate(heard)])

    def applied(self, changes: Iterable[Change]) -> None:
        self.applied_so_far += changes


def opened(store: SqliteStore, probe: Probe = ignore, upstream: Iterable[str] = ORIGINS) -> Task:
    routes = Routes({"next": 2})
    return Task(TASK, Tell(), store.open(TASK), frozenset(upstream), routes, probe)


def words(origin: str, first: int, *bodies: bytes) -> list[Inbound]:
    return [
        Inbound(origin, first + i, b, None, False, (origin, first + i))
        for i, b in enumerate(bodies)
    ]


def marker(origin: str, n: int, block: int, last: bool = False) -> Inbound:
    return Inbound(origin, n, b"", block, last, (origin, n))


def settle(task: Task) -> None:
    while task.advance() is not None:
        task.close(NOTHING)


def heard(task: Task) -> list[tuple[int, bytes]]:
    return [value for _, value in sorted(task.tables["heard"].items())]


def said(task: Task) -> list[Frame]:
    return [msgspec.msgpack.decode(out.value, type=Frame) for out in task.outbox()[0]]


def test_a_block_closes_when_all_origins_have_sent_its_marker(tmp_path: Path) -> None:
    task = opened(SqliteStore(tmp_path))
    task.offer([*words("a", 0, b"one"), marker("a", 1, -1), *words("a", 2, b"later")])
    task.offer(words("b", 0, b"two"))
    assert task.advance() is None
    assert heard(task) == [(-2, b"one"), (-2, b"two")]
    task.offer([marker("b", 1, -1), *words("c", 0, b"three")])
    assert task.advance() is None
    assert heard(task)[2:] == [(-2, b"three")]
    assert task.backlog == 1
    task.offer([marker("c", 1, -1)])
    assert task.advance() == -1
    task.close(NOTHING)
    assert task.advance() is None
    assert heard(task)[3:] == [(-1, b"later")]
    assert (task.block, task.backlog) == (-1, 0)


def test_the_last_block_is_last_when_all_say_so(tmp_path: Path) -> None:
    task = opened(SqliteStore(tmp_path), upstream="ab")
    task.offer([marker("a", 0, -1, last=True), marker("b", 0, -1)])
    settle(task)
    task.offer([marker("a", 1, 0, last=True), marker("b", 1, 0, last=True)])
    settle(task)
    bodies = [frame.body for frame in said(task) if frame.marker is None]
    assert bodies == [b"closed -1", b"closed 0 last"]
    assert [f.last for f in said(task) if f.marker is not None] == [False, False, True, True]


def test_repeats_are_dropped_and_their_tokens_are_done(tmp_path: Path) -> None:
    task = opened(SqliteStore(tmp_path))
    task.offer(words("a", 0, b"one", b"two"))
    task.offer(words("a", 0, b"one", b"two", b"three"))
    settle(task)
    task.offer(words("a", 1, b"two"))
    settle(task)
    assert [body for _, body in heard(task)] == [b"one", b"two", b"three"]
    assert sorted(task.done()) == [("a", 0), ("a", 0), ("a", 1), ("a", 1), ("a", 1), ("a", 2)]
    assert task.done() == []


def test_nothing_is_done_before_it_is_committed(tmp_path: Path) -> None:
    task = opened(SqliteStore(tmp_path))
    task.offer([*words("a", 0, b"one"), marker("a", 1, -1), *words("a", 2, b"held")])
    assert task.done() == []
    settle(task)
    assert task.done() == [("a", 0)]
    task.offer([marker("b", 0, -1), marker("c", 0, -1)])
    settle(task)
    assert sorted(task.done()) == [("a", 1), ("a", 2), ("b", 0), ("c", 0)]


@pytest.mark.parametrize("stray", [-2, 0, 7])
def test_a_marker_out_of_turn_closes_nothing(tmp_path: Path, stray: int) -> None:
    task = opened(SqliteStore(tmp_path), upstream="a")
    task.offer([marker("a", 0, stray), *words("a", 1, b"one"), marker("a", 2, -1)])
    settle(task)
    assert task.block == -1
    assert heard(task) == [(-2, b""), (-2, b"one")]


def test_a_gap_stops_the_task_and_says_what_is_missing(tmp_path: Path) -> None:
    task = opened(SqliteStore(tmp_path))
    task.offer(words("a", 0, b"one"))
    with pytest.raises(LostInput, match="goes on at 2, but 1 comes next"):
        task.offer(words("a", 2, b"three"))


class Crash(Exception):
    """The process ends here."""


def crashing(point: str) -> Probe:
    def probe(where: str, task: str) -> None:
        if where == point:
            raise Crash

    return probe


def test_a_crash_before_commit_leaves_nothing_behind(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    task = opened(store, crashing("before-commit"))
    task.offer(words("a", 0, b"one"))
    with pytest.raises(Crash):
        task.advance()
    assert task.tables == {"heard": {}, "totals": {}}
    assert task.done() == [] and task.outbox()[0] == []
    again = opened(store)
    assert heard(again) == [] and again.outbox()[0] == []
    again.offer(words("a", 0, b"one"))
    settle(again)
    assert heard(again) == [(-2, b"one")]


def test_a_crash_after_commit_sends_the_same_again_and_receivers_drop_the_repeat(
    tmp_path: Path,
) -> None:
    store = SqliteStore(tmp_path)
    task = opened(store, crashing("after-commit"))
    task.offer(words("a", 0, b"one", b"two"))
    with pytest.raises(Crash):
        task.advance()
    again = opened(store)
    assert heard(again) == [(-2, b"one"), (-2, b"two")]
    first, _ = again.outbox()
    third = opened(store)  # nothing was flushed, so it is all said once more
    second, number = third.outbox()
    assert first == second
    assert [(frame.origin, frame.n, frame.body) for frame in said(third)] == [
        (TASK, 0, b"one"),
        (TASK, 0, b"two"),
    ]
    third.flushed(number)
    third.offer(words("a", 0, b"one", b"two"))
    settle(third)
    assert sorted(third.done()) == [("a", 0), ("a", 1)]
    assert third.outbox()[0] == []
    receiver = Task("r", Tell(), store.open("r"), frozenset({TASK}), Routes({}))
    for out in [*first, *second]:
        if out.partition == 0:
            receiver.offer([inbound_frame(out.value, None)])
            settle(receiver)
    assert [body for _, body in heard(receiver)] == [b"one"]


def test_frames_are_numbered_per_partition_and_go_on_after_a_restart(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    task = opened(store, upstream="a")
    task.offer([*words("a", 0, b"x", b"y", b"z"), marker("a", 3, -1)])
    settle(task)
    frames = said(task)
    task.release()
    again = opened(store, upstream="a")
    assert said(again) == frames
    again.offer([*words("a", 4, b"w"), marker("a", 5, 0)])
    settle(again)
    by_partition: dict[int | None, list[int]] = {}
    for out, frame in zip(again.outbox()[0], said(again), strict=True):
        by_partition.setdefault(out.partition, []).append(frame.n)
    assert by_partition == {0: list(range(7)), 1: list(range(3))}


def test_what_was_flushed_is_forgotten_at_the_next_commit(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    task = opened(store)
    task.offer(words("a", 0, b"one"))
    settle(task)
    task.flushed(task.outbox()[1])
    task.offer(words("a", 1, b"two"))
    settle(task)
    task.release()
    assert [frame.body for frame in said(opened(store))] == [b"two"]


def test_a_zombie_is_fenced_and_changes_nothing(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    zombie = opened(store)
    zombie.offer(words("a", 0, b"one"))
    settle(zombie)
    owner = opened(store)
    zombie.offer(words("a", 1, b"of the zombie"))
    with pytest.raises(Fenced):
        zombie.advance()
    assert len(heard(zombie)) == 1
    owner.offer(words("a", 1, b"two"))
    settle(owner)
    assert heard(opened(store)) == [(-2, b"one"), (-2, b"two")]


@st.composite
def interleavings(draw: st.DrawFn) -> list[list[Inbound]]:
    """What three origins say over three blocks, in any interleaving, with replays of a past."""
    queues = {}
    for origin in ORIGINS:
        said = []
        for block in range(-1, 2):
            for _ in range(draw(st.integers(0, 2))):
                said += words(origin, len(said), b"%s%d/%d" % (origin.encode(), len(said), block))
            said.append(marker(origin, len(said), block, last=block == 1))
        queues[origin] = said
    offered, at = [], dict.fromkeys(ORIGINS, 0)
    while any(at[o] < len(queues[o]) for o in ORIGINS):
        origin = draw(st.sampled_from([o for o in ORIGINS if at[o] < len(queues[o])]))
        take, back = draw(st.integers(1, 3)), draw(st.integers(0, 2))
        offered.append(queues[origin][max(0, at[origin] - back) : at[origin] + take])
        at[origin] += take
    return offered


@given(interleavings(), st.data())
@settings(max_examples=60, deadline=None)
def test_any_interleaving_hears_each_word_once_in_its_block(
    tmp_path_factory: pytest.TempPathFactory, offered: list[list[Inbound]], data: st.DataObject
) -> None:
    """Also when the task is opened again, and then gets everything from the start."""
    store = SqliteStore(tmp_path_factory.mktemp("cells"))
    task = opened(store)
    for number, inputs in enumerate(offered):
        if data.draw(st.integers(0, 9)) == 0:
            task.release()
            task = opened(store)
            task.offer([one for past in offered[:number] for one in past])
        task.offer(inputs)
        settle(task)
    every = {one.body for inputs in offered for one in inputs if one.marker is None}
    assert sorted(body for _, body in heard(task)) == sorted(every)
    # A word of block b is heard after the close of b - 1 and before that of b.
    assert all(block == int(body.rpartition(b"/")[2]) - 1 for block, body in heard(task))
    assert (task.block, task.backlog) == (1, 0)
    task.release()
