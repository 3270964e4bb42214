"""Crowds among everybody from those in a sample: exact where they are known, binomial elsewhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.stats import binom

from linkage.privacy.pricing import extrapolation
from linkage.privacy.pricing.extrapolation import NUMBERS, Dependence, Met, fitted

NO_DOUBT = np.zeros((NUMBERS, NUMBERS))
INDEPENDENT = Dependence(np.array([0.0, 1.0, 0.0, -20.0, 0.0, -40.0]), NO_DOUBT, 1000)
"""As good as no effect of the person, and nobody of whom all goes together."""


def met(rows) -> Met:
    columns = zip(*rows, strict=True)
    return Met(
        *(np.array(c, dtype=t) for c, t in zip(columns, (int, int, int, float), strict=True))
    )


# among <= candidates, met <= among
ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 60), st.floats(1e-9, 1.0)).map(
        lambda row: (min(row[0], row[1]), row[1], row[1] + row[2], row[3])
    ),
    min_size=1,
    max_size=8,
)
NUMBERS_OF = st.tuples(
    st.floats(-3, 3),
    st.floats(0, 2),
    st.floats(-1, 1),
    st.floats(-3, 1),
    st.floats(-3, 1),
    st.floats(-5, 2),
)


@given(ROWS, NUMBERS_OF)
def test_nobody_is_lost_and_crowds_keep_to_what_is_known(rows, numbers) -> None:
    seen = met(rows)
    weight = np.arange(1.0, len(rows) + 1.0)
    found = Dependence(np.array(numbers), NO_DOUBT, 1000).expected(seen, weight)
    assert found.share.sum() == pytest.approx(weight.sum())
    least = np.where(seen.settled, seen.candidates, seen.met).min() + 1
    some = found.share > 1e-12
    assert found.size[some].min() >= least
    assert found.size[some].max() <= seen.candidates.max() + 1


def test_a_crowd_is_known_with_one_source_or_no_candidate_or_all_of_them_sampled() -> None:
    rows = [(0, 2, 7, 1.0), (0, 0, 0, 0.1), (2, 5, 5, 0.1)]
    for row, size in zip(rows, (8, 1, 3), strict=True):
        found = INDEPENDENT.expected(met([row]), np.ones(1))
        assert found.share[np.isclose(found.size, size)].sum() == pytest.approx(1.0)


def test_who_was_not_sampled_fits_as_often_as_if_sources_were_independent() -> None:
    found = INDEPENDENT.expected(met([(1, 2, 12, 0.3)]), np.ones(1))
    for more in range(11):
        expected = binom.pmf(more, 10, 0.3)
        assert found.share[found.size == 2 + more].sum() == pytest.approx(expected, abs=1e-9)


def test_crowds_beyond_the_head_are_told_by_their_mean() -> None:
    found = INDEPENDENT.expected(met([(0, 0, 5000, 0.5)]), np.ones(1))
    assert float(found.size @ found.share) == pytest.approx(1 + 2500, rel=1e-6)
    assert found.share[found.size > extrapolation.HEAD].sum() == pytest.approx(1.0)


def test_a_sample_that_says_nothing_leaves_the_prior() -> None:
    found = fitted(met([(0, 0, 9, 0.2), (0, 3, 3, 1.0)]), 1000)
    assert found.numbers == pytest.approx(extrapolation._PRIOR, abs=1e-4)
    # And all of its doubt, in some direction or other.
    assert (found.doubt**2).sum(axis=1)[1:] == pytest.approx(
        extrapolation._SPREAD[1:] ** 2, rel=0.1
    )


def simulated(seed: int, together: float, rows: int = 3000) -> Met:
    """A sample of a tenth, of crowds whose sources are independent or, of some people, one."""
    draw = np.random.default_rng(seed)
    candidates = draw.integers(1, 200, rows)
    rest = np.exp(draw.uniform(np.log(0.003), np.log(0.3), rows))
    fits = np.where(draw.random(rows) < together, 0.6, rest)
    among = draw.binomial(candidates, 0.1)
    return Met(draw.binomial(among, fits), among, candidates, rest)


@pytest.mark.parametrize("together", [0.0, 0.3])
def test_the_dependence_is_found_that_was_there(together) -> None:
    seen = simulated(1, together)
    found = fitted(seen, 2000)
    omega = 1.0 / (1.0 + np.exp(-found.numbers[5]))
    assert omega == pytest.approx(together, abs=0.05)
    assert found.numbers[:2] == pytest.approx([0.0, 1.0], abs=0.25)
    if together:
        assert -np.expm1(-np.exp(found.numbers[4])) == pytest.approx(0.6, abs=0.05)


def test_nearly_the_same_sample_need_not_be_searched_from_afar() -> None:
    seen = simulated(2, 0.1)
    whole, again = fitted(seen, 2000), fitted(seen, 2000, np.full(NUMBERS, 0.1))
    assert again.numbers == pytest.approx(whole.numbers, abs=0.02)
    assert not again.doubt.any()


def test_the_slope_of_the_likelihood_is_its_slope() -> None:
    seen = simulated(3, 0.1, 40)
    columns = extrapolation._columns(seen, 2000)
    eta = extrapolation._eta(np.array([0.1, 0.9, 0.1, -0.5, -0.3, -2.0]), columns)
    _, slope = extrapolation._likelihood(eta, seen)

    def total(shift):
        return float(extrapolation._likelihood(eta + shift[0], seen)[0].sum())

    assert float(slope.sum()) == pytest.approx(approx_fprime(np.zeros(1), total)[0], rel=1e-3)


def test_a_larger_sample_leaves_less_doubt() -> None:
    few, many = (fitted(simulated(4, 0.1, rows), 2000).doubt for rows in (30, 3000))
    assert (many**2).sum() < 0.3 * (few**2).sum()
