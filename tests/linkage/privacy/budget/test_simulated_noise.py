"""The seeded noise has the law that the released noise has."""

from math import exp, inf, nan

import numpy as np
import pytest

from linkage.privacy.budget.simulated_noise import discrete_gaussian, simulated_sampler

DRAWS = 200_000


@pytest.mark.parametrize("sigma", [0.3, 0.9, 1.0, 4.2, 30.0])
def test_every_value_comes_as_often_as_its_law_says(sigma):
    noise = discrete_gaussian(np.random.default_rng(11), sigma, DRAWS)
    reach = int(4 * sigma) + 1
    values = np.arange(-reach, reach + 1)
    far = range(-int(12 * sigma) - 3, int(12 * sigma) + 4)
    whole = sum(exp(-x * x / (2 * sigma * sigma)) for x in far)
    law = np.exp(-values * values / (2 * sigma * sigma)) / whole
    seen = np.array([(noise == x).sum() for x in values])
    expected = DRAWS * law
    assert (np.abs(seen - expected) <= 5.5 * np.sqrt(expected) + 5).all()
    assert np.abs(noise).max() <= 7 * sigma + 2


def test_a_large_scale_keeps_its_variance():
    noise = discrete_gaussian(np.random.default_rng(3), 1e9, DRAWS)
    assert noise.std() / 1e9 == pytest.approx(1, abs=0.02)


def test_a_seed_repeats_and_goes_on():
    one, two = simulated_sampler(5), simulated_sampler(5)
    first = one([10] * 50, 3.0)
    assert first == two([10] * 50, 3.0)
    assert one([10] * 50, 3.0) != first
    assert simulated_sampler(6)([10] * 50, 3.0) != first
    assert all(type(value) is int for value in first)
    assert one([], 3.0) == []


@pytest.mark.parametrize("sigma", [0.0, -1.0, nan, inf])
def test_a_scale_that_is_none_is_refused(sigma):
    with pytest.raises(ValueError, match="sigma"):
        simulated_sampler(1)([1], sigma)
