from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.view import ClassHistogram, lattice, mix_points, salt_of

VIEWS = 3
PINNED_SALT = 16191005410208123157
PINNED_POINTS = [12853844002024132802, 17013149356514899973, 747064280934654391]


def applied(histogram, rows):
    view, old, new = zip(*rows, strict=True) if rows else ((), (), ())
    histogram.move(
        np.array(view, dtype=np.uint8),
        np.array(old, dtype=np.uint64),
        np.array(new, dtype=np.uint64),
    )
    return histogram


@st.composite
def journeys(draw):
    """Rows (view, old, new) of people who each move from class to class of a view."""
    rows, at = [], {}
    steps = st.tuples(st.integers(0, 5), st.integers(0, VIEWS - 1), st.integers(0, 4))
    for person, view, key in draw(st.lists(steps, max_size=60)):
        rows.append((view, at.get((person, view), 0), key))
        at[person, view] = key
    return rows, at


def test_hand_computed_table():
    histogram = applied(ClassHistogram(2), [(0, 0, 7), (0, 0, 7), (0, 0, 9), (1, 0, 7)])
    assert (histogram.classes(0), histogram.people(0)) == (2, 3)
    assert dict(histogram.sizes(0)) == {1: 1, 2: 1}
    assert (histogram.classes(1), histogram.people(1)) == (1, 1)
    applied(histogram, [(0, 7, 9), (1, 7, 0)])
    assert dict(histogram.sizes(0)) == {1: 1, 2: 1}
    assert (histogram.classes(1), histogram.people(1), dict(histogram.sizes(1))) == (0, 0, {})


@given(journeys(), st.integers(1, 7))
def test_equals_a_recount_of_everybody(journey, chunk):
    rows, at = journey
    histogram = ClassHistogram(VIEWS)
    for start in range(0, len(rows), chunk):
        applied(histogram, rows[start : start + chunk])
    for view in range(VIEWS):
        classes = Counter(key for (_, v), key in at.items() if v == view and key)
        assert histogram.classes(view) == len(classes)
        assert histogram.people(view) == sum(classes.values())
        assert dict(histogram.sizes(view)) == dict(Counter(classes.values()))
        keys, sizes = histogram.arrays(view)
        assert dict(zip(keys.tolist(), sizes.tolist(), strict=True)) == dict(classes)


@given(journeys(), journeys())
def test_undo_restores_the_digest(before, after):
    histogram = applied(ClassHistogram(VIEWS), before[0])
    digest = histogram.digest()
    applied(histogram, after[0])
    applied(histogram, [(view, new, old) for view, old, new in reversed(after[0])])
    assert histogram.digest() == digest


@given(journeys(), st.randoms(use_true_random=False))
def test_order_and_grouping_of_moves_do_not_matter(journey, random):
    rows = list(journey[0])
    one = applied(ClassHistogram(VIEWS), rows)
    random.shuffle(rows)
    assert applied(ClassHistogram(VIEWS), rows).digest() == one.digest()


@given(journeys())
def test_arrays_reopen_and_merge(journey):
    histogram = applied(ClassHistogram(VIEWS), journey[0])
    doubled = ClassHistogram(VIEWS)
    for view in range(VIEWS):
        doubled.absorb(view, *histogram.arrays(view))
    assert doubled.digest() == histogram.digest()
    for view in range(VIEWS):
        doubled.absorb(view, *histogram.arrays(view))
        twice = {2 * size: count for size, count in histogram.sizes(view).items()}
        assert dict(doubled.sizes(view)) == twice


def test_one_move_changes_the_digest_and_views_are_told_apart():
    digests = {
        applied(ClassHistogram(2), rows).digest()
        for rows in ([], [(0, 0, 7)], [(1, 0, 7)], [(0, 0, 8)], [(0, 0, 7), (0, 0, 7)])
    }
    assert len(digests) == 5


def test_leaving_a_class_nobody_is_in_is_refused_and_changes_nothing():
    histogram = applied(ClassHistogram(2), [(0, 0, 7)])
    digest = histogram.digest()
    with pytest.raises(ValueError, match=r"view 1, class 0x0*9: 0 people, cannot change by -1"):
        applied(histogram, [(0, 0, 7), (1, 9, 0)])
    assert (histogram.digest(), histogram.people(0)) == (digest, 1)
    with pytest.raises(ValueError, match="there are 2 views"):
        applied(histogram, [(2, 0, 7)])


def test_lattice_has_every_subset_once_and_the_full_set_last():
    views = lattice(("phone", "bank", "internet"))
    assert [view.name for view in views] == [
        "phone",
        "bank",
        "internet",
        "phone+bank",
        "phone+internet",
        "bank+internet",
        "phone+bank+internet",
    ]
    assert views[-1].sources == ("phone", "bank", "internet")
    assert {view.purpose for view in views} == {None}


def test_points_are_stable_across_versions_and_never_zero():
    salt = salt_of("phone")
    points = mix_points(salt, np.array([0, 1, -1]), np.array([0, 0, 5]))
    assert salt == PINNED_SALT
    assert points.tolist() == PINNED_POINTS
    hours, places = np.divmod(np.arange(100_000), 300)
    many = mix_points(salt, hours, places)
    assert len(np.unique(many)) == 100_000
    assert many.min() > 0
