"""The noise that is released against its law and its claim; what is broken is found by both audits.

OpenDP takes no seed, so what is asked of its noise fails by chance with less than 1e-6; mechanisms
that are broken on purpose are seeded.
"""

from functools import lru_cache

import numpy as np
import pytest

from linkage.privacy.budget.continual import advance, design, start
from linkage.privacy.budget.loss import PrivacyLoss, epsilon, from_rho
from linkage.privacy.budget.mechanisms import opendp_sampler, sigma_for_squared
from linkage.privacy.budget.noise_audit import epsilon_seen, fit, rho_seen
from linkage.privacy.budget.simulated_noise import discrete_gaussian

DRAWS = 100_000
DELTAS = (1e-5, 0.01, 0.1, 0.2)
HALF = 500_000_000
SMALL = 5_555_555_556  # at sensitivity 1 a sigma of .3: nearly all noise is 0


def fresh(sigma, many=DRAWS):
    """Return noise by the sampler that releases."""
    noise = opendp_sampler()([0] * many, sigma)
    assert all(type(one) is int for one in noise)
    return np.array(noise)


drawn = lru_cache(maxsize=8)(fresh)


def claimed(nano_rho, with_person, without, false_alarm):
    """Return what was seen beyond the claim, by epsilon at each delta and by rho."""
    claim = PrivacyLoss(nano_rho)
    beyond = {
        delta: epsilon_seen(with_person, without, delta, false_alarm) - epsilon(claim, delta)
        for delta in DELTAS
    }
    return max(beyond.values()), rho_seen(with_person, without, false_alarm) - claim.rho


def assert_sound(nano_rho, with_person, without):
    assert max(claimed(nano_rho, with_person, without, 1e-8)) <= 0


@pytest.mark.parametrize(("nano_rho", "step"), [(SMALL, 1), (HALF, 1), (HALF, 7)])
def test_released_noise_has_its_law_and_tells_no_more_than_it_claims(nano_rho, step):
    sigma = sigma_for_squared(nano_rho, step * step)
    noise = drawn(sigma)
    assert fit(noise, sigma).p_value > 1e-9
    assert_sound(nano_rho, step + noise[: DRAWS // 2], noise[DRAWS // 2 :])


def test_where_noise_is_little_the_attacker_comes_near_the_claim():
    noise = drawn(sigma_for_squared(SMALL, 1))
    assert rho_seen(1 + noise[: DRAWS // 2], noise[DRAWS // 2 :]) > 0.85 * SMALL / 1e9


def halved(rng, sigma, many):
    return discrete_gaussian(rng, sigma / 2, many)


def averaged(rng, sigma, many):
    twice = discrete_gaussian(rng, sigma, many) + discrete_gaussian(rng, sigma, many)
    return np.rint(twice / 2).astype(np.int64)


@pytest.mark.parametrize("broken", [halved, averaged])
@pytest.mark.parametrize(("rho", "step"), [(0.5, 1), (0.5, 7), (0.1, 3), (0.5, 1000)])
def test_less_noise_than_stated_is_found_by_both(broken, rho, step):
    claim, rng = from_rho(rho), np.random.default_rng(step)
    sigma = sigma_for_squared(claim.nano_rho, step * step)
    with_person, without = (at + broken(rng, sigma, DRAWS) for at in (step, 0))
    assert fit(without, sigma).p_value < 1e-9
    by_epsilon, by_rho = claimed(claim.nano_rho, with_person, without, 1e-6)
    assert by_epsilon > 0
    assert by_rho > 0


def test_noise_in_floating_point_is_found_by_both():
    """Its low bits tell the value: below 1/2, what began as 0 has a bit that 1 cannot leave."""
    rng = np.random.default_rng(4)
    with_person, without = (value + rng.normal(0.0, 1.0, DRAWS) for value in (1, 0))

    def score(answer):
        small = (answer > 0) & (answer < 0.5)
        return np.where(small & (np.fmod(answer * 2.0**53, 1.0) != 0), -1.0, 0.0)

    assert fit(without, 1.0).p_value == 0
    by_epsilon, by_rho = claimed(HALF, score(with_person), score(without), 1e-6)
    assert by_epsilon > 0
    assert by_rho > 0


def test_a_rounded_normal_is_another_law():
    assert fit(np.rint(np.random.default_rng(6).normal(0.0, 1.0, DRAWS)), 1.0).p_value < 1e-9


def test_chance_alone_gives_every_p_value():
    rng = np.random.default_rng(9)
    values = [fit(discrete_gaussian(rng, 3.0, 10_000), 3.0).p_value for _ in range(400)]
    for share in (0.05, 0.5, 0.9):
        assert np.mean(np.array(values) < share) == pytest.approx(share, abs=0.08)


def test_nothing_is_seen_where_nothing_is_told():
    rng = np.random.default_rng(2)
    one, other = (discrete_gaussian(rng, 5.0, 20_000) for _ in range(2))
    assert epsilon_seen(one, other, 1e-5) < 0.05
    assert rho_seen(one, other) == 0
    assert epsilon_seen(np.ones(2_000), np.zeros(2_000), 1e-5) > 4


def answers(nano_rho, horizon, draw, runs, person):
    """Return the answers' noised integers of many counters, a person's step added where asked."""
    plan = design(horizon, 1, nano_rho)
    noise = iter(draw(plan.sigma, runs * horizon).tolist())

    def sampler(values, _sigma):
        return [value + next(noise) for value in values]

    rows = np.zeros((runs, horizon), dtype=np.int64)
    for run in range(runs):
        state = start(plan)
        for step in range(horizon):
            state, _ = advance(plan, state, step, [100 + (person and step == 0)], sampler)
        rows[run] = state.noised[0]
    return plan, rows


def counter(draw, horizon, runs):
    """Return the fit of a counter's noise, and the scores of the best attacker on it."""
    plan, with_person = answers(HALF, horizon, draw, runs, True)
    _, without = answers(HALF, horizon, draw, runs, False)
    stated = np.convolve(plan.coefficients, [100] * horizon)[:horizon]
    noise = np.concatenate((with_person - stated - plan.coefficients, without - stated))
    scores = [rows @ plan.coefficients for rows in (with_person, without)]
    return fit(noise.ravel(), plan.sigma), *scores


def test_a_counter_has_its_law_and_tells_no_more_than_it_claims():
    fitted, *scores = counter(fresh, 4, DRAWS // 8)
    assert fitted.p_value > 1e-9
    assert_sound(HALF, *scores)


def test_a_counter_with_half_its_noise_is_found_by_both():
    rng = np.random.default_rng(12)
    fitted, *scores = counter(lambda sigma, many: halved(rng, sigma, many), 4, DRAWS // 8)
    assert fitted.p_value < 1e-9
    assert min(claimed(HALF, *scores, 1e-6)) > 0


@pytest.mark.prove
@pytest.mark.parametrize("nano_rho", [SMALL, 2_000_000_000, HALF, 10**8, 10**6])
@pytest.mark.parametrize("step", [1, 2, 25])
def test_a_hundred_thousand_draws_a_side(nano_rho, step):
    sigma = sigma_for_squared(nano_rho, step * step)
    noise = drawn(sigma, 2 * DRAWS)
    assert fit(noise, sigma).p_value > 1e-9
    assert_sound(nano_rho, step + noise[:DRAWS], noise[DRAWS:])


@pytest.mark.prove
@pytest.mark.parametrize("horizon", [2, 8])
def test_a_hundred_thousand_counters_a_side(horizon):
    fitted, *scores = counter(fresh, horizon, DRAWS)
    assert fitted.p_value > 1e-9
    assert_sound(HALF, *scores)
    assert rho_seen(*scores) > 0.5 * HALF / 1e9


@pytest.mark.parametrize("sigma", [0.0, -1.0, np.nan, np.inf])
def test_what_cannot_be_audited_is_named(sigma):
    with pytest.raises(ValueError, match="sigma: got"):
        fit(np.zeros(9), sigma)
    with pytest.raises(ValueError, match="too few for two cells"):
        fit(np.zeros(9), 1.0)
    with pytest.raises(ValueError, match="delta: got"):
        epsilon_seen(np.zeros(9), np.zeros(9), 1.0)
    with pytest.raises(ValueError, match="fewer than two runs"):
        rho_seen(np.zeros(1), np.zeros(9))
