"""Counts released again and again under one budget: the square-root factorisation, in integers.

The running sums of x are A x, with A the lower triangular matrix of ones. A = C C for the Toeplitz
matrix C of the series (1 - z)^(-1/2): c_0 = 1, c_k = c_(k-1) (2k - 1) / (2k) (Fichtenberger,
Henzinger and Upadhyay 2023; Henzinger, Upadhyay and Upadhyay 2023). Here C' = round(1024 C) takes
its place, so what gets noise are integers: y = C' x + z with z discrete Gaussian. What is told is
A C'^-1 y = A x + A C'^-1 z: post-processing, which costs nothing, for any C' that can be inverted.
So all steps up to the horizon together cost the rho of one answer of the sensitivity of C'.

Sensitivity: one person adds at most `per_step` to a step (or takes it away), in at most
`contributions` steps, any two of them at least `apart` steps from each other, in each of at most
`series` series that are counted side by side. The entries of C' are not negative and fall with the
distance from the diagonal, so the product of two columns i < j falls with j and with j - i.
Whatever the steps s_0 < s_1 < ..., s_n >= n apart and s_m - s_n >= (m - n) apart: so the columns 0,
apart, 2 apart, ... have the longest sum, and signs can only shorten it (Kalinin and Lampert 2024).
Hence l2_squared = series per_step^2 |c'_0 + c'_apart + ...|^2, a whole number; a test
tries all.

No step needs a later x, and each has noise of its own. So a person's step t costs (C' dx)_t^2 / (2
sigma^2), and on any path these add up to rho at most, even if what is counted next is chosen by
what was told before (fully adaptive composition: Whitehouse, Ramdas, Rogers and Wu 2023).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, pi, sqrt
from operator import mul
from statistics import NormalDist

import msgspec
import numpy as np

from linkage.intervals import Floats, Ints
from linkage.privacy.budget.mechanisms import Sampler, error_interval, sigma_for_squared

FINENESS = 1024
"""How many times finer C' is than C, before it is rounded to whole numbers."""


class Terms(msgspec.Struct, frozen=True):
    """What was decided before the first count: how long, for how much, and of whom how much.

    Over the whole horizon a person has an effect of at most `per_step` on at most `contributions`
    steps, from one to the next at least `apart`, of each of the `series`, and pays `nano_rho` once.
    Whoever counts has to see to it that no person has more.
    """

    horizon: int
    contributions: int
    nano_rho: int
    series: int = 1
    per_step: int = 1
    apart: int = 1

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                raise ValueError(f"{name}: got {value!r}, needs a whole number of 1 or more")


class ContinualState(msgspec.Struct, frozen=True):
    """What a counter has to keep, a row for each series: true increments and noised integers.

    The increments are the operator's and never leave; the noised integers are as public as the
    answers. To be stored in the transaction that stores the answer: then a step draws once.
    """

    terms: Terms
    increments: tuple[tuple[int, ...], ...]
    noised: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        rows = (*self.increments, *self.noised)
        wanted = 2 * self.terms.series
        if len(rows) != wanted or len({len(row) for row in rows}) != 1:
            lengths = [len(row) for row in rows]
            raise ValueError(f"state: got rows of lengths {lengths}, needs {wanted} of one length")
        if self.steps > self.terms.horizon:
            raise ValueError(f"state: got {self.steps} steps, the horizon is {self.terms.horizon}")

    @property
    def steps(self) -> int:
        """Return how many steps have been answered."""
        return len(self.noised[0])


class ContinualAnswer(msgspec.Struct, frozen=True):
    """What is told at a step (the first is 0): the running sum of each series, and how far off.

    `expected_error` is the mean distance from the truth; value - half to value + half holds the
    truth with 95 %, at any one step and series and not at all of them at once.
    """

    step: int
    values: tuple[int, ...]
    expected_error: float
    half: int


@dataclass(frozen=True, eq=False)
class ContinualDesign:
    """How one counter is noised; `rmse[t]` is the root of the mean squared error of step t.

    `coefficients` is the first column of C', `weights` that of A C'^-1.
    """

    terms: Terms
    coefficients: Ints
    weights: Floats
    l2_squared: int
    sigma: float
    rmse: Floats

    @property
    def max_rmse(self) -> float:
        """Return the largest error of a step, which is that of the last one."""
        return float(self.rmse[-1])


@lru_cache(maxsize=16)
def design(
    horizon: int,
    contributions: int,
    nano_rho: int,
    series: int = 1,
    per_step: int = 1,
    apart: int = 1,
) -> ContinualDesign:
    """Return how to count up to a horizon so that everything together costs at most nano_rho.

    The arguments are those of `Terms`. Raises ValueError for one that is no whole number above 0.

    >>> round(design(1024, 1, 500_000_000).max_rmse, 2)
    3.27
    >>> design(4, 1, 500_000_000).coefficients.tolist()
    [1024, 512, 384, 320]
    """
    terms = Terms(horizon, contributions, nano_rho, series, per_step, apart)
    coefficients = np.array(_column(horizon), dtype=np.int64)
    l2_squared = series * per_step**2 * _squared(coefficients, contributions, apart)
    sigma = sigma_for_squared(nano_rho, l2_squared)
    weights = np.cumsum(_inverse(coefficients))
    rmse = sigma * np.sqrt(np.cumsum(weights**2))
    for array in (coefficients, weights, rmse):
        array.setflags(write=False)
    return ContinualDesign(terms, coefficients, weights, l2_squared, sigma, rmse)


def start(design: ContinualDesign) -> ContinualState:
    """Return the state of a counter that has counted nothing yet."""
    nothing: tuple[tuple[int, ...], ...] = ((),) * design.terms.series
    return ContinualState(design.terms, nothing, nothing)


def advance(
    design: ContinualDesign,
    state: ContinualState,
    step: int,
    increments: Sequence[int],
    sampler: Sampler,
) -> tuple[ContinualState, ContinualAnswer]:
    """Count one step, one increment for each series, and return the new state and what is told.

    A step that has been answered is told again as it was: no noise is drawn, whatever the
    increments. Raises ValueError for a step beyond the horizon, a step that is not the next one,
    increments that are not one for each series, and a state of other terms.
    """
    _check(design, state, step)
    if step < state.steps:
        return state, answered(design, state, step)
    series = design.terms.series
    if len(increments) != series:
        raise ValueError(f"increments: got {len(increments)}, needs one for each of {series}")
    rows = tuple((*row, new) for row, new in zip(state.increments, increments, strict=True))
    backwards = design.coefficients[step::-1].tolist()
    noised = sampler([sum(map(mul, row, backwards)) for row in rows], design.sigma)
    after = ContinualState(
        state.terms,
        rows,
        tuple((*row, new) for row, new in zip(state.noised, noised, strict=True)),
    )
    return after, answered(design, after, step)


def answered(design: ContinualDesign, state: ContinualState, step: int) -> ContinualAnswer:
    """Return what was told at a step, from the state of that step or of any later one.

    Rounded to whole numbers; the same on every machine, because each product is rounded by itself
    and their sum only once. Raises ValueError for a step that has not been answered.
    """
    _check(design, state, step)
    if step == state.steps:
        raise ValueError(f"step: got {step}, answered are the {state.steps} before it")
    backwards = design.weights[step::-1].tolist()
    values = tuple(round(fsum(map(mul, row, backwards))) for row in state.noised)
    error = float(design.rmse[step])
    return ContinualAnswer(step, values, _mean_distance(error), error_interval(error)[1])


def _mean_distance(error: float) -> float:
    """Return how far off a normal error of this scale is on average, once it has been rounded."""
    if error > 5:
        return error * sqrt(2 / pi)
    normal, reach = NormalDist(0.0, error), int(9 * error) + 1
    return 2 * fsum(normal.cdf(-k - 0.5) for k in range(reach))


def _check(design: ContinualDesign, state: ContinualState, step: int) -> None:
    if state.terms != design.terms:
        raise ValueError(f"state: got one of {state.terms}, the design is of {design.terms}")
    if step >= design.terms.horizon:
        raise ValueError(f"step: got {step}, the horizon is {design.terms.horizon} (from 0)")
    if not 0 <= step <= state.steps:
        raise ValueError(f"step: got {step}, the next one is {state.steps}")


def _column(horizon: int) -> list[int]:
    """Return c'_k = round(1024 binomial(2k, k) / 4^k), by whole numbers alone, a half upwards."""
    column, binomial = [], 1
    for k in range(horizon):
        column.append((2 * FINENESS * binomial + (1 << 2 * k)) >> (2 * k + 1))
        binomial = binomial * 2 * (2 * k + 1) // (k + 1)
    return column


def _squared(coefficients: Ints, contributions: int, apart: int) -> int:
    """Return the squared length of the sum of the columns 0, apart, ... of the Toeplitz matrix."""
    total = np.zeros_like(coefficients)
    for first in range(0, len(coefficients), apart)[:contributions]:
        total[first:] += coefficients[: len(coefficients) - first]
    return sum(value * value for value in total.tolist())


def _inverse(coefficients: Ints) -> Floats:
    """Return the first column of the inverse, by element so that no machine sums otherwise."""
    inverse = np.zeros(len(coefficients))
    rest = np.zeros(len(coefficients))
    rest[0] = 1.0
    for k in range(len(coefficients)):
        inverse[k] = rest[k] / coefficients[0]
        rest[k:] -= inverse[k] * coefficients[: len(coefficients) - k]
    return inverse
