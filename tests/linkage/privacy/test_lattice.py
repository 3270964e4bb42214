"""Every subset of the sources: which views there are, who moves, how far they are thinned."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import RiskError
from linkage.privacy.histogram import ClassHistogram
from linkage.privacy.lattice import EXACT, MOST, class_moves, lattice, levels
from linkage.privacy.live import LiveLattice
from tests.linkage.privacy.journeys import VIEWS, Step, applied, histogram_of, journeys, state
from tests.linkage.privacy.lives import LETTERS, from_scratch, lives, play, profiles
from tests.linkage.privacy.worlds import SOURCES

THREE = LETTERS[:3]
HALF = 1 << 19
"""The chance of an even bet, which one bit of doubt is."""


def test_has_every_subset_once_and_the_full_set_last():
    views = lattice(SOURCES)
    assert [view.name for view in views] == [
        "phone",
        "bank",
        "internet",
        "phone+bank",
        "phone+internet",
        "bank+internet",
        "phone+bank+internet",
    ]
    assert views[-1].sources == SOURCES
    assert {view.purpose for view in views} == {None}
    for many in range(1, MOST + 1):
        found = lattice(tuple("abcdefghijkl"[:many]))
        assert len({frozenset(view.sources) for view in found}) == len(found) == 2**many - 1


@pytest.mark.parametrize(
    ("sources", "got"),
    [((), "none"), (("a", "b", "a"), "a, b, a"), (tuple("abcdefghijklm"), "a, b, c, d, e")],
)
def test_none_one_twice_and_too_many_are_refused(sources, got):
    with pytest.raises(RiskError, match=f"sources: got {got}.*needs 1 to 12 different"):
        lattice(sources)
    with pytest.raises(RiskError, match="leave some out, or measure them in groups"):
        LiveLattice(sources)


def keys(*rows):
    return np.array(rows, dtype=np.uint64)


def units(*rows):
    return np.array(rows, dtype=np.int64)


def test_class_moves_by_hand():
    """One gains bank, one loses all, one is doubted more, one stays as they are."""
    old = keys((5, 0), (7, 2**64 - 3), (9, 4), (6, 6))
    new = keys((5, 8), (0, 0), (9, 4), (6, 6))
    was = units((0, 0), (1 << 20, 0), (0, 0), (1 << 20, 0))
    now = units((0, 1 << 20), (1 << 20, 0), (1 << 20, 1 << 20), (1 << 20, 0))
    phone, bank, both = class_moves(
        lattice(("phone", "bank")), ("phone", "bank"), (old, new), (was, now)
    )
    rows = {
        name: [column.tolist() for column in moves]
        for name, moves in (("phone", phone), ("bank", bank), ("both", both))
    }
    assert rows["phone"] == [[0, 0], [7, 9], [0, 9], [HALF, 0], [0, HALF]]
    bank_keys = [0, 2**64 - 3, 4], [8, 0, 4]
    assert rows["bank"] == [[1, 1, 1], *bank_keys, [0, 0, 0], [HALF, 0, HALF]]
    both_keys = [5, 4, 13], [13, 0, 13]
    assert rows["both"] == [[2, 2, 2], *both_keys, [0, HALF, 0], [HALF, 0, HALF + HALF // 2]]


@given(lives(), lives())
def test_moves_from_one_state_to_another_lead_there(before, after):
    (old, was), (new, now) = (profiles(acts, THREE) for acts in (before, after))
    there = from_scratch(before, THREE)
    for moves in class_moves(lattice(THREE), THREE, (old, new), (was, now)):
        there.move(moves)
    straight = from_scratch(after, THREE)
    assert [state(there, n) for n in range(7)] == [state(straight, n) for n in range(7)]


@given(lives())
def test_nobody_is_told_less_apart_when_a_source_is_joined(acts):
    live = play(LiveLattice(THREE), acts)
    classes = {
        frozenset(view.sources): live.histogram.kept(n) + (live.histogram.people(n) < len(live))
        for n, view in enumerate(live.views)
    }
    for few, some in classes.items():
        for many, more in classes.items():
            if few < many:
                assert some <= more
                for person in range(5):
                    alike = live.alike(person)
                    names = ["+".join(sorted(each)) for each in (few, many)]
                    assert alike[names[0]] == 0 or alike[names[0]] >= alike[names[1]] > 0


@given(journeys(), st.integers(0, 40), st.randoms(use_true_random=False))
def test_levels_are_a_function_of_what_is_held(journey, limit, random):
    one = histogram_of(journey)
    steps = list(journey[0])
    random.shuffle(steps)
    other = applied(ClassHistogram(VIEWS), steps)
    found = levels(one, VIEWS, limit)
    assert found == levels(other, VIEWS, limit)
    kept = [one.kept(view) for view in range(VIEWS)]
    for view, level in enumerate(found):
        one.thin(view, level)
    assert sum(one.kept(view) for view in range(VIEWS)) <= limit
    assert levels(one, VIEWS, limit) == found
    if sum(kept) <= limit:
        assert found == [0] * VIEWS


def test_the_largest_view_is_thinned_first_and_no_further_than_need_be():
    histogram = applied(
        ClassHistogram(2),
        [Step(view, 0, key) for view in (0, 1) for key in range(1, 17 - 8 * view)],
    )
    assert [histogram.kept(view) for view in (0, 1)] == [16, 8]
    wanted = {24: [0, 0], 23: [1, 0], 16: [1, 0], 15: [2, 0], 12: [2, 0], 11: [2, 1], 0: [5, 4]}
    for limit, found in wanted.items():
        assert levels(histogram, 2, limit) == found


def test_of_more_views_than_eight_sources_have_each_has_its_share():
    many = 1 << EXACT
    histogram = applied(ClassHistogram(many), [Step(3, 0, key) for key in range(1, 9)])
    assert levels(histogram, many, 8 * many)[3] == 0
    assert levels(histogram, many, 7 * many)[3] == 1
    assert levels(histogram, many - 1, 7 * many)[3] == 0
    assert sum(levels(histogram, many, 7 * many)) == 1
