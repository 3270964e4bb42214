"""release: charged once, capped for life, dropped in silence, and never answered anew."""

from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.privacy.policy import Policy
from linkage.privacy.terms import Release as Purpose
from linkage.privacy.terms import Standing
from streams.messages import Release, Spending
from streams.runners.task import Inbound, Routes, Task
from streams.stage import Batch
from streams.stages.activity import activity
from streams.stages.release import Answer, ReleaseStage
from streams.store.sqlite import SqliteStore
from tests.streams.stages.rig import Rig

SOURCES = ("phone", "bank")
COST = 10


def policy(blocks: int) -> Policy:
    """A person may be counted in so many blocks."""
    standing = (Standing("active_people", COST),)
    purpose = Purpose("statistics", SOURCES, COST * blocks, COST, 24, 1e-6, standing)
    return Policy((), (purpose,), COST * blocks, 0, "the policy", "")


class Dice:
    """Noise that is different each time, and counts how often it was asked."""

    def __init__(self) -> None:
        self._noise = count(1000)
        self.asked: list[list[int]] = []

    def __call__(self, values: list[int], sigma: float) -> list[int]:
        self.asked.append(values)
        return [value + next(self._noise) for value in values]


def said(block: int, people: Mapping[str, Sequence[int]]) -> bytes:
    pairs = [(SOURCES.index(s), p) for s, found in people.items() for p in found]
    sources, persons = zip(*pairs, strict=True) if pairs else ((), ())
    rows = {
        "person": np.array(persons, np.int64),
        "source": np.array(sources, np.uint8),
        "place": np.ones(len(persons), np.int32),
    }
    (message,) = activity(block, rows)
    return message.value


def answer(rig: Rig, block: int) -> Answer:
    found: Answer = rig.logs["answers"][f"statistics/active_people/{block}"]
    return found


def spent(rig: Rig) -> list[int]:
    return np.frombuffer(rig.tables["spent"]["statistics"], np.int64).tolist()


def spending(rig: Rig) -> Spending:
    return msgspec.json.decode(rig.topic("charges")[-1].value, type=Spending)


def test_each_block_is_answered_once_from_all_parts() -> None:
    dice = Dice()
    rig = Rig(ReleaseStage("release/activity/0", SOURCES, policy(9), dice))
    rig.feed([said(0, {"phone": [1, 3], "bank": [3]})])
    rig.feed([said(0, {"phone": [2], "bank": []})])
    rig.step(Batch(close=0))
    assert answer(rig, 0).truth == {"phone": 3, "bank": 1}
    assert spent(rig) == [0, COST, COST, COST]
    (out,) = rig.topic("releases")
    published = msgspec.json.decode(out.value, type=Release)
    assert out.key == published.id.encode() and published == answer(rig, 0).answer
    assert published.values == {"phone": 1003, "bank": 1002}
    rig.step(Batch(close=1))
    assert len(rig.topic("releases")) == 1 and dice.asked == [[3, 1]]


def test_whom_the_lifetime_cap_stops_is_left_out_in_silence() -> None:
    rig = Rig(ReleaseStage("release/activity/0", SOURCES, policy(2), Dice()))
    for block in range(3):
        newcomer = [2] if block == 2 else []
        rig.feed([said(block, {"phone": [1, *newcomer], "bank": [1]})])
        rig.step(Batch(close=block))
    assert [answer(rig, block).truth for block in range(3)] == [
        {"phone": 1, "bank": 1},
        {"phone": 1, "bank": 1},
        {"phone": 1, "bank": 0},
    ]
    assert spent(rig) == [0, 2 * COST, COST]
    assert (spending(rig).granted, spending(rig).refused, spending(rig).capped_people) == (3, 1, 1)
    shapes = [set(msgspec.json.decode(out.value)) for out in rig.topic("releases")]
    assert shapes[0] == shapes[2]
    kept = msgspec.json.decode(rig.topic("releases")[2].value)
    for secret in ("granted", "refused", "members", "truth", "spent", "capped_people"):
        assert secret not in kept


PARTS = st.lists(
    st.fixed_dictionaries({s: st.sets(st.integers(1, 5)) for s in SOURCES}), min_size=1, max_size=8
)


@given(PARTS, st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_spending_is_the_sum_of_what_was_answered_and_stays_below_the_cap(
    blocks: list[dict[str, set[int]]], life: int
) -> None:
    rig = Rig(ReleaseStage("release/activity/0", SOURCES, policy(life), Dice()))
    by_hand = dict.fromkeys(range(6), 0)
    for block, people in enumerate(blocks):
        rig.feed([said(block, {s: sorted(p) for s, p in people.items()})])
        rig.step(Batch(close=block))
        members = {p for p in set().union(*people.values()) if by_hand[p] < life}
        for person in members:
            by_hand[person] += 1
        assert answer(rig, block).truth == {s: len(p & members) for s, p in people.items()}
    assert {p: n for p, n in enumerate(spent(rig)) if n} == {
        p: n * COST for p, n in by_hand.items() if n
    }


@given(PARTS, st.data())
@settings(max_examples=50, deadline=None)
def test_parts_may_come_in_any_order_and_split(
    parts: list[dict[str, set[int]]], data: st.DataObject
) -> None:
    """Parts are of different people: each join task has its own."""
    disjoint = [
        {s: [10 * n + p for p in sorted(people)] for s, people in part.items()}
        for n, part in enumerate(parts)
    ]
    straight, other = (Rig(ReleaseStage("r", SOURCES, policy(1), Dice())) for _ in range(2))
    straight.feed([said(0, part) for part in disjoint])
    for part in data.draw(st.permutations(disjoint)):
        other.feed([said(0, part)])
    for rig in (straight, other):
        rig.step(Batch(close=0))
    assert answer(straight, 0) == answer(other, 0)
    assert spent(straight) == spent(other)


class Crash(Exception):
    """The process ends here."""


@pytest.mark.parametrize("point", ["before-commit", "after-commit", "after-flush"])
def test_a_replay_publishes_the_stored_answer_and_charges_once(tmp_path: Path, point: str) -> None:
    store, dice, published = SqliteStore(tmp_path), Dice(), list[bytes]()
    feed = [
        Inbound("join/0", 0, said(0, {"phone": [1, 2], "bank": [2]}), None, False, None),
        Inbound("join/0", 1, b"", -1, False, None),
        Inbound("join/0", 2, b"", 0, False, None),
    ]

    def life(armed: bool) -> None:
        def probe(where: str, task: str) -> None:
            if armed and where == point and dice.asked:
                raise Crash

        stage = ReleaseStage("release/activity/0", SOURCES, policy(1), dice)
        cell = store.open("release/activity/0")
        task = Task("release/activity/0", stage, cell, frozenset({"join/0"}), Routes({}), probe)
        try:
            task.offer(feed)
            while task.advance() is not None:
                task.close(np.empty(0, np.uint64))
            outgoing, number = task.outbox()
            published.extend(out.value for out in outgoing if out.topic == "releases")
            task.flushed(number)
        finally:
            task.release()

    with pytest.raises(Crash):
        life(armed=True)
    life(armed=False)
    life(armed=False)
    assert len(set(published)) == 1
    rows = dict(store.peek("release/activity/0", "answers"))
    (kept,) = (msgspec.msgpack.decode(value, type=Answer) for value in rows.values())
    assert msgspec.json.decode(published[0], type=Release) == kept.answer
    ((_, column),) = store.peek("release/activity/0", "spent")
    assert np.frombuffer(msgspec.msgpack.decode(column), np.int64).tolist() == [0, COST, COST]
    assert len(dice.asked) == (2 if point == "before-commit" else 1)
