"""Unicity against counting it out by sets."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.synthetic.calibration.traces import Trace
from streams.synthetic.calibration.unicity import (
    crowds,
    day_and_place,
    day_place_and_price,
    gather,
    hour_and_place,
    share_alone,
    unicity,
)

# Four people: 0 and 1 share two points, 2 shares one with both, 3 nothing with anybody.
SEEN = {0: {10, 11, 12}, 1: {10, 11, 13}, 2: {10, 20, 21}, 3: {30, 31, 32}}


def table(seen: dict[int, set[int]]) -> tuple[np.ndarray, np.ndarray]:
    pairs = [(person, point) for person, points in seen.items() for point in points]
    person, point = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return person, point


def exact(seen: dict[int, set[int]], known: int) -> float:
    """The mean over people of the share of their subsets of points that nobody else has."""
    shares = []
    for mine in seen.values():
        if len(mine) >= known:
            subsets = [set(chosen) for chosen in combinations(sorted(mine), known)]
            alone = [sum(chosen <= other for other in seen.values()) == 1 for chosen in subsets]
            shares.append(sum(alone) / len(alone))
    return sum(shares) / len(shares)


@pytest.mark.parametrize(("known", "share"), [(1, 7 / 12), (2, 10 / 12), (3, 1.0)])
def test_four_people(known: int, share: float) -> None:
    assert exact(SEEN, known) == pytest.approx(share)
    points = gather(*table(SEEN))
    hits = [
        (crowds(points, known, 4, np.random.default_rng(seed)) == 1).mean() for seed in range(2_000)
    ]
    assert np.mean(hits) == pytest.approx(share, abs=0.02)


@given(
    st.lists(st.sets(st.integers(0, 6), min_size=3, max_size=3), min_size=1, max_size=12),
    st.integers(0, 2**32),
)
def test_who_has_all_points_of_somebody_is_in_the_crowd(sets: list[set[int]], seed: int) -> None:
    found = crowds(gather(*table(dict(enumerate(sets)))), 3, 100, np.random.default_rng(seed))
    assert Counter(found.tolist()) == Counter(sets.count(mine) for mine in sets)


@given(
    st.dictionaries(st.integers(0, 9), st.sets(st.integers(0, 5)), min_size=1),
    st.integers(1, 5),
    st.integers(1, 12),
)
def test_only_those_with_enough_points_are_asked(
    seen: dict[int, set[int]], known: int, sample: int
) -> None:
    able = sum(len(points) >= known for points in seen.values())
    found = crowds(gather(*table(seen)), known, sample, np.random.default_rng(1))
    assert len(found) == min(able, sample)
    assert (found >= 1).all()


@pytest.mark.parametrize("pair", list(combinations(range(5), 2)))
def test_every_choice_of_two_points_of_five_is_as_likely(pair: tuple[int, int]) -> None:
    # Somebody else has one pair of them, so one choice in ten meets a crowd.
    points = gather(*table({0: set(range(5)), 1: set(pair)}))
    met = [crowds(points, 2, 2, np.random.default_rng(seed)).sum() == 4 for seed in range(800)]
    assert np.mean(met) == pytest.approx(0.1, abs=0.04)


def test_seeing_somebody_twice_at_a_point_is_one_point() -> None:
    person, point = table(SEEN)
    once, twice = gather(person, point), gather(np.tile(person, 2), np.tile(point, 2))
    assert (once.pairs == twice.pairs).all()


def test_a_sample_has_an_interval_and_a_census_has_none() -> None:
    points = gather(*table(SEEN))
    everybody = unicity(points, 3, 100, np.random.default_rng(1))
    assert (everybody.value, everybody.low, everybody.high) == (1.0, 1.0, 1.0)
    assert (everybody.n, everybody.estimand) == (4, "census")
    some = unicity(points, 3, 2, np.random.default_rng(1))
    assert (some.n, some.estimand) == (2, "sample")
    assert some.low < 1.0
    nobody = unicity(points, 4, 2, np.random.default_rng(1))
    assert (nobody.n, nobody.low, nobody.high) == (0, 0.0, 1.0)


def test_points_are_told_apart_by_hour_or_day_place_and_price() -> None:
    one = np.array([0, 0, 0, 0, 0, 0], dtype=np.int32)
    hour = np.array([5, 6, 30, 5, 5, 5], dtype=np.int32)
    place = np.array([1, 1, 1, 2, 1, 1], dtype=np.int32)
    cents = np.array([600, 600, 600, 600, 1_500, 1_700], dtype=np.int32)  # ranges end at 1581
    trace = Trace(one, hour, place, cents)
    assert _groups(hour_and_place(trace)) == [0, 1, 2, 3, 0, 0]
    assert _groups(day_and_place(trace)) == [0, 0, 1, 2, 0, 0]
    assert _groups(day_place_and_price(trace)) == [0, 0, 1, 2, 0, 3]


def _groups(codes: np.ndarray) -> list[int]:
    names: dict[int, int] = {}
    return [names.setdefault(code, len(names)) for code in codes.tolist()]


def test_share_alone_counts_whose_values_nobody_shares() -> None:
    surname, given_name = np.array([1, 1, 1, 2]), np.array([5, 5, 6, 5])
    assert share_alone((surname, given_name)) == 0.5
    assert share_alone((surname,)) == 0.25
