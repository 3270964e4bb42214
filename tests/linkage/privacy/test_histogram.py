"""How many people, and how much doubt, is in each class: exact, in any order, there and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.classes import MASK, MOST_DOUBT, ClassTable
from linkage.privacy.histogram import ClassHistogram, Moves
from tests.linkage.privacy.journeys import (
    CERTAIN,
    VIEWS,
    Step,
    applied,
    histogram_of,
    journeys,
    recount,
    shifted,
    state,
    states,
)

FULL = 2**38
"""Two doubts of this size are more than a class holds."""


def test_hand_computed_table():
    histogram = applied(
        ClassHistogram(2),
        [Step(0, 0, 7), Step(0, 0, 7, 0, 3), Step(0, 0, 9, 0, 2), Step(1, 0, 7)],
    )
    assert state(histogram, 0) == ({7: (2, 3), 9: (1, 2)}, 3, 0, {1: 1, 2: 1}, {1: 2, 2: 3})
    assert state(histogram, 1) == ({7: (1, 0)}, 1, 0, {1: 1}, {})
    assert (histogram.size(0, 7), histogram.size(0, 8), histogram.kept(0)) == (2, 0, 2)
    applied(histogram, [Step(0, 7, 9, 3, 4), Step(1, 7, 0)])
    assert state(histogram, 0) == ({7: (1, 0), 9: (2, 6)}, 3, 0, {1: 1, 2: 1}, {2: 6})
    assert state(histogram, 1) == ({}, 0, 0, {}, {})


@given(journeys(), st.integers(1, 7))
def test_equals_a_recount_of_everybody(journey, chunk):
    steps, at = journey
    histogram = ClassHistogram(VIEWS)
    for start in range(0, len(steps), chunk):
        applied(histogram, steps[start : start + chunk])
    for view in range(VIEWS):
        assert state(histogram, view) == recount(at, view)
        for key in range(13):
            classes = recount(at, view)[0]
            assert histogram.size(view, key) == classes.get(key, (0, 0))[0]
        assert histogram.kept(view) == len(recount(at, view)[0])


@given(journeys())
def test_one_by_one_equals_all_at_once(journey):
    assert_one_by_one(journey[0])


def assert_one_by_one(steps):
    one, other = ClassHistogram(VIEWS), ClassHistogram(VIEWS)
    assert states(shifted(one, steps)) == states(applied(other, steps))


@given(journeys(), st.sampled_from([applied, shifted]))
def test_undo_restores_everything(before, undo):
    half = len(before[0]) // 2
    histogram = applied(ClassHistogram(VIEWS), before[0][:half])
    was = states(histogram)
    shifted(histogram, before[0][half:])
    undo(histogram, [step.back() for step in reversed(before[0][half:])])
    assert states(histogram) == was


@given(journeys(), st.randoms(use_true_random=False))
def test_order_and_grouping_of_moves_do_not_matter(journey, random):
    steps = list(journey[0])
    one = states(histogram_of(journey))
    random.shuffle(steps)
    assert states(applied(ClassHistogram(VIEWS), steps)) == one


@given(journeys(), journeys((6, 9)))
def test_parts_merge_into_the_whole(few, others):
    assert_merges(few, others)


def assert_merges(few, others):
    merged = histogram_of(few)
    merged.merge(histogram_of(others))
    assert states(merged) == states(histogram_of(few, others))
    merged.merge(ClassHistogram(VIEWS))
    assert states(merged) == states(histogram_of(few, others))


@given(journeys())
def test_a_part_merged_with_itself_is_twice_as_many(journey):
    histogram = histogram_of(journey)
    once = [histogram.sizes(view) for view in range(VIEWS)]
    histogram.merge(histogram_of(journey))
    for view, sizes in enumerate(once):
        assert dict(histogram.sizes(view)) == {2 * size: n for size, n in sizes.items()}


def test_parts_of_other_views_do_not_merge():
    with pytest.raises(ValueError, match="2 views cannot be added to 3"):
        ClassHistogram(3).merge(ClassHistogram(2))


def test_one_move_changes_the_digest_and_views_are_told_apart():
    cases = ([], [(0, 0, 7)], [(1, 0, 7)], [(0, 0, 8)], [(0, 0, 7), (0, 0, 7)])
    digests = {
        applied(ClassHistogram(VIEWS), [Step(*row) for row in rows]).digest() for rows in cases
    }
    assert len(digests) == 5
    doubted = applied(ClassHistogram(VIEWS), [Step(0, 0, 7, 0, 5)])
    assert doubted.digest() in digests


REFUSED = [
    (Step(1, 9, 0), r"class 0x0*9: 0 people, cannot change by -1; more people left it"),
    (Step(0, 7, 9, 6), r"class 0x0*7: 2 people with doubt 5, which cannot change by -6"),
    (Step(0, 8, 9), r"class 0x0*8: 1 people with doubt 4, which cannot change by 0 when 0 are"),
    (Step(0, 7, 9, 0, FULL), r"class 0x0*9: 1 people with doubt 274877906944, cannot change by 1"),
]
STANDING = [Step(0, 0, 7, 0, 5), Step(0, 0, 7), Step(0, 0, 8, 0, 4), Step(0, 0, 9, 0, FULL)]


@pytest.mark.parametrize(("step", "message"), REFUSED, ids=range(len(REFUSED)))
@pytest.mark.parametrize("how", [applied, shifted])
def test_what_cannot_be_is_refused_and_changes_nothing(step, message, how):
    histogram = applied(ClassHistogram(VIEWS), STANDING)
    before = states(histogram)
    with pytest.raises(ValueError, match=message):
        how(histogram, [step])
    assert states(histogram) == before
    shifted(histogram, [each.back() for each in STANDING])
    assert histogram.digest() == ClassHistogram(VIEWS).digest()


def test_a_refused_row_takes_the_others_with_it_and_names_the_view():
    histogram = applied(ClassHistogram(VIEWS), STANDING)
    before = states(histogram)
    with pytest.raises(ValueError, match=r"view 1, class 0x0*9: 0 people"):
        applied(histogram, [Step(0, 0, 7), Step(1, 9, 0), Step(2, 0, 3)])
    with pytest.raises(ValueError, match="there are 3 views"):
        applied(histogram, [Step(0, 0, 7), Step(3, 0, 7)])
    assert states(histogram) == before


def test_doubts_up_to_the_most_are_exact_and_a_full_class_takes_nobody():
    half = MOST_DOUBT // 2
    for how in (applied, shifted):
        histogram = how(ClassHistogram(VIEWS), [Step(0, 0, 7, 0, half), Step(0, 0, 7, 0, half + 1)])
        assert state(histogram, 0)[0] == {7: (2, MOST_DOUBT)}
        assert dict(histogram.doubts(0)) == {2: MOST_DOUBT}
        how(histogram, [Step(0, 7, 0, half, 0)])
        assert state(histogram, 0)[0] == {7: (1, half + 1)}


def test_a_million_people_doubted_for_certain_add_up():
    keys = np.repeat(np.arange(1, 1001, dtype=np.uint64), 1000)
    absent, sure = np.zeros_like(keys), np.full(len(keys), CERTAIN)
    crowd = ClassHistogram(1)
    crowd.move(Moves(absent.astype(np.uint16), absent, keys, np.zeros_like(sure), sure))
    assert dict(crowd.doubts(0)) == {1000: 10**6 * CERTAIN}


def test_a_class_that_is_full_takes_nobody():
    table = ClassTable()
    table.write([5], np.array([0]), np.array([MASK]))
    table.shift(0, 6)
    with pytest.raises(ValueError, match=f"holds {MASK} people"):
        table.shift(6, 5)
    assert (table.packed(5), table.packed(6)) == (MASK, 1)


def forgetful(self, old, new, left=0, brought=0):
    """A mutant: who leaves leaves their doubt behind."""
    RIGHT_SHIFT(self, old, new, 0, brought)


def hasty(self, old, new, left=0, brought=0):
    """A mutant: enters before it has left."""
    RIGHT_SHIFT(self, 0, new, 0, brought)
    RIGHT_SHIFT(self, old, 0, left, 0)


def dropping(self, other):
    """A mutant: takes over classes that are not there yet, and no other."""
    for view, (mine, theirs) in enumerate(zip(self._tables, other._tables, strict=True)):
        keys, _, _ = other.arrays(view)
        new = [key for key in keys.tolist() if not mine.packed(key)]
        mine.write(new, np.zeros(len(new), np.int64), np.ones(len(new), np.int64))
        mine.people += theirs.people


RIGHT_SHIFT = ClassTable.shift


def test_the_laws_catch_who_forgets_a_doubt(monkeypatch):
    steps = [Step(0, 0, 7, 0, 5), Step(0, 0, 7), Step(0, 7, 9, 5, 5)]
    assert_one_by_one(steps)
    monkeypatch.setattr(ClassTable, "shift", forgetful)
    with pytest.raises(AssertionError):
        assert_one_by_one(steps)


def test_the_laws_catch_who_enters_before_leaving(monkeypatch):
    monkeypatch.setattr(ClassTable, "shift", hasty)
    with pytest.raises(AssertionError):
        test_what_cannot_be_is_refused_and_changes_nothing(*REFUSED[1], shifted)


def test_the_laws_catch_a_merge_that_drops_whom_both_have(monkeypatch):
    both = [Step(0, 0, 7)], {(0, 0): (7, 0)}
    monkeypatch.setattr(ClassHistogram, "merge", dropping)
    with pytest.raises(AssertionError):
        assert_merges(both, both)
