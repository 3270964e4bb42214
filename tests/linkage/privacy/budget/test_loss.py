"""What a loss means in epsilon, against formulas written out here and against OpenDP."""

from decimal import Decimal
from math import inf, log, nan, sqrt

import numpy as np
import opendp.prelude as dp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_ndtr

from linkage.privacy.budget import loss as module
from linkage.privacy.budget.loss import PrivacyLoss, epsilon, from_epsilon, from_rho

RHOS = np.geomspace(1e-5, 30.0, 40)
DELTAS = np.geomspace(1e-12, 0.3, 25)
GRID = [(from_rho(float(rho)), float(delta)) for rho in RHOS for delta in DELTAS]


def gaussian_delta(eps, rho):
    """Return the exact delta of a Gaussian answer of this rho (Balle and Wang 2018, theorem 8)."""
    mu = sqrt(2 * rho)
    first, second = log_ndtr(mu / 2 - eps / mu), eps + log_ndtr(-mu / 2 - eps / mu)
    return np.exp(first) * -np.expm1(min(second - first, 0.0))


def over_all_orders(rho, delta):
    """Return the least epsilon over 20,000 orders (Canonne, Kamath and Steinke 2020, prop. 12)."""
    alpha = 1 + np.geomspace(1e-6, 1e9, 20_000)
    bound = (
        alpha * rho + np.log((alpha - 1) / alpha) - (np.log(delta) + np.log(alpha)) / (alpha - 1)
    )
    return max(float(bound.min()), 0.0)


def test_on_a_grid_of_a_thousand_epsilon_is_above_the_exact_one_and_as_tight_as_its_theorem():
    assert len(GRID) == 1_000
    for loss, delta in GRID:
        eps = epsilon(loss, delta)
        assert gaussian_delta(eps, loss.rho) <= delta
        assert eps <= over_all_orders(loss.rho, delta) + 1e-6


def test_an_epsilon_from_one_order_alone_would_be_seen(monkeypatch):
    def lazy(rho, delta):
        return module._bound(rho, delta, log(-log(delta) / rho) / 2)

    loose = [epsilon(*point) for point in GRID]
    monkeypatch.setattr(module, "_best", lazy)
    assert max(epsilon(*point) - tight for point, tight in zip(GRID, loose, strict=True)) > 0.002


@given(st.integers(1, 20_000_000_000), st.floats(1e-12, 0.9))
def test_epsilon_is_never_below_the_exact_one_nor_above_the_simple_bound(nano, delta):
    rho = nano / 1e9
    eps = epsilon(PrivacyLoss(nano), delta)
    assert gaussian_delta(eps, rho) <= delta * (1 + 1e-9)
    assert eps <= (rho + 2 * sqrt(rho * log(1 / delta))) * (1 + 1e-9)


@pytest.mark.parametrize("sensitivity", [0.02, 0.5, 1.0, 3.0, 17.0, 60.0])
@pytest.mark.parametrize("delta", [1e-9, 1e-6, 1e-3])
def test_epsilon_agrees_with_opendp(sensitivity, delta):
    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="f64")
    answer = dp.m.make_gaussian(*space, scale=17.0)
    theirs = dp.c.make_zCDP_to_approxDP(answer).map(sensitivity).epsilon(delta=delta)
    assert epsilon(from_rho(answer.map(sensitivity)), delta) == pytest.approx(theirs, abs=0.002)


@given(st.integers(0, 10**12), st.integers(1, 10**9), st.floats(1e-12, 0.9))
def test_more_loss_is_never_less_epsilon(nano, more, delta):
    assert epsilon(PrivacyLoss(nano), delta) <= epsilon(PrivacyLoss(nano + more), delta)


@given(st.floats(0, 50), st.floats(1e-12, 0.9))
def test_from_epsilon_is_the_largest_loss_that_is_not_above(eps, delta):
    loss = from_epsilon(eps, delta)
    assert epsilon(loss, delta) <= eps < epsilon(PrivacyLoss(loss.nano_rho + 1), delta)


def test_known_values():
    assert epsilon(PrivacyLoss(500_000_000), 1e-6) == pytest.approx(5.2215, abs=1e-3)
    assert epsilon(PrivacyLoss(0), 1e-6) == 0
    assert from_epsilon(5.2216, 1e-6).rho == pytest.approx(0.5, abs=1e-4)
    # sqrt(1 - exp(-.09)) = .293 bounds the total variation, and no epsilon is needed for .3.
    assert epsilon(from_rho(0.09), 0.3) == 0


@given(st.floats(0, 1e3))
def test_rho_is_rounded_up(rho):
    loss, exact = from_rho(rho), Decimal(repr(rho)) * 10**9
    assert loss.nano_rho - 1 < exact <= loss.nano_rho


@pytest.mark.parametrize("nano", [1, 3, 7, 435, 1_005_000_000, 100_000_000])
def test_a_rho_of_whole_nano_keeps_its_number(nano):
    assert from_rho(nano / 1e9) == PrivacyLoss(nano)


@pytest.mark.parametrize("rho", [-1e-9, nan, inf, -inf])
def test_rho_must_be_a_number(rho):
    with pytest.raises(ValueError, match="rho: got"):
        from_rho(rho)


@pytest.mark.parametrize("nano_rho", [-1, 1.0, nan, inf, True, "1"])
def test_a_loss_is_counted_in_whole_nano_rho(nano_rho):
    with pytest.raises(ValueError, match="nano_rho: got"):
        PrivacyLoss(nano_rho)


@pytest.mark.parametrize("delta", [0.0, 1.0, -0.1, 1.1, nan, inf])
def test_a_delta_that_is_none_is_named(delta):
    for asked in (lambda: epsilon(PrivacyLoss(1), delta), lambda: from_epsilon(1.0, delta)):
        with pytest.raises(ValueError, match="delta: got"):
            asked()


@pytest.mark.parametrize("eps", [-1e-9, nan, inf])
def test_an_epsilon_that_is_none_is_named(eps):
    with pytest.raises(ValueError, match="epsilon: got"):
        from_epsilon(eps, 1e-6)
