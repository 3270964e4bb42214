"""The noise that OpenDP draws, against the discrete Gaussian written out here.

OpenDP takes no seed, so every check has a false-alarm rate below 1e-6.
"""

from math import exp, inf, nan, sqrt

import numpy as np
import opendp.prelude as dp
import pytest

from linkage.privacy.mechanisms import error_interval, expected_error, opendp_sampler, sigma_for

DRAWS = 20_000


def distribution(sigma):
    reach = int(12 * sigma) + 3
    values = range(-reach, reach + 1)
    weights = [exp(-x * x / (2 * sigma * sigma)) for x in values]
    return {x: weight / sum(weights) for x, weight in zip(values, weights, strict=True)}


@pytest.mark.parametrize("sigma", [0.6, 3.0, 17.3])
def test_noise_audit(sigma):
    noise = np.array(opendp_sampler()([1000] * DRAWS, sigma)) - 1000
    law = distribution(sigma)
    variance = sum(p * x * x for x, p in law.items())
    fourth = sum(p * x**4 for x, p in law.items())
    # 5.5 standard errors: each of the nine figures strays further with probability 4e-8.
    assert abs(noise.mean()) < 5.5 * sqrt(variance / DRAWS)
    assert abs((noise**2).mean() - variance) < 5.5 * sqrt((fourth - variance**2) / DRAWS)
    at_zero = float((noise == 0).mean())
    assert abs(at_zero - law[0]) < 5.5 * sqrt(law[0] * (1 - law[0]) / DRAWS)


@pytest.mark.parametrize("nano_rho", [1, 1000, 5_000_000, 10**9, 10**11])
@pytest.mark.parametrize("sensitivity", [1.0, sqrt(2), sqrt(3), 12.5])
def test_the_scale_costs_no_more_than_it_says(nano_rho, sensitivity):
    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="f64")
    sigma = sigma_for(nano_rho, sensitivity)
    cost = dp.m.make_gaussian(*space, scale=sigma).map(sensitivity)
    assert nano_rho * (1 - 1e-9) <= cost * 1e9 <= nano_rho


@pytest.mark.parametrize("sigma", [0.05, 0.3, 0.5, 0.7, 1.0, 1.9, 6.0, 17.3])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_the_interval_holds_the_noise(sigma, level):
    low, high = error_interval(sigma, level)
    law = distribution(sigma)
    assert sum(p for x, p in law.items() if low <= x <= high) >= level
    assert high <= 3.4 * sigma + 1


@pytest.mark.parametrize("sigma", [2.0, 6.0, 17.3])
def test_expected_error(sigma):
    mean = sum(p * abs(x) for x, p in distribution(sigma).items())
    assert expected_error(sigma) == pytest.approx(mean, rel=0.03)


def test_large_counts_pass_and_empty_answers_stay_empty():
    assert opendp_sampler()([], 3.0) == []
    (value,) = opendp_sampler()([2**40], 1.0)
    assert abs(value - 2**40) < 20


def test_bad_arguments_are_named():
    for nano_rho, sensitivity in ((0, 1.0), (5, 0.0), (5, nan), (5, inf)):
        with pytest.raises(ValueError, match="got"):
            sigma_for(nano_rho, sensitivity)
    for level in (0.0, 1.0):
        with pytest.raises(ValueError, match="level"):
            error_interval(1.0, level)
