"""Points of people who are taken out, and whole classes that are put in."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.histogram import ClassHistogram, Moves
from linkage.privacy.points import PointIndex

ROWS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1), st.integers(1, 5)), max_size=30)


def index_of(rows: list[tuple[int, int, int]]) -> PointIndex:
    index = PointIndex(sample=3)
    columns = np.array(rows, np.int64).reshape(-1, 3).T
    person, source, point = columns[0], columns[1].astype(np.uint8), columns[2].astype(np.uint64)
    index.add(person, source, point, np.ones(len(rows), np.int8))
    return index


def state(index: PointIndex) -> object:
    held = [column.tolist() for column in index.rows()]
    sums = index.sums(np.arange(7), 2).tolist()
    return held, index.people(), index.targets().tolist(), sums, index.carriers(3)


@given(ROWS, ROWS, st.sets(st.integers(0, 6), max_size=3))
def test_who_is_taken_out_was_never_there(
    rows: list[tuple[int, int, int]], more: list[tuple[int, int, int]], gone: set[int]
) -> None:
    rows = [(person, source, 2 * point + source) for person, source, point in rows]
    index = index_of(rows)
    index.lookup()
    index.drop(np.array(sorted(gone), np.int64))
    other = index_of([row for row in rows if row[0] not in gone])
    assert state(index) == state(other)
    for one in (index, other):
        columns = np.array(more, np.int64).reshape(-1, 3).T
        points = (2 * columns[2] + columns[1]).astype(np.uint64)
        one.add(columns[0], columns[1].astype(np.uint8), points, np.ones(len(more), np.int8))
    assert state(index) == state(other)


@given(st.dictionaries(st.integers(1, 40), st.tuples(st.integers(1, 4), st.integers(0, 9))))
def test_whole_classes_are_what_their_people_make_one_by_one(
    classes: dict[int, tuple[int, int]],
) -> None:
    keys = np.array(list(classes), np.uint64)
    people = np.array([n for n, _ in classes.values()], np.int64)
    doubts = np.array([doubt for _, doubt in classes.values()], np.int64)
    whole, single = ClassHistogram(2), ClassHistogram(2)
    whole.gain(np.ones(len(keys), np.uint16), keys, people, doubts)
    each = np.repeat(keys, people)
    first = np.ones(len(each), np.bool_)
    first[1:] = each[1:] != each[:-1]
    now = np.zeros(len(each), np.int64)
    now[first] = doubts
    none = np.zeros(len(each), np.int64)
    single.move(Moves(np.ones(len(each), np.uint16), none.astype(np.uint64), each, none, now))
    for view in (0, 1):
        ours, theirs = (
            sorted(zip(*(column.tolist() for column in one.arrays(view)), strict=True))
            for one in (whole, single)
        )
        assert ours == theirs
        assert whole.people(view) == single.people(view)
    assert whole.digest() == single.digest()
