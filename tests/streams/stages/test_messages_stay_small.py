"""A broker refuses messages of more than a megabyte, so no step says anything that large."""

import numpy as np

from streams.columns import ROWS
from streams.stages.activity import activity, block_of, parse_activity
from streams.stages.classes import changed, classes, parse_classes
from streams.stages.moves import Moves, parse

MANY = 3 * ROWS + 5
LIMIT = 500_000


def test_moves_of_a_large_step_come_in_portions_and_lose_nothing() -> None:
    moves = Moves("phone")
    for seq in range(MANY):
        moves.add(person=2 * seq, time=seq, place=1, account="a", seq=seq, sign=1)
    outputs = list(moves.outputs(2))
    assert max(len(out.value) for out in outputs) < LIMIT
    people = np.concatenate([parse(out.value, ("phone",))["person"] for out in outputs])
    assert sorted(people.tolist()) == list(range(0, 2 * MANY, 2))


def test_profiles_class_moves_and_points_come_in_portions_and_lose_nothing() -> None:
    keys = np.arange(1, MANY + 1, dtype=np.uint64)
    moves = {"view": np.zeros(MANY, np.uint16), "old": keys - keys, "new": keys}
    few = np.arange(7, dtype=np.int64)
    points = {"person": few, "source": few.astype(np.uint8), "point": few.astype(np.uint64)}
    sums = np.column_stack([keys] * 8)
    doubts = sums.astype(np.int64)
    outputs = list(classes(moves, points, changed((sums - sums, sums), (doubts, doubts))))
    assert max(len(out.value) for out in outputs) < LIMIT
    found = [parse_classes(out.value) for out in outputs]
    assert np.concatenate([one.moves["new"] for one in found]).tolist() == keys.tolist()
    assert np.concatenate([one.points["person"] for one in found]).tolist() == few.tolist()
    assert np.concatenate([one.profiles["new sum 7"] for one in found]).tolist() == keys.tolist()
    assert np.concatenate([one.profiles["old doubt 7"] for one in found]).tolist() == keys.tolist()


def test_activity_comes_in_portions_and_silence_is_said_once() -> None:
    rows = {
        "person": np.arange(MANY),
        "source": np.zeros(MANY, np.uint8),
        "place": np.ones(MANY, np.int32),
    }
    outputs = list(activity(4, rows))
    assert max(len(out.value) for out in outputs) < LIMIT
    found = [parse_activity(out.value) for out in outputs]
    assert {block_of(out.value) for out in outputs} == {4}
    assert sum(len(one) for one in found) == MANY
    silent = {name: column[:0] for name, column in rows.items()}
    (nothing,) = activity(5, silent)
    assert block_of(nothing.value) == 5 and len(parse_activity(nothing.value)) == 0
