"""The AUC of an attack: counted by hand, right in its interval, and never above what rho allows."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import RiskError
from linkage.privacy.budget.simulated_noise import simulated_sampler
from linkage.privacy.distinguish import auc, fisher, gaussian_bound, trained_auc

SCORES = st.lists(st.integers(-3, 3), min_size=1, max_size=12)


def pairs(inside, outside) -> float:
    """Every pair, one by one: a whole for above, a half for equal."""
    worth = [(a > b) + (a == b) / 2 for a in inside for b in outside]
    return sum(worth) / len(worth)


@given(SCORES, SCORES)
def test_it_is_the_share_of_pairs_that_are_told_right(inside, outside) -> None:
    one, other = np.array(inside, float), np.array(outside, float)
    found, back = auc(one, other), auc(other, one)
    assert found.value == pytest.approx(pairs(inside, outside), abs=1e-12)
    assert found.value + back.value == pytest.approx(1.0, abs=1e-12)
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0
    assert (found.n, found.control) == (len(inside) + len(outside), 0.5)
    assert auc(3 * one + 1, 3 * other + 1) == found


def test_the_variance_is_delongs() -> None:
    # Placements .5, 1, 1 and 0, .5, 1 (of 4 below and above): worked out by hand.
    inside, outside = np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0])
    found = auc(inside, outside)
    assert found.value == pytest.approx(5.5 / 6)
    above, below = np.array([0.75, 1.0, 1.0]), np.array([1.0, 2.5 / 3])
    variance = above.var(ddof=1) / 3 + below.var(ddof=1) / 2
    trials = found.value * (1 - found.value) / variance
    z = 1.959963984540054
    centre = (found.value + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * math.sqrt(found.value * (1 - found.value) / trials + (z / (2 * trials)) ** 2)
    assert found.low == pytest.approx(centre - half / (1 + z * z / trials))


def test_scores_apart_leave_doubt_and_no_scores_leave_all() -> None:
    apart = auc(np.arange(50.0) + 100, np.arange(50.0))
    assert apart.value == apart.high == 1.0
    assert 0.9 < apart.low < 1.0
    assert auc(np.array([math.inf]), np.array([0.0])).value == 1.0
    for one, other in ((0, 0), (0, 3), (3, 0)):
        nothing = auc(np.zeros(one), np.zeros(other))
        assert (nothing.low, nothing.value, nothing.high) == (0.0, 0.5, 1.0)
    with pytest.raises(RiskError, match="scores: got NaN"):
        auc(np.array([1.0]), np.array([math.nan]))


@pytest.mark.parametrize("shift", [0.0, 0.5, 2.0])
def test_its_interval_holds_the_truth_as_often_as_it_says(shift: float) -> None:
    """400 seeded worlds; 95 % of them, four standard deviations either way."""
    rng = np.random.default_rng(3)
    truth = gaussian_bound(shift**2 / 2)
    held = 0
    for _ in range(400):
        found = auc(rng.normal(shift, 1, 60), rng.normal(0, 1, 60))
        held += found.low <= truth <= found.high
    assert held / 400 > 0.906


def test_a_discriminant_finds_the_direction_and_is_judged_on_other_trials() -> None:
    rng = np.random.default_rng(5)
    inside, outside = rng.normal(0, 1, (2, 2000, 3))
    inside[:, 1] += 1.0
    inside[:, 2], outside[:, 2] = 7.0, 7.0
    score = fisher(inside, outside)
    assert score(inside).mean() > score(outside).mean()
    found = trained_auc(inside, outside)
    assert found.low <= gaussian_bound(0.5) <= found.high
    assert found.n == 2000
    held = 0
    for _ in range(100):
        nothing = trained_auc(*rng.normal(0, 1, (2, 200, 2)))
        held += nothing.low <= 0.5 <= nothing.high
    assert held > 86
    with pytest.raises(RiskError, match="trials: got 3 and 9"):
        trained_auc(inside[:3], outside[:9])


def test_memory_of_the_trials_it_was_trained_on_counts_for_nothing() -> None:
    """With as many features as trials the training half is told apart perfectly, by chance."""
    rng = np.random.default_rng(6)
    one, other = rng.normal(0, 1, (2, 60, 80))
    score = fisher(one[:30], other[:30])
    assert auc(score(one[:30]), score(other[:30])).value > 0.95
    assert trained_auc(one, other).low < 0.5 < trained_auc(one, other).high


@pytest.mark.parametrize("sigma", [1.0, 3.0, 22.4])
def test_one_answer_with_noise_is_told_as_often_as_its_rho_allows(sigma: float) -> None:
    """20,000 answers a side with one person more and less; the bound is met, never passed."""
    sampler = simulated_sampler(9)
    more = np.array(sampler([101] * 20_000, sigma), float)
    less = np.array(sampler([100] * 20_000, sigma), float)
    found, bound = auc(more, less), gaussian_bound(1 / (2 * sigma**2))
    assert found.low <= bound
    # Of whole numbers a step of one is a little harder to see than the bound has it.
    assert bound <= found.high or sigma == 1.0
    halved = auc(np.array(sampler([101] * 20_000, sigma / 2), float), less)
    assert halved.low > bound or sigma > 20


def test_the_bound_by_rho() -> None:
    assert gaussian_bound(0.0) == 0.5
    assert gaussian_bound(0.001) == pytest.approx(0.5126, abs=1e-4)
    for rho in (-0.1, math.nan):
        with pytest.raises(RiskError, match="rho: got"):
            gaussian_bound(rho)
