"""Sampled unicity beside the exhaustive one: of everybody, by every two of their points."""

from collections import Counter
from itertools import combinations
from statistics import mean

import numpy as np
import pytest

from linkage.privacy.adversary import Knowledge
from linkage.privacy.histogram import ClassHistogram
from linkage.privacy.metric import Context, load_metrics
from linkage.privacy.points import PointIndex
from tests.linkage.privacy.worlds import ADVERSARIES, VIEWS

PEOPLE, HELD, PLACES = 20_000, 4, 700
UNICITY = load_metrics()["unicity"]
WITHIN, SEEDS = 0.01, 16
ENOUGH = 9_604
"""(1.96 / .01)^2 / 4: as many attacked people are within .01 in 95 % of samples, whatever U is."""


def town():
    """Return the points of each person, busy places more often than quiet ones."""
    rng = np.random.default_rng(11)
    weights = 1.0 / np.sqrt(np.arange(1, PLACES + 1))
    return [
        rng.choice(PLACES, HELD, replace=False, p=weights / weights.sum()).tolist()
        for _ in range(PEOPLE)
    ]


@pytest.fixture(scope="module")
def people():
    return town()


@pytest.fixture(scope="module")
def exhaustive(people):
    pairs = [[frozenset(pair) for pair in combinations(points, 2)] for points in people]
    carried = Counter(pair for mine in pairs for pair in mine)
    return mean(carried[pair] == 1 for mine in pairs for pair in mine)


def sampled(people, n, seed, choose=PointIndex.targets):
    index = PointIndex(seed=seed, sample=n)
    rows = PEOPLE * HELD
    index.add(
        np.repeat(np.arange(PEOPLE), HELD),
        np.zeros(rows, np.uint8),
        1 + np.array(people, dtype=np.uint64).reshape(-1),
        np.ones(rows, np.int8),
    )
    context = Context(
        view=VIEWS[0],
        number=0,
        sources=(0,),
        views=VIEWS,
        histogram=ClassHistogram(len(VIEWS)),
        visible=index,
        profiles=index.profiles(choose(index)),
        adversary=ADVERSARIES["points"],
        knowledge=Knowledge(2),
        seed=seed,
        population=PEOPLE,
    )
    return UNICITY.measure(context)


def test_over_seeds_it_is_the_exhaustive_one(people, exhaustive):
    assert 0.4 < exhaustive < 0.6
    found = [sampled(people, 1_000, seed) for seed in range(SEEDS)]
    assert mean(each.value for each in found) == pytest.approx(exhaustive, abs=WITHIN)
    assert {each.n for each in found} == {1_000}
    # Each by itself is not that near, and says so.
    assert sum(abs(each.value - exhaustive) <= WITHIN for each in found) < SEEDS - 2
    assert all(each.high - each.low > 2 * WITHIN for each in found)


def test_with_enough_people_each_sample_is_within_a_hundredth(people, exhaustive):
    found = [sampled(people, ENOUGH, seed) for seed in range(SEEDS)]
    assert sum(abs(each.value - exhaustive) <= WITHIN for each in found) >= SEEDS - 2
    assert mean(each.value for each in found) == pytest.approx(exhaustive, abs=WITHIN / 3)


def test_it_catches_who_attacks_whoever_comes_first(people, exhaustive):
    """Who came first here is at quiet places."""
    quiet = sorted(people, key=sum, reverse=True)

    def first(_):
        return np.arange(1_000)

    assert abs(sampled(quiet, 1_000, 0).value - exhaustive) < 0.06
    assert abs(sampled(quiet, 1_000, 0, choose=first).value - exhaustive) > 0.1
