"""Forecasts: moments by enumeration, laws, edges, and how often the interval holds what comes."""

from math import fsum
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from linkage.privacy import forecast as module
from linkage.privacy.forecast import classes_then, forecast, unique_then
from linkage.privacy.pitman_yor import Sizes
from tests.linkage.privacy.restaurant import histogram, outcomes, seated
from tests.linkage.privacy.test_pitman_yor import HISTOGRAMS

# Discount and strength; where the discount is negative there are 5 and 8 classes in all.
PARAMETERS = [(0.0, 1.0), (0.0, 9.0), (0.4, 0.5), (0.8, -0.5), (-1.0, 5.0), (-0.2, 1.6)]


@pytest.mark.parametrize(("d", "theta"), PARAMETERS)
@pytest.mark.parametrize("sizes", [(1, 1), (3, 1), (2, 2, 1), (1, 1, 1, 4)])
@pytest.mark.parametrize("more", [0, 1, 2, 4])
def test_moments_are_those_of_everything_that_can_come(d, theta, sizes, more) -> None:
    seen = Sizes(histogram([n for n, size in enumerate(sizes) for _ in range(size)]))
    ends = list(outcomes(sizes, more, d, theta))
    for moments, count in ((classes_then, len), (unique_then, lambda end: end.count(1))):
        mean = fsum(p * count(end) for p, end in ends)
        variance = fsum(p * count(end) ** 2 for p, end in ends) - mean**2
        got_mean, got_variance = moments(seen, d, theta, more)
        assert got_mean == pytest.approx(mean, abs=1e-9)
        if d > -1:
            assert got_variance == pytest.approx(variance, rel=1e-3, abs=1e-6)
        # With few classes left the variance is only bounded.
        assert got_variance >= variance - 1e-6


@given(HISTOGRAMS.filter(lambda sizes: any(sizes.values())), st.integers(0, 10**10))
def test_figures_are_shares_within_their_intervals(sizes, more) -> None:
    seen = Sizes(sizes)
    f = forecast(sizes, seen.people + more)
    for e in (f.correctness, f.uniqueness):
        assert 0 <= e.low <= e.value <= e.high <= 1
        assert (e.n, e.estimand) == (seen.people, "population")
    assert f.uniqueness.value <= f.correctness.value * (1 + 1e-9)
    assert f.correctness.low >= seen.classes / (seen.people + more) - 1e-15
    then = forecast(sizes, 2 * (seen.people + more)).correctness
    assert then.value <= f.correctness.value * (1 + 1e-9)


@given(HISTOGRAMS.filter(lambda sizes: any(sizes.values())))
def test_of_these_very_people_all_is_known(sizes) -> None:
    seen = Sizes(sizes)
    f = forecast(sizes, seen.people)
    for e, count in ((f.correctness, seen.classes), (f.uniqueness, seen.unique)):
        assert e.low == e.value == e.high == pytest.approx(count / seen.people)


def test_edges() -> None:
    everybody_alone = forecast({1: 50}, 5000).correctness
    assert everybody_alone.value > 0.999
    assert everybody_alone.low < 0.6
    alone = forecast({1: 1}, 10**6).correctness
    assert alone.low < 1e-5
    assert alone.high > 0.999
    alike = forecast({50: 1}, 5000).correctness
    assert alike.value == pytest.approx(1 / 5000)
    assert alike.high > 2 / 5000
    used_up = forecast({1000: 100}, 10**9)
    assert used_up.correctness.value == pytest.approx(1e-7)
    assert used_up.uniqueness.value == 0


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="population 4: there are 5 in the classes already"):
        forecast({5: 1}, 4)
    with pytest.raises(ValueError, match="sizes: no classes at all"):
        forecast({}, 4)


WORLDS = [(-20, 4000.0), (-1, 300.0), (0, 10.0), (0, 200.0), (0.3, 80.0), (0.5, 20.0), (0.8, 40.0)]


def held(worlds: int, seed: int) -> tuple[float, float]:
    """Return how often kappa and uniqueness of 5 x as many people are within their intervals."""
    correct = unique = 0
    for world in range(worlds):
        random = Random(f"{seed} {world}")
        d, theta = WORLDS[world % len(WORLDS)]
        people = random.randint(80, 250)
        classes = seated(random, 5 * people, d, theta)
        f, then = forecast(histogram(classes[:people]), 5 * people), histogram(classes)
        correct += f.correctness.low <= sum(then.values()) / len(classes) <= f.correctness.high
        unique += f.uniqueness.low <= then.get(1, 0) / len(classes) <= f.uniqueness.high
    return correct / worlds, unique / worlds


def test_intervals_hold_what_comes_in_300_worlds() -> None:
    """Outside these bounds with less than one chance in a million, if they do so 93 to 97 %."""
    assert min(held(300, seed=1)) >= binom.ppf(1e-6, 300, 0.93) / 300


@pytest.mark.prove
def test_intervals_hold_what_comes_in_2000_worlds() -> None:
    for share in held(2_000, seed=2):
        assert 0.93 <= share <= 0.97


def test_it_catches_who_takes_the_parameters_for_known(monkeypatch) -> None:
    monkeypatch.setattr(module, "_near", lambda seen: iter(()))
    assert min(held(300, seed=1)) < binom.ppf(1e-6, 300, 0.93) / 300
