from math import erfc, exp, inf, log, nan, sqrt

import opendp.prelude as dp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.loss import PrivacyLoss, epsilon, from_rho


def gaussian_delta(eps, rho):
    """Return the exact delta of a Gaussian answer of this rho (Balle and Wang 2018, theorem 8)."""
    mu = sqrt(2 * rho)

    def below(x):
        return erfc(-x / sqrt(2)) / 2

    return below(mu / 2 - eps / mu) - exp(eps) * below(-mu / 2 - eps / mu)


@given(st.integers(1, 20_000_000_000), st.floats(1e-12, 0.1))
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


def test_known_values():
    assert epsilon(PrivacyLoss(500_000_000), 1e-6) == pytest.approx(5.2215, abs=1e-3)
    assert epsilon(PrivacyLoss(0), 1e-6) == 0


@given(st.floats(0, 1e3))
def test_rho_is_rounded_up(rho):
    loss = from_rho(rho)
    assert loss.nano_rho >= rho * 1e9
    assert loss.nano_rho - 1 < rho * 1e9


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_composition_adds_up_and_order_does_not_matter(a, b):
    assert PrivacyLoss(a) + PrivacyLoss(b) == PrivacyLoss(b) + PrivacyLoss(a) == PrivacyLoss(a + b)


@pytest.mark.parametrize("rho", [-1e-9, nan, inf])
def test_rho_must_be_a_number(rho):
    with pytest.raises(ValueError, match="rho"):
        from_rho(rho)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="nano_rho"):
        PrivacyLoss(-1)
    for delta in (0.0, 1.0, nan):
        with pytest.raises(ValueError, match="delta"):
            epsilon(PrivacyLoss(1), delta)
