"""Counts under one budget: sensitivity by trying everything, errors by formula and simulation."""

from fractions import Fraction
from itertools import accumulate, pairwise, product
from math import sqrt

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.budget import continual
from linkage.privacy.budget.continual import ContinualState, Terms, advance, answered, design, start
from linkage.privacy.budget.simulated_noise import simulated_sampler

HALF = 500_000_000


def no_noise(values, sigma):
    return list(values)


def never(values, sigma):
    raise AssertionError("noise was drawn")


def matrix(column):
    size = len(column)
    return np.array([[column[i - j] if i >= j else 0 for j in range(size)] for i in range(size)])


def allowed(vector, contributions, apart):
    steps = [step for step, value in enumerate(vector) if value]
    far = all(b - a >= apart for a, b in pairwise(steps))
    return far and len(steps) <= contributions


def all_effects(horizon, contributions, apart, per_step):
    """Yield everything that one person can add to or take from a series."""
    values = range(-per_step, per_step + 1)
    for vector in product(values, repeat=horizon):
        if allowed(vector, contributions, apart):
            yield vector


def count(plan, rows, sampler):
    """Return the last state and all answers for increments by step."""
    state, answers = start(plan), []
    for step, row in enumerate(rows):
        state, answer = advance(plan, state, step, row, sampler)
        answers.append(answer)
    return state, answers


@pytest.mark.parametrize("contributions", [1, 2, 3, 9])
@pytest.mark.parametrize("apart", [1, 2, 3])
@pytest.mark.parametrize(("horizon", "per_step"), [(7, 1), (4, 2)])
def test_the_sensitivity_is_the_worst_over_all_that_a_person_can_do(
    horizon, per_step, contributions, apart
):
    plan = design(horizon, contributions, HALF, per_step=per_step, apart=apart)
    effects = np.array(list(all_effects(horizon, contributions, apart, per_step)))
    worst = int(((effects @ matrix(plan.coefficients).T) ** 2).sum(axis=1).max())
    assert plan.l2_squared == worst
    assert design(horizon, contributions, HALF, 3, per_step, apart).l2_squared == 3 * worst


def test_columns_that_were_added_up_as_if_at_right_angles_would_be_seen():
    column = design(7, 2, HALF).coefficients
    effects = np.array(list(all_effects(7, 2, 1, 1)))
    worst = int(((effects @ matrix(column).T) ** 2).sum(axis=1).max())
    assert worst > 2 * int((column**2).sum())


@given(st.data())
def test_no_person_of_a_long_horizon_costs_more_than_is_charged(data):
    contributions, apart = data.draw(st.integers(1, 30)), data.draw(st.integers(1, 40))
    plan = design(256, contributions, HALF, apart=apart)
    gaps = data.draw(st.lists(st.integers(apart, apart + 60), max_size=contributions))
    steps = [step for step in accumulate(gaps, initial=-apart) if 0 <= step < 256]
    effect = np.zeros(256, dtype=np.int64)
    effect[steps] = [data.draw(st.sampled_from((-1, 1))) for _ in steps]
    moved = int((np.convolve(plan.coefficients, effect)[:256] ** 2).sum())
    assert moved <= plan.l2_squared
    assert Fraction(moved) / (2 * Fraction(plan.sigma) ** 2) <= Fraction(1, 2)


def test_its_column_is_the_nearest_in_whole_numbers():
    column, exact = design(300, 1, HALF).coefficients.tolist(), Fraction(1024)
    for k, entry in enumerate(column):
        assert abs(entry - exact) <= Fraction(1, 2)
        exact *= Fraction(2 * k + 1, 2 * k + 2)
    assert column == sorted(column, reverse=True)


def test_it_factors_the_running_sum():
    plan = design(60, 1, HALF)
    sums, mixed = np.tril(np.ones((60, 60))), matrix(plan.coefficients)
    exact = sums @ np.linalg.inv(mixed)
    assert matrix(plan.weights) == pytest.approx(exact, abs=1e-14)
    assert plan.rmse == pytest.approx(plan.sigma * np.sqrt((exact**2).sum(axis=1)), rel=1e-12)
    assert plan.sigma == pytest.approx(sqrt((mixed[:, 0] ** 2).sum()), rel=1e-11)
    root = mixed / continual.FINENESS
    assert np.abs(root @ root - sums).max() < 0.01


@pytest.mark.parametrize(
    ("contributions", "apart", "figure"), [(1, 1, 3.2726), (24, 42, 36.97), (24, 1, 63.07)]
)
def test_errors_of_a_thousand_steps(contributions, apart, figure):
    plan = design(1024, contributions, HALF, apart=apart)
    assert plan.max_rmse == pytest.approx(figure, abs=5e-3)
    assert plan.max_rmse == plan.rmse.max()


@given(st.lists(st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=2), max_size=40))
def test_without_noise_every_sum_is_exact(rows):
    _, answers = count(design(40, 1, HALF, series=2), rows, no_noise)
    sums = accumulate(rows, lambda a, b: [x + y for x, y in zip(a, b, strict=True)])
    assert [list(answer.values) for answer in answers] == list(sums)


def test_a_thousand_steps_without_noise_are_exact():
    increments = [[(7 * step) % 1000 * 1000] for step in range(1024)]
    _, answers = count(design(1024, 1, HALF), increments, no_noise)
    assert [answer.values[0] for answer in answers] == list(accumulate(x for (x,) in increments))


def errors(horizon, series, seed):
    """Return how far off each answer was, by step and series, and the plan."""
    plan = design(horizon, 1, HALF, series=series)
    rows = np.random.default_rng(seed).integers(-3, 9, (horizon, series))
    _, answers = count(plan, rows.tolist(), simulated_sampler(seed))
    told = np.array([answer.values for answer in answers])
    return plan, answers, told - rows.cumsum(axis=0)


def assert_as_said(horizon, series, seed):
    plan, answers, off = errors(horizon, series, seed)
    for step in {0, 1, 7, horizon // 2, horizon - 1}:
        seen = sqrt(float((off[step] ** 2).mean()))
        assert seen == pytest.approx(plan.rmse[step], rel=4 / sqrt(2 * series))
        held = float((np.abs(off[step]) <= answers[step].half).mean())
        assert held == pytest.approx(0.95, abs=4 * sqrt(0.0475 / series) + 0.002)
        assert np.abs(off[step]).mean() == pytest.approx(
            answers[step].expected_error, rel=4 / sqrt(series)
        )
    assert np.abs(off.mean(axis=1)).max() < 6 * plan.max_rmse / sqrt(series)


def test_answers_are_as_far_off_as_they_say():
    assert_as_said(96, 500, 3)


@pytest.mark.parametrize("scale", [0.2, 0.7, 3.0, 6.0])
def test_the_mean_distance_counts_the_rounding(scale):
    off = np.rint(np.random.default_rng(5).normal(0.0, scale, 400_000))
    assert continual._mean_distance(scale) == pytest.approx(np.abs(off).mean(), rel=0.02)


@pytest.mark.prove
def test_a_thousand_steps_are_as_far_off_as_they_say():
    assert_as_said(1024, 1000, 5)


def test_it_goes_on_from_what_was_stored():
    plan, rows = design(30, 2, HALF, series=2), [[step % 5, -step] for step in range(30)]
    whole, answers = count(plan, rows, simulated_sampler(8))
    sampler, stored = simulated_sampler(8), msgspec.msgpack.encode(start(plan))
    for step, row in enumerate(rows):
        state = msgspec.msgpack.decode(stored, type=ContinualState)
        state, answer = advance(plan, state, step, row, sampler)
        assert answer == answers[step]
        stored = msgspec.msgpack.encode(state)
    assert msgspec.msgpack.decode(stored, type=ContinualState) == whole
    assert whole.steps == 30


def test_a_step_that_was_answered_never_draws_again():
    plan, rows = design(20, 1, HALF), [[step] for step in range(20)]
    state, answers = count(plan, rows, simulated_sampler(1))
    for step, answer in enumerate(answers):
        assert advance(plan, state, step, [10**6], never) == (state, answer)
        assert answered(plan, state, step) == answer


@pytest.mark.parametrize("field", ["horizon", "contributions", "nano_rho", "series", "per_step"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True])
def test_terms_that_are_none_are_named(field, value):
    fine = {"horizon": 8, "contributions": 1, "nano_rho": HALF}
    with pytest.raises(ValueError, match=f"{field}: got {value}, needs a whole number"):
        Terms(**{**fine, field: value})


def test_what_cannot_be_counted_is_named():
    plan = design(3, 1, HALF)
    state, _ = count(plan, [[1], [2]], no_noise)
    for step, message in ((3, "the horizon is 3"), (-1, "next one is 2"), (9, "horizon is 3")):
        with pytest.raises(ValueError, match=message):
            advance(plan, state, step, [1], never)
    with pytest.raises(ValueError, match="step: got 1, the next one is 0"):
        advance(plan, start(plan), 1, [1], never)
    with pytest.raises(ValueError, match="step: got 2, answered are the 2 before it"):
        answered(plan, state, 2)
    with pytest.raises(ValueError, match="increments: got 2, needs one for each of 1"):
        advance(plan, state, 2, [1, 2], never)
    with pytest.raises(ValueError, match="state: got one of Terms"):
        advance(design(3, 1, 2 * HALF), state, 2, [1], never)
    for increments, noised in (((), ()), (((1,),), ((),)), (((1,) * 4,), ((1,) * 4,))):
        with pytest.raises(ValueError, match="state: got"):
            ContinualState(plan.terms, increments, noised)
