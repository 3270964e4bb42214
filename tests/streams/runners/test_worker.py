"""A worker's registry moves in lockstep with its tasks, and can go back to any block."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from linkage.decision import Thresholds
from streams.events import Rejected
from streams.messages import RegistryEntry
from streams.runners.registry_log import BlockRegistry, RegistryLog
from streams.runners.task import Inbound, Routes, Task
from streams.runners.worker import Worker
from streams.stage import Batch, Change, Step, Table
from streams.store.sqlite import SqliteStore
from streams.topology import stage_named
from tests.streams.stages.town import MODEL, PEOPLE

IDENTIFY, JOIN = stage_named("identify"), stage_named("join")


def entry(number: int, gone: bool = False) -> bytes:
    record = None if gone else PEOPLE[number]
    return msgspec.json.encode(RegistryEntry(person=number, record=record))


def mark(block: int) -> bytes:
    return b'{"marker":%d,"last":false}' % block


class Look:
    """Notes which registry it saw for each message and at each close."""

    tables = (Table("saw", int, tuple[str, int, int]),)

    def __init__(self, desk: BlockRegistry) -> None:
        self._desk = desk
        self.affected: dict[int, NDArray[np.uint64]] = {}

    def step(self, tables: Mapping[str, Mapping[Any, Any]], batch: Batch) -> Step:
        number, seen = len(tables["saw"]), len(self._desk.registry)
        if batch.close is not None:
            self.affected[batch.close] = batch.affected
            rows = [(f"close {batch.close}", self._desk.block, seen)]
        else:
            rows = [(body.decode(), self._desk.block, seen) for body in batch.messages]
        return Step([("saw", number + i, row) for i, row in enumerate(rows)], [])

    def applied(self, changes: Iterable[Change]) -> None:
        pass


class Office:
    """A worker over a log of `partitions`, with tasks that look things up."""

    def __init__(self, folder: Path, partitions: int = 1) -> None:
        self.log = RegistryLog(partitions)
        self.registry = BlockRegistry(self.log, MODEL, Thresholds())
        self.worker = Worker(self.log, self.registry)
        self._store = SqliteStore(folder)

    def add(self, name: str, stage: Any = IDENTIFY) -> Task:
        cell = self._store.open(name)
        task = Task(name, Look(self.registry), cell, frozenset({name}), Routes({}))
        self.worker.add(task, stage)
        return task


def offer(task: Task, first: int, *inputs: bytes | int) -> None:
    """Bodies, and markers as numbers."""
    task.offer(
        [
            Inbound(task.name, first + i, b"", one, False, None)
            if isinstance(one, int)
            else Inbound(task.name, first + i, one, None, False, None)
            for i, one in enumerate(inputs)
        ]
    )


def saw(task: Task) -> list[tuple[str, int, int]]:
    return [row for _, row in sorted(task.tables["saw"].items())]


def test_the_registry_waits_for_every_task_and_every_partition_of_its_topic(
    tmp_path: Path,
) -> None:
    office = Office(tmp_path, partitions=2)
    fast, slow = office.add("identify/a"), office.add("identify/b")
    office.log.take(0, entry(1))
    office.log.take(0, mark(-1))
    offer(fast, 0, -1, b"first")
    offer(slow, 0, -1)
    office.worker.advance()
    assert office.registry.block == -2  # the other partition of the registry may still say more
    office.log.take(1, entry(2))
    office.log.take(1, mark(-1))
    office.worker.advance()
    assert saw(fast) == [("close -1", -1, 2), ("first", -1, 2)]
    for partition in (0, 1):
        office.log.take(partition, entry(3 + partition))
        office.log.take(partition, mark(0))
    offer(fast, 2, 0, b"second")
    office.worker.advance()
    assert (office.registry.block, fast.block, fast.backlog) == (-1, -1, 1)
    offer(slow, 1, b"late", 0)
    office.worker.advance()
    assert saw(slow) == [("close -1", -1, 2), ("late", -1, 2), ("close 0", 0, 4)]
    assert saw(fast)[2:] == [("close 0", 0, 4), ("second", 0, 4)]


def test_tasks_that_look_nothing_up_do_not_wait_for_the_registry(tmp_path: Path) -> None:
    office = Office(tmp_path)
    looking, other = office.add("identify/a"), office.add("join/a", JOIN)
    offer(looking, 0, -1)
    offer(other, 0, b"x", -1, 0, 1)
    office.worker.advance()
    assert (looking.block, other.block) == (-2, 1)


def test_a_task_that_is_behind_takes_the_registry_back_and_the_rest_wait(tmp_path: Path) -> None:
    office = Office(tmp_path)
    for block in range(-1, 3):
        office.log.take(0, entry(block + 2))
        office.log.take(0, mark(block))
    ahead = office.add("identify/a")
    offer(ahead, 0, -1, 0, 1, b"at one")
    office.worker.advance()
    assert (ahead.block, office.registry.block) == (1, 1)
    behind = office.add("identify/b")
    assert office.registry.block == -2
    offer(ahead, 4, b"meanwhile", 2)
    office.worker.advance()
    assert saw(ahead)[-1] == ("at one", 1, 3)  # it is not shown an older registry
    offer(behind, 0, -1, b"at minus one", 0, b"at nought", 1, 2)
    office.worker.advance()
    assert [row for row in saw(behind) if row[0].startswith("at")] == [
        ("at minus one", -1, 1),
        ("at nought", 0, 2),
    ]
    assert saw(ahead)[-2:] == [("meanwhile", 1, 3), ("close 2", 2, 4)]
    assert (ahead.block, behind.block, office.registry.block) == (2, 2, 2)


def test_a_worker_that_starts_late_gives_its_tasks_the_registry_of_their_block(
    tmp_path: Path,
) -> None:
    first = Office(tmp_path)
    for block in range(-1, 2):
        first.log.take(0, entry(block + 2))
        first.log.take(0, mark(block))
    task = first.add("identify/a")
    offer(task, 0, -1, 0)
    first.worker.advance()
    first.worker.remove("identify/a")
    second = Office(tmp_path)
    for block in range(-1, 3):
        second.log.take(0, entry(block + 2))
        second.log.take(0, mark(block))
    again = second.add("identify/a")
    offer(again, 0, -1, 0, b"at nought", 1)
    second.worker.advance()
    assert saw(again)[2:] == [("at nought", 0, 2), ("close 1", 1, 3)]


def test_a_task_given_up_is_no_longer_waited_for(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.log.take(0, mark(-1))
    stays, _ = office.add("identify/a"), office.add("identify/b")
    offer(stays, 0, -1)
    office.worker.advance()
    assert stays.block == -2
    office.worker.remove("identify/b")
    office.worker.advance()
    assert stays.block == -1


BLOCKS = st.lists(
    st.lists(st.tuples(st.sampled_from(tuple(PEOPLE)), st.booleans()), max_size=4),
    min_size=1,
    max_size=5,
)


@given(BLOCKS, st.data())
@settings(max_examples=60, deadline=None)
def test_going_back_to_a_block_gives_the_registry_of_then(
    blocks: list[list[tuple[int, bool]]], data: st.DataObject
) -> None:
    log = RegistryLog(1)
    for block, said in enumerate(blocks):
        for number, gone in said:
            log.take(0, entry(number, gone))
        log.take(0, mark(block - 1))
    registry = BlockRegistry(log, MODEL, Thresholds())
    hashes, keys = {-2: registry.registry.state_hash()}, {}
    for _ in blocks:
        touched = registry.forward()
        hashes[registry.block] = registry.registry.state_hash()
        keys[registry.block] = touched.tolist()
    for back in data.draw(st.lists(st.sampled_from(sorted(hashes)), min_size=1, max_size=4)):
        registry.rewind(back)
        assert (registry.block, registry.registry.state_hash()) == (back, hashes[back])
        if back + 1 in keys:
            assert registry.forward().tolist() == keys[back + 1]
            assert registry.registry.state_hash() == hashes[back + 1]


def test_partitions_may_be_read_at_different_speeds() -> None:
    log = RegistryLog(2)
    for block in range(-1, 3):
        log.take(0, entry(1 + (block + 1) % 3))
        log.take(0, mark(block))
    assert not log.complete(-1)
    log.take(1, entry(5))
    log.take(1, mark(-1))
    assert log.complete(-1) and not log.complete(0)
    assert [e.person for e in log.entries(-1)] == [1, 5]
    assert [e.person for e in log.entries(0)] == [2]


@pytest.mark.parametrize(
    "poison",
    [
        b"",
        b"not JSON",
        b'{"marker":"x"}',
        b'{"marker":7,"last":false}',
        b'{"person":"x"}',
        b'{"person":1,"record":{"phone":"+491711234567"}}',
    ],
)
def test_a_poisoned_registry_entry_is_refused_and_the_log_goes_on(poison: bytes) -> None:
    log = RegistryLog(1)
    with pytest.raises(Rejected):
        log.take(0, poison)
    log.take(0, entry(5))
    log.take(0, mark(-1))
    assert log.complete(-1) and not log.complete(0)
    assert [e.person for e in log.entries(-1)] == [5]
