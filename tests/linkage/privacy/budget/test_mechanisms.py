"""What noise costs, against exact fractions and OpenDP's own map, and what it is added to.

That it has its stated law is tested in test_noise_audit.py.
"""

from fractions import Fraction
from math import exp, inf, nan, nextafter, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.budget import mechanisms
from linkage.privacy.budget.mechanisms import (
    error_interval,
    expected_error,
    opendp_sampler,
    sigma_for_squared,
)


def distribution(sigma):
    reach = int(12 * sigma) + 3
    values = range(-reach, reach + 1)
    weights = [exp(-x * x / (2 * sigma * sigma)) for x in values]
    return {x: weight / sum(weights) for x, weight in zip(values, weights, strict=True)}


@given(st.integers(1, 10**11), st.integers(1, 10**18))
def test_the_scale_costs_no_more_than_it_says_in_whole_numbers(nano_rho, l2_squared):
    """Exactly: sensitivity^2 / (2 sigma^2) <= rho, and 3e-12 less at most."""
    cost = Fraction(l2_squared) / (2 * Fraction(sigma_for_squared(nano_rho, l2_squared)) ** 2)
    said = Fraction(nano_rho, 10**9)
    assert said * (1 - Fraction(3, 10**12)) <= cost <= said


@given(st.integers(1, 10**11), st.integers(1, 10**14))
def test_opendp_says_that_it_costs_no_more(nano_rho, l2_squared):
    """What OpenDP's own map claims for the measurement that is released from."""
    moved = nextafter(sqrt(l2_squared), inf)
    assert Fraction(moved) ** 2 >= l2_squared
    released = mechanisms._measurement(sigma_for_squared(nano_rho, l2_squared))
    assert str(released.output_measure) == "ZeroConcentratedDivergence"
    assert nano_rho * (1 - 1e-9) <= released.map(moved) * 1e9 <= nano_rho


def test_a_scale_without_its_whisker_would_cost_more(monkeypatch):
    monkeypatch.setattr(mechanisms, "_WHISKER", 1.0)
    dearer = 0
    for l2_squared in range(1, 200):
        scale = Fraction(sigma_for_squared(7, l2_squared))
        dearer += Fraction(l2_squared) / (2 * scale**2) > Fraction(7, 10**9)
    assert dearer > 50


@pytest.mark.parametrize("sigma", [0.05, 0.3, 0.5, 0.7, 1.0, 1.9, 6.0, 17.3])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_the_interval_holds_the_noise(sigma, level):
    low, high = error_interval(sigma, level)
    law = distribution(sigma)
    assert sum(p for x, p in law.items() if low <= x <= high) >= level
    assert high <= 3.4 * sigma + 1


@pytest.mark.parametrize("sigma", [0.05, 0.3, 1.0, 2.0, 9.99, 10.0, 17.3])
def test_expected_error(sigma):
    mean = sum(p * abs(x) for x, p in distribution(sigma).items())
    assert expected_error(sigma) == pytest.approx(mean, rel=1e-9 if sigma < 10 else 1e-3)


def test_large_counts_pass_and_empty_answers_stay_empty():
    assert opendp_sampler()([], 3.0) == []
    (value,) = opendp_sampler()([2**40], 1.0)
    assert abs(value - 2**40) < 20


@pytest.mark.parametrize("scale", [0.3, 3.0, 1e6])
def test_integers_go_in_and_integers_come_out(scale):
    """So noise has no low bits that tell of the value (Mironov 2012)."""
    noised = opendp_sampler()([0, 5, -7] * 500, scale)
    assert all(type(value) is int for value in noised)


@pytest.mark.parametrize("value", [2.0, 2.5, nan, True, np.float64(3), None, "4", Fraction(1)])
def test_what_is_no_integer_gets_no_noise(value):
    with pytest.raises(TypeError, match=r"values\[1\]: got .*, needs an int"):
        opendp_sampler()([1, value], 3.0)


@pytest.mark.parametrize("value", [2**63, -(2**63), 10**30])
def test_what_is_beyond_64_bits_is_refused(value):
    with pytest.raises(ValueError, match=r"values\[0\]: beyond 64 bits"):
        opendp_sampler()([value], 3.0)


def test_noise_stops_at_64_bits():
    largest = 2**63 - 1
    noised = opendp_sampler()([largest] * 200 + [-largest] * 200, 1e6)
    assert max(noised) == largest
    assert min(noised) == -largest - 1


@pytest.mark.parametrize("sigma", [0.0, -1.0, nan, inf])
def test_no_noise_is_no_noise(sigma):
    with pytest.raises(ValueError, match="sigma: got"):
        opendp_sampler()([5], sigma)


def test_bad_arguments_are_named():
    for nano_rho in (0, -5, 5.0, nan):
        with pytest.raises(ValueError, match="nano_rho: got"):
            sigma_for_squared(nano_rho, 1)
    for squared in (0, -1, 2.0, nan, 2**127):
        with pytest.raises(ValueError, match="l2_squared: got"):
            sigma_for_squared(5, squared)
    for level in (0.0, 1.0):
        with pytest.raises(ValueError, match="level"):
            error_interval(1.0, level)
