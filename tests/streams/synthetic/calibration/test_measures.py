"""The world against published figures: 20,000 people over 30 days; and the measures themselves."""

import numpy as np
import pytest

from linkage.privacy.estimate import Estimate
from streams.source import load_sources
from streams.synthetic.calibration import unicity as u
from streams.synthetic.calibration.measures import (
    distinct_places,
    gyration,
    visit_shares,
    zipf_slope,
)
from streams.synthetic.calibration.traces import Observed, Trace, observe
from streams.synthetic.chance import chance
from streams.synthetic.places import width_of
from streams.synthetic.preset import PRESETS
from streams.synthetic.world import World

PEOPLE, DAYS, SAMPLE = 20_000, 30, 10_000
CELLS = 87


@pytest.fixture(scope="module")
def seen() -> Observed:
    sources = {name: source for name, source in load_sources().items() if name in ("phone", "bank")}
    return observe(World(PEOPLE, DAYS, 7, sources, PRESETS["clean"]))


@pytest.fixture(scope="module")
def calls(seen: Observed) -> Trace:
    return seen.traces["cdr"]


def known(points: u.Points, number: int) -> Estimate:
    return u.unicity(points, number, SAMPLE, chance(1, "test", tick=number))


def test_calls_single_people_out_as_in_de_montjoye_2013(calls: Trace) -> None:
    points = u.gather(calls.person, u.hour_and_place(calls))
    two, four = known(points, 2), known(points, 4)
    assert two.low > 0.50
    assert 0.93 < four.low < four.high < 0.98


def test_card_payments_single_people_out_as_in_de_montjoye_2015(seen: Observed) -> None:
    cards = seen.traces["card"]
    plain = u.gather(cards.person, u.day_and_place(cards))
    priced = u.gather(cards.person, u.day_place_and_price(cards))
    four = known(plain, 4)
    assert 0.85 < four.low < four.high < 0.95
    for number in (2, 3, 4):
        assert known(priced, number).low > known(plain, number).high


def test_calls_are_as_many_as_published_and_rest_at_night(seen: Observed) -> None:
    by_hour = seen.by_hour["cdr"]
    assert by_hour.sum() / PEOPLE / DAYS == pytest.approx(3.8, rel=0.04)
    assert by_hour.argmin() in (3, 4)
    assert by_hour.argmax() in (18, 19)
    noon, dip = by_hour[12], by_hour[14:16].min()
    assert noon > dip  # two humps
    assert by_hour[3:5].sum() < by_hour.sum() / 200


def test_favourite_places_follow_zipf(calls: Trace) -> None:
    shares, people = visit_shares(calls, 15)
    slope = zipf_slope(shares)
    assert people > 1_000
    assert slope.low < -1.2 < slope.high
    assert (np.diff(shares) < 0).all()


def test_the_radius_of_gyration_is_small_for_most_and_large_for_some(calls: Trace) -> None:
    radius = gyration(calls, CELLS, 50)
    median, ninety = np.percentile(radius, [50, 90])
    assert len(radius) > PEOPLE / 2
    assert 1.0 < median < 2.5
    assert 1.4 * median < ninety < 0.5 * width_of(CELLS)


def test_new_places_become_rarer(calls: Trace) -> None:
    growth = distinct_places(calls, DAYS)
    week = np.diff(growth[6::7])
    assert growth[0] > 1
    assert (week > 0).all()
    assert week[-1] < (growth[6] - growth[0]) / 2


def trace(rows: list[tuple[int, int, int]]) -> Trace:
    """(person, hour, place) by row."""
    person, hour, place = np.array(rows, dtype=np.int32).T
    return Trace(person, hour, place, np.zeros(len(rows), dtype=np.int32))


def test_the_radius_of_gyration_of_three_people() -> None:
    # A row of the plane has 10 cells. Person 0: two corners of 6 x 8 km; 1 stays; 2 has one point.
    given = trace([(0, 0, 0), (0, 1, 86), (1, 0, 42), (1, 5, 42), (2, 0, 7)])
    assert gyration(given, CELLS, 2).tolist() == [5.0, 0.0]
    assert gyration(given, CELLS, 1).tolist() == [5.0, 0.0, 0.0]


def test_visit_shares_of_two_people() -> None:
    rows = [(0, h, 5) for h in range(6)] + [(0, h, 6) for h in range(3)] + [(0, 9, 7)]
    rows += [(1, h, 9) for h in range(8)] + [(1, h, 5) for h in range(2)]
    shares, people = visit_shares(trace(rows), 2)
    assert people == 2
    assert shares[:4] == pytest.approx([0.7, 0.25, 0.05, 0.0])
    shares, people = visit_shares(trace(rows), 3)
    assert people == 1
    assert shares[:3] == pytest.approx([0.6, 0.3, 0.1])
    assert visit_shares(trace(rows), 4)[1] == 0


def test_the_slope_of_an_exact_law_has_no_doubt_and_that_of_another_has() -> None:
    rank = np.arange(1.0, 11.0)
    assert zipf_slope(0.4 * rank**-1.2) == pytest.approx((-1.2, -1.2, -1.2))
    bent = zipf_slope(np.exp(-rank))
    (slope, _), covariance = np.polyfit(np.log(rank), -rank, 1, cov=True)
    half = 2.306 * covariance[0, 0] ** 0.5
    assert bent == pytest.approx((slope, slope - half, slope + half), rel=1e-4)


def test_places_are_counted_from_the_day_they_are_first_seen() -> None:
    rows = [(0, 1, 5), (0, 25, 5), (0, 26, 6), (1, 3, 5), (1, 50, 8), (1, 51, 9)]
    assert distinct_places(trace(rows), 3).tolist() == [1.0, 1.5, 2.5]
