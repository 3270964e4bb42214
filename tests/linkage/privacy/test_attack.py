"""Whom an attack picks, how its success is told, and what traces and legends refuse."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import RiskError
from linkage.intervals import wilson
from linkage.privacy.attack import attacked, scored
from linkage.privacy.defence import Legend, Traces, load_defences
from linkage.privacy.distinct import distinct
from linkage.privacy.drawn import copies, keyed
from tests.linkage.privacy.defence_worlds import material

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30)


@given(st.lists(st.integers(0, 50)), st.integers(0, 9), st.integers(0, 5))
def test_attacked_are_so_many_of_them_whatever_their_order(people, most, seed) -> None:
    found = attacked(np.array(people, dtype=np.int64), most, seed).tolist()
    assert found == sorted(set(found))
    assert set(found) <= set(people)
    assert len(found) == min(most, len(set(people)))
    assert attacked(np.array(people[::-1], dtype=np.int64), most, seed).tolist() == found
    assert set(attacked(np.array(people, dtype=np.int64), most + 1, seed)) >= set(found)


def test_whom_a_defence_draws_by_the_same_seed_are_others() -> None:
    """Else an attack on a sample would always be on those who are in it."""
    people = np.arange(4_000)
    given_material = material([(p, 0, 0, 0) for p in people.tolist()])
    published = load_defences()["sample"].protect(given_material, 4, 7).holder
    common = len(np.intersect1d(published, attacked(people, 1_000, 7)))
    # Hypergeometric: 250 expected, standard deviation 11.9.
    assert abs(common - 250) < 60


@given(st.integers(0, 20), st.integers(0, 20))
def test_hits_and_misses_have_wilsons_interval_within_students_widening(hits, misses) -> None:
    worth = np.array([1.0] * hits + [0.0] * misses)
    found, share = scored(worth, 0.25), wilson(hits, hits + misses)
    assert found.control == 0.25
    assert found.n == hits + misses
    if found.n:
        assert found.value == pytest.approx(share.value)
        assert found.low <= share.low + 1e-9
        assert found.high >= share.high - 1e-9
    else:
        assert (found.value, found.low, found.high) == (0.0, 0.0, 1.0)


@given(ROWS, st.integers(0, 3))
def test_a_key_is_of_the_row_and_the_seed_alone(rows, seed) -> None:
    one, other = np.array(rows).T
    keys = keyed(seed, one, other)
    assert len(set(keys.tolist())) == len(set(rows))
    assert keyed(seed, one[::-1], other[::-1]).tolist() == keys[::-1].tolist()
    assert not set(keyed(seed + 1, one, other).tolist()) & set(keys.tolist())
    swapped = set(keyed(seed, other, one).tolist())
    assert len(swapped & set(keys.tolist())) == len({r for r in rows if r[::-1] in rows})


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=30))
def test_distinct_rows_stand_in_rising_order_where_each_is_first(rows) -> None:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    first, number = distinct(*columns)
    assert [rows[n] for n in first.tolist()] == sorted(set(rows))
    assert first.tolist() == [rows.index(row) for row in sorted(set(rows))]
    assert [sorted(set(rows))[n] for n in number.tolist()] == rows


@given(ROWS)
def test_copies_number_equal_rows(rows) -> None:
    found = copies(*np.array(rows).T).tolist()
    seen: Counter = Counter()
    for row, number in zip(rows, found, strict=True):
        assert number == seen[row]
        seen[row] += 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hour": np.array([0, 1])}, r"got \[1, 1, 2, 1\] rows, needs as many each"),
        ({"hour": np.array([-2])}, "hour: got -2, needs 0 or more"),
        ({"place": np.array([-1])}, "place: got -1, needs 0 or more"),
        ({"width": 0}, "width: got 0, needs 1 or more"),
    ],
)
def test_traces_that_are_none_are_named(change, said) -> None:
    one = np.array([1])
    whole = {"person": one, "source": one.astype(np.uint8), "hour": one, "place": one, "width": 4}
    assert len(Traces(**whole)) == 1
    with pytest.raises(RiskError, match=said):
        Traces(**{**whole, **change})


def test_a_legend_states_the_first_hour_and_the_first_cell() -> None:
    hour, place = Legend(hours=6, cells=3).stated(np.array([11, 12]), np.array([33, 8]), 10)
    assert (hour.tolist(), place.tolist()) == ([6, 12], [33, 6])
