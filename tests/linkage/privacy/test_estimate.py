"""Estimates: worked examples, laws of the intervals, and what they must refuse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.intervals import wilson_bounds
from linkage.privacy.estimate import (
    Estimate,
    census,
    difference,
    jackknife,
    sampled_mean,
    sampled_median,
    sampled_share,
    wilson,
)

SHARES = st.integers(0, 300).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n), st.integers(n, 400))
)


def holds_its_value(e: Estimate) -> bool:
    return e.low <= e.value <= e.high


def test_shares_of_a_large_population_are_wilsons() -> None:
    one, other = sampled_share(15, 148, 10**12), wilson(15, 148)
    assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=1e-9)
    assert (one.value, one.n, one.estimand) == (15 / 148, 148, "sample")


def test_a_share_by_hand() -> None:
    """30 of 60 from 101: 60 * 100 / 41 trials, in Wilson's formula."""
    low, high = wilson_bounds(np.array(0.5), np.array(6000 / 41))
    assert sampled_share(30, 60, 101) == Estimate(
        value=0.5, low=float(low), high=float(high), n=60, estimand="sample"
    )


@given(SHARES)
def test_a_share_holds_its_value_and_what_is_possible(case) -> None:
    hits, n, population = case
    e = sampled_share(hits, n, population)
    assert holds_its_value(e)
    if n:
        assert e.low >= hits / population
        assert e.high <= (hits + population - n) / population + 1e-15
    assert (e.estimand == "census") == (n == population)
    more = sampled_share(hits, n, 2 * population + 1)
    assert n in (0, 1, population) or more.high - more.low > e.high - e.low


@given(st.lists(st.floats(0, 1), max_size=40), st.integers(0, 60), st.floats(0.1, 9))
def test_means_hold_their_value_and_move_with_their_unit(values, unseen, factor) -> None:
    x = np.array(values)
    e = sampled_mean(x, len(x) + unseen)
    assert 0 <= e.low <= e.value <= e.high <= 1
    assert e.n == len(x)
    scaled = sampled_mean(x * factor - 3, len(x) + unseen, (-3 - 1e-15, factor - 3 + 1e-15))
    for name in ("value", "low", "high"):
        assert getattr(scaled, name) == pytest.approx(getattr(e, name) * factor - 3, abs=1e-6)


@given(st.integers(2, 30).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n))))
def test_the_mean_of_ones_and_zeros_is_nearly_their_share(case) -> None:
    hits, n = case
    values = np.arange(n * 10) < hits * 10
    mean = sampled_mean(values.astype(float), n * 25, control=0.25)
    share = sampled_share(hits * 10, n * 10, n * 25)
    assert mean.value == pytest.approx(share.value)
    assert mean.control == 0.25
    tolerance = 4 / n * (share.high - share.low)
    assert mean.low == pytest.approx(share.low, abs=tolerance)
    assert mean.high == pytest.approx(share.high, abs=tolerance)


def test_people_who_are_all_alike_prove_little() -> None:
    none, all_ = sampled_mean(np.zeros(20), 1000), sampled_mean(np.ones(20), 1000)
    share = sampled_share(0, 20, 1000)
    assert (none.low, none.high) == (0.0, pytest.approx(share.high))
    assert (all_.low, all_.high) == (pytest.approx(1 - share.high), 1.0)
    half = sampled_mean(np.full(20, 0.5), 1000)
    assert half.high - 0.5 == 0.5 - half.low == pytest.approx(share.high / 2)
    third = sampled_mean(np.full(20, 0.1) * 3, 1000)
    assert third.high - third.low == pytest.approx(share.high)
    nearly = sampled_mean(np.array([0.1 + 0.2, 0.3] * 10), 1000)
    assert nearly.high - nearly.low == pytest.approx(share.high)


def test_an_empty_sample_says_nothing_and_nobody_is_a_census() -> None:
    nothing = Estimate(value=0.0, low=0.0, high=1.0, n=0, estimand="sample")
    none = np.array([])
    assert sampled_share(0, 0, 5) == sampled_mean(none, 5) == nothing
    assert sampled_share(0, 0, 0) == sampled_mean(none, 0) == census(0.0, 0)
    assert sampled_median(none, 0) == census(0.0, 0)
    assert sampled_median(none, 5) == Estimate(value=0, low=0, high=5, n=0, estimand="sample")


def test_everybody_is_a_census() -> None:
    x = np.array([0.0, 0.25, 0.5])
    assert sampled_share(2, 3, 3) == census(2 / 3, 3)
    assert sampled_mean(x, 3, control=0.1).control == 0.1
    assert sampled_mean(x, 3) == census(0.25, 3)
    assert sampled_median(x, 3) == census(0.25, 3)


@pytest.mark.parametrize(
    ("n", "population", "rank"),
    # From tables of the binomial and, for the last two, by counting: of 5 people, 4 sampled hold
    # at least 2 of the 3 at or below the median; 3 sampled of 4 hold at least 1 of the lower 2.
    [(5, 10**9, 1), (4, 10**9, 0), (20, 10**9, 6), (11, 10**9, 3), (4, 5, 2), (3, 4, 1)],
)
def test_the_median_is_between_these_ranks(n: int, population: int, rank: int) -> None:
    e = sampled_median(np.arange(1.0, n + 1), population)
    ends = (float(rank), float(n + 1 - rank)) if rank else (0.0, float(population))
    assert (e.low, e.high) == ends


@given(st.lists(st.integers(1, 50), max_size=60), st.integers(0, 60))
def test_medians_hold_their_value(values, unseen) -> None:
    e = sampled_median(np.array(values, float), len(values) + unseen)
    assert holds_its_value(e)
    mirrored = sampled_median(-np.array(values, float), len(values) + unseen, (-100.0, 0.0))
    if e.high < len(values) + unseen and values:
        assert (mirrored.low, mirrored.high) == (-e.high, -e.low)


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:873, table II, method 10.
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_differences_have_the_published_intervals(a, b, low: float, high: float) -> None:
    e = difference(wilson(*a), wilson(*b))
    assert (round(e.low, 4), round(e.high, 4)) == (low, high)
    assert (e.n, e.estimand) == (a[1] + b[1], "sample")


@given(SHARES, SHARES)
def test_a_difference_turned_round_is_its_negative(one, other) -> None:
    a, b = sampled_share(*one), sampled_share(*other)
    e, turned = difference(a, b), difference(b, a)
    assert -1 - 1e-12 <= e.low <= e.value <= e.high <= 1 + 1e-12
    assert (turned.low, turned.value, turned.high) == (-e.high, -e.value, -e.low)
    assert (e.estimand == "census") == (a.estimand == b.estimand == "census")


def test_a_jackknife_by_hand() -> None:
    """Means without one of (0.1, 0.2, 0.6): .4, .35, .15; the error of the mean is s / sqrt 3."""
    e = jackknife(0.3, np.array([0.4, 0.35, 0.15]), 3)
    error = 4.302652729749464 * np.std([0.1, 0.2, 0.6], ddof=1) / np.sqrt(3)
    assert e == Estimate(
        value=0.3, low=0.0, high=pytest.approx(0.3 + error), n=3, estimand="population"
    )
    free = jackknife(0.3, np.array([0.4, 0.35, 0.15]), 3, bounds=(-9.0, 9.0))
    assert free.low == pytest.approx(0.3 - error)


def test_a_shift_of_all_parts_is_no_doubt() -> None:
    parts = np.array([0.42, 0.4, 0.41, 0.43])
    one, moved = jackknife(0.4, parts, 9), jackknife(0.4, parts + 0.2, 9)
    assert (one.low, one.high) == (pytest.approx(moved.low), pytest.approx(moved.high))


def test_parts_that_agree_are_as_sure_as_their_units() -> None:
    e = jackknife(1.0, np.ones(20), 500)
    assert (e.low, e.high) == (pytest.approx(wilson(20, 20).low), 1.0)
    e = jackknife(0.0, np.zeros(20), 500, units=200)
    assert (e.low, e.high) == (0.0, pytest.approx(wilson(0, 200).high))


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: sampled_share(4, 3, 9), "4 hits of 3 of 9 people: needs 0 <= hits <= n"),
        (lambda: sampled_share(-1, 3, 9), "-1 hits of 3"),
        (lambda: sampled_mean(np.array([0.5, 1.5]), 9), "values: 1.5 is outside 0.0 to 1.0"),
        (lambda: sampled_mean(np.array([np.nan]), 9), "values: nan is outside"),
        (lambda: sampled_mean(np.array([0.5]), 9, (1.0, 0.0)), "needs two finite numbers"),
        (lambda: sampled_mean(np.array([0.5]), 9, (0.0, np.inf)), "needs two finite numbers"),
        (lambda: sampled_median(np.array([3.0]), 9, (0.0, 2.0)), "3.0 is outside 0.0 to 2.0"),
        (lambda: jackknife(0.5, np.array([0.5]), 9), "1 parts: a jackknife needs at least 2"),
        (lambda: jackknife(1.5, np.array([0.5, 0.6]), 9), "whole and parts: 1.5 is outside"),
        (
            lambda: difference(census(0.5, 3), jackknife(0.5, np.array([0.5, 0.6]), 9)),
            "a census minus a population: estimate both of the same thing",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(ask, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ask()
