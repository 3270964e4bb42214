import tracemalloc
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.points import PointIndex

ROWS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(1, 12), st.sampled_from([1, 1, -1])), max_size=80
)


def add(index, rows):
    person, point, sign = (
        (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 3
    )
    index.add(
        np.array(person, dtype=np.int64),
        np.array([p % 3 for p in point], dtype=np.uint8),
        np.array(point, dtype=np.uint64),
        np.array(sign, dtype=np.int8),
    )


def possible(rows):
    """Drop every retraction of something that is not there."""
    held, kept = Counter(), []
    for person, point, sign in rows:
        if held[person, point] + sign >= 0:
            held[person, point] += sign
            kept.append((person, point, sign))
    return kept, +held


@given(ROWS, st.integers(1, 20))
def test_equals_a_multiset(rows, chunk):
    rows, held = possible(rows)
    index = PointIndex(sample=100)
    for start in range(0, len(rows), chunk):
        add(index, rows[start : start + chunk])
        if start % 3 == 0:
            index.people()  # a look-up in between must not matter
    people = {person for person, _ in held}
    assert index.people() == len(people)
    assert index.targets().tolist() == sorted(people)
    for point in range(13):
        assert index.carriers(point) == {who for who, what in held if what == point}
    for person in range(7):
        mine = {what for who, what in held if who == person}
        found = index.points_of(person)
        assert {(s, p) for s, points in found.items() for p in points} == {(p % 3, p) for p in mine}
    got = index.rows()
    table = zip(got.person.tolist(), got.point.tolist(), got.times.tolist(), strict=True)
    assert {(who, what): times for who, what, times in table} == dict(held)


@given(ROWS, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(rows, random):
    rows, _ = possible(rows)
    one, other = PointIndex(), PointIndex()
    add(one, rows)
    random.shuffle(rows)
    add(other, rows)
    for left, right in zip(one.rows(), other.rows(), strict=True):
        assert left.tolist() == right.tolist()


def test_taking_back_what_was_never_added_names_person_and_point():
    index = PointIndex()
    add(index, [(3, 5, 1), (3, 5, -1), (4, 6, -1)])
    with pytest.raises(ValueError, match=r"person 4, point 0x0*6"):
        index.people()
    index = PointIndex()
    add(index, [(3, 5, 1)])
    assert index.people() == 1
    add(index, [(3, 5, -1), (3, 5, -1)])
    with pytest.raises(ValueError, match="1 times more than it was added"):
        index.carriers(5)


def test_targets_depend_on_who_is_here_and_a_newcomer_displaces_at_most_one():
    def targets(people, seed=1):
        index = PointIndex(seed=seed, sample=20)
        add(index, [(person, 1, 1) for person in people])
        return set(index.targets().tolist())

    few = targets(range(200))
    assert len(few) == 20
    assert targets(reversed(range(200))) == few
    assert len(few - targets(range(201))) <= 1
    assert targets(range(200), seed=2) != few
    stayed = PointIndex(seed=1, sample=20)
    add(stayed, [(person, 1, 1) for person in range(300)])
    stayed.targets()
    add(stayed, [(person, 1, -1) for person in range(200, 300)])
    assert set(stayed.targets().tolist()) == few


def test_twenty_points_of_twenty_thousand_people_fit_in_60_megabytes():
    random = np.random.default_rng(0)
    person = np.repeat(np.arange(20_000), 20)
    point = random.integers(1, 200_000, len(person)).astype(np.uint64)
    tracemalloc.start()
    index = PointIndex()
    for part in np.array_split(np.arange(len(person)), 48):
        ones = np.ones(len(part), dtype=np.int8)
        index.add(person[part], ones.view(np.uint8), point[part], ones)
        index.people()
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert index.people() == 20_000
    assert now < 12e6
    assert peak < 60e6
