"""How often 95 % intervals hold what is true, over small seeded worlds."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import binom

from linkage.intervals import wilson_bounds
from linkage.privacy import estimate
from linkage.privacy.estimate import (
    Estimate,
    difference,
    jackknife,
    sampled_mean,
    sampled_median,
    sampled_share,
)

SAMPLES = 10
"""Samples of each world."""
Rng = np.random.Generator


def lots(rng: Rng, people: int) -> np.ndarray:
    """Ones and zeros of any share."""
    return (rng.random(people) < rng.random()).astype(float)


def crowds(rng: Rng, people: int) -> np.ndarray:
    """1 / crowd, crowds large or small."""
    return 1 / (1 + rng.poisson(np.exp(rng.normal(rng.uniform(-1, 3), 1, people))))


def chances(rng: Rng, people: int) -> np.ndarray:
    return rng.beta(rng.uniform(0.2, 3), rng.uniform(0.2, 3), people)


def nearly_sure(rng: Rng, people: int) -> np.ndarray:
    return rng.beta(20, 0.3, people)


def skewed(rng: Rng, people: int) -> np.ndarray:
    return 1 / (1 + rng.poisson(np.exp(rng.normal(4, 2, people))))


def share_of(x: np.ndarray, people: int) -> Estimate:
    return sampled_share(int(x.sum()), len(x), people)


CASES = [
    (share_of, lots, np.mean),
    (sampled_mean, lots, np.mean),
    (sampled_mean, crowds, np.mean),
    (sampled_mean, chances, np.mean),
    (sampled_mean, nearly_sure, np.mean),
    (sampled_median, chances, np.median),
]
EVERY = pytest.mark.parametrize(
    ("estimator", "kind", "true"), CASES, ids=[f"{e.__name__}-{k.__name__}" for e, k, _ in CASES]
)


def held(estimator: Callable, kind: Callable, true: Callable, worlds: int, seed: int) -> float:
    """Return how often the interval of a sample holds the figure of its world."""
    hits = 0
    for world in range(worlds):
        rng = np.random.default_rng([seed, world])
        people = int(rng.integers(60, 500))
        values = kind(rng, people)
        truth = float(true(values))
        for _ in range(SAMPLES):
            n = max(10, int(people * rng.uniform(0.1, 0.7)))
            found = estimator(rng.choice(values, n, replace=False), people)
            hits += found.low - 1e-12 <= truth <= found.high + 1e-12
    return hits / (worlds * SAMPLES)


def tolerated(trials: int) -> tuple[float, float]:
    """Return what coverage of 93 to 97 % gives, but for less than one chance in a million."""
    low, high = binom.ppf(5e-7, trials, 0.93), binom.isf(5e-7, trials, 0.97)
    return float(low) / trials, float(high) / trials


@EVERY
def test_intervals_hold_the_truth_in_300_worlds(estimator, kind, true) -> None:
    low, high = tolerated(300 * SAMPLES)
    assert low <= held(estimator, kind, true, 300, seed=1) <= high


@pytest.mark.prove
@EVERY
def test_intervals_hold_the_truth_in_2000_worlds(estimator, kind, true) -> None:
    assert 0.93 <= held(estimator, kind, true, 2_000, seed=2) <= 0.97


@pytest.mark.prove
def test_what_is_said_of_very_skewed_values_is_so() -> None:
    assert 0.90 <= held(sampled_mean, skewed, np.mean, 2_000, seed=3) <= 0.93


def test_it_catches_who_forgets_that_the_population_is_finite(monkeypatch) -> None:
    monkeypatch.setattr(estimate, "_trials", lambda n, population: float(n))
    _, high = tolerated(300 * SAMPLES)
    assert held(share_of, lots, np.mean, 300, seed=1) > high


def test_it_catches_an_interval_of_nine_tenths(monkeypatch) -> None:
    def narrow(share, n, z=0):
        return wilson_bounds(share, n, 1.6448536269514722)

    monkeypatch.setattr("linkage.intervals.wilson_bounds", narrow)
    low, _ = tolerated(300 * SAMPLES)
    assert held(share_of, lots, np.mean, 300, seed=1) < low
    assert held(sampled_mean, chances, np.mean, 300, seed=1) < low


def disparities(worlds: int, seed: int) -> float:
    """Return how often the interval of a difference of two groups' shares holds it."""
    hits = 0
    for world in range(worlds * SAMPLES):
        rng = np.random.default_rng([seed, world])
        groups = [lots(rng, int(rng.integers(60, 500))) for _ in range(2)]
        found = [
            share_of(rng.choice(x, max(10, int(len(x) * rng.uniform(0.1, 0.7))), False), len(x))
            for x in groups
        ]
        e = difference(*found)
        hits += e.low <= groups[0].mean() - groups[1].mean() <= e.high
    return hits / (worlds * SAMPLES)


def test_differences_hold_the_truth_in_300_worlds() -> None:
    low, high = tolerated(300 * SAMPLES)
    assert low <= disparities(300, seed=4) <= high


@pytest.mark.prove
def test_differences_hold_the_truth_in_2000_worlds() -> None:
    assert 0.93 <= disparities(2_000, seed=5) <= 0.97


GROUPS, HOUSEHOLDS = 25, 200


def town(rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """Return the household of each person, and what is known of them: the place and one of 3."""
    household = np.repeat(np.arange(HOUSEHOLDS), rng.integers(1, 6, HOUSEHOLDS))
    places = 1.0 / np.sqrt(np.arange(1, 5001))
    place = rng.choice(5000, HOUSEHOLDS, p=places / places.sum())
    return household, place[household] * 3 + rng.integers(0, 3, len(household))


def mean_like(known: np.ndarray) -> float:
    return float((known % 7 < 3).mean())


def vulnerability(known: np.ndarray) -> float:
    return len(np.unique(known)) / len(known)


def jackknifed(figure: Callable, worlds: int, seed: int) -> float:
    """Return how often the jackknife's interval of a town holds what towns have on average."""
    found = []
    for world in range(worlds):
        rng = np.random.default_rng([seed, world])
        household, known = town(rng)
        group = (rng.permutation(HOUSEHOLDS) % GROUPS)[household]
        parts = np.array([figure(known[group != g]) for g in range(GROUPS)])
        found.append(jackknife(figure(known), parts, len(known)))
    true = np.mean([e.value for e in found])
    return sum(e.low <= true <= e.high for e in found) / worlds


@pytest.mark.parametrize("figure", [mean_like, vulnerability])
def test_the_jackknife_by_households_holds_the_truth(figure) -> None:
    assert binom.ppf(5e-7, 300, 0.93) / 300 <= jackknifed(figure, 300, seed=6)


@pytest.mark.prove
@pytest.mark.parametrize("figure", [mean_like, vulnerability])
def test_the_jackknife_by_households_holds_the_truth_in_2000_towns(figure) -> None:
    assert 0.93 <= jackknifed(figure, 2_000, seed=7) <= 0.97
