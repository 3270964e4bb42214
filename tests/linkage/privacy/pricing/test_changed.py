"""Intervals of a figure before and after a join, and of the difference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtrit

from linkage.privacy.pricing.changed import Interval, Repeats, Scale, changed, difference

NONE = np.zeros((0, 2))
SCALE = Scale(sampled=500, people=2000, share=0.25)
ANY = (-np.inf, np.inf)
SHARES = st.floats(0.0, 1.0)


def repeats(whole, groups, draws=(0.5, 0.5), steps=NONE, ends=()) -> Repeats:
    return Repeats(whole, np.array(groups), np.array(draws), np.array(steps), np.array(ends))


def test_a_figure_that_is_no_share_has_the_interval_of_the_jackknife() -> None:
    groups = np.array([1.0, 3.0, 2.0, 2.0])
    found = changed(repeats(2.0, groups), repeats(2.0, groups), SCALE, (ANY, ANY))
    half = stdtrit(3, 0.975) * np.sqrt(3 / 4 * 2.0 * 0.75)
    assert found.before == pytest.approx((2.0, 2.0 - half, 2.0 + half))
    # Both went up and down together: of the change everything is sure.
    assert found.change == pytest.approx((0.0, 0.0, 0.0))


@given(
    st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=20, max_size=20),
    st.floats(-5, 5),
    st.floats(-5, 5),
)
def test_the_change_is_as_sure_as_the_jackknife_of_the_difference(pairs, before, after) -> None:
    b, a = np.array(pairs).T
    found = changed(repeats(before, b), repeats(after, a), SCALE, (ANY, ANY))
    half = stdtrit(19, 0.975) * np.sqrt(19 * (a - b).var() * 0.75)
    assert found.change.value == after - before
    assert found.change.high - found.change.value == pytest.approx(half, abs=1e-6)


@given(st.lists(st.tuples(SHARES, SHARES), min_size=3, max_size=9), SHARES, SHARES)
def test_an_interval_holds_its_value_and_keeps_to_its_bounds(pairs, before, after) -> None:
    b, a = np.array(pairs).T
    x = repeats(before, b, b[:2], [[0.1, 0.9]], [0.2])
    y = repeats(after, a, a[:2], [[0.0, 1.0]], [0.3])
    found = changed(x, y, SCALE, ((0.0, 1.0), (0.0, 1.0)))
    for one in (found.before, found.after):
        assert 0.0 <= one.low <= one.value <= one.high <= 1.0
    assert found.change.low <= found.change.value <= found.change.high


def test_near_a_bound_the_interval_leans_away_from_it() -> None:
    groups = np.array([0.97, 0.99, 0.98, 0.98])
    found = changed(repeats(0.98, groups), repeats(0.98, groups), SCALE, ((0.0, 1.0),) * 2).before
    assert found.value - found.low > 1.5 * (found.high - found.value)


def test_figures_that_never_change_are_as_sure_as_that_many_people_make_them() -> None:
    found = changed(repeats(1.0, [1.0] * 20), repeats(1.0, [1.0] * 20), SCALE, ((0.0, 1.0),) * 2)
    t = stdtrit(19, 0.975)
    trials = 500 / 0.75
    assert found.before == pytest.approx((1.0, trials / (trials + t * t), 1.0))


def test_of_everybody_nothing_is_left_to_be_unsure_of() -> None:
    groups = np.linspace(0.3, 0.7, 20)
    everybody = Scale(sampled=2000, people=2000, share=1.0)
    found = changed(repeats(0.5, groups), repeats(0.6, groups), everybody, ((0.0, 1.0),) * 2)
    assert found.change == pytest.approx((0.1, 0.1, 0.1), abs=1e-5)


def test_what_the_model_may_be_off_comes_on_top_on_its_own_side() -> None:
    steps = [[-0.3, 0.1], [-0.4, -0.1]]
    found = changed(
        repeats(2.0, [2.0] * 4, steps=steps + 2.0 * np.ones((2, 2))),
        repeats(5.0, [5.0] * 4, steps=np.full((2, 2), 5.0)),
        SCALE,
        (ANY, ANY),
    )
    assert found.before == pytest.approx((2.0, 1.5, 2.1))
    # What the figure before may be too high is what the change may be too low.
    assert found.change == pytest.approx((3.0, 2.9, 3.5))


def test_which_points_happen_to_be_known_counts_less_among_more_people() -> None:
    few = changed(repeats(2.0, [2.0] * 4, (1.0, 3.0)), repeats(2.0, [2.0] * 4), SCALE, (ANY, ANY))
    half = stdtrit(3, 0.975) * np.sqrt(2.0 * 500 / 2000)
    assert few.before == pytest.approx((2.0, 2.0 - half, 2.0 + half))


def test_figures_without_anything_in_common_have_a_difference_by_square_and_add() -> None:
    found = difference(Interval(1.0, 0.7, 1.4), Interval(3.0, 2.7, 3.3), 0.0)
    assert found == pytest.approx((2.0, 1.5, 2.0 + np.hypot(0.3, 0.3)))


def test_the_least_classes_may_occur_or_not() -> None:
    found = repeats(0.5, [0.5] * 4, ends=[1.0, 0.25]).bare
    assert found == (0.5, 0.25, 1.0)
