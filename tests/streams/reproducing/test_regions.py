"""Classes, who is alone, and regions to put people in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.reproducing.classes import alone, classes, expected_alone, months, years
from streams.reproducing.favourites import favourites
from streams.reproducing.regions import (
    Uneven,
    fitting_rectangles,
    fitting_uneven,
    rectangles,
    sizes,
    uneven_regions,
)
from streams.synthetic.calibration.traces import Trace

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(-5, 5)), min_size=1, max_size=30)
BORN = np.random.default_rng(1).integers(700_000, 730_000, 60_000)


@given(ROWS)
def test_a_class_is_who_is_equal_in_all_columns(rows: list) -> None:
    a, b = np.array(rows).T
    of = classes(a, b)
    same = [[mine == other for other in rows] for mine in rows]
    assert (np.equal.outer(of, of) == np.array(same)).all()
    assert alone(of).tolist() == [rows.count(mine) == 1 for mine in rows]
    assert set(of.tolist()) == set(range(len(set(rows))))


def test_months_and_years_of_birth() -> None:
    days = np.array([719_163, 719_163 - 1, 719_163 + 365])
    assert months(days).tolist() == [0, -1, 12]
    assert years(days).tolist() == [0, -1, 1]


def test_who_is_expected_alone_is_who_is_alone_on_average() -> None:
    of = np.repeat(np.arange(6), [10, 20, 30, 100, 300, 540])
    draw = np.random.default_rng(2)
    for size in (2, 5, 20):
        counted = [alone(draw.choice(of, size, replace=False)).mean() for _ in range(4_000)]
        told = float(expected_alone(of, np.array([float(size)]))[0])
        assert told == pytest.approx(float(np.mean(counted)), abs=0.015)


def test_rectangles_cover_the_plane_once() -> None:
    cells = np.arange(95)  # a row of ten, the last one short
    region = rectangles(cells, 95, 3, 4)
    assert len(np.unique(region)) == 3 * 3 + 2
    assert np.bincount(np.unique(region, return_inverse=True)[1]).max() == 12


def test_rectangles_are_so_large_that_the_share_is_met() -> None:
    draw = np.random.default_rng(3)
    cell, of = draw.integers(0, 900, 200_000), classes(draw.integers(0, 20_000, 200_000))
    for share in (0.55, 0.7, 0.9):
        region = fitting_rectangles(of, cell, 900, share)
        assert alone(classes(of, region)).mean() == pytest.approx(share, abs=0.04)


def test_uneven_sizes_are_fitted_and_make_both_shares() -> None:
    day, month = classes(BORN), classes(months(BORN))
    true = Uneven(3_000.0, 1.1)
    n = sizes(true, 400)
    weight = n / n.sum()
    wanted = tuple(float(expected_alone(of, n) @ weight) for of in (day, month))
    fitted = fitting_uneven(day, month, wanted)
    assert fitted.people == pytest.approx(true.people, rel=0.02)
    assert fitted.sigma == pytest.approx(true.sigma, rel=0.02)


def test_uneven_regions_are_runs_of_cells_with_the_mean_size() -> None:
    cells = np.arange(4_000)
    region = uneven_regions(cells, 4_000, Uneven(9_200.0, 0.8), np.random.default_rng(4))
    assert (np.diff(region) >= 0).all()
    n = np.bincount(region)
    assert n.mean() == pytest.approx(40, rel=0.15)
    assert n.max() > 4 * np.median(n)


def test_favourites_are_the_places_seen_most() -> None:
    rows = [(0, 5), (0, 5), (0, 7), (2, 7), (2, 9), (2, 9), (2, 1)]
    who, place = np.array(rows, dtype=np.int32).T
    zeros = np.zeros_like(who)
    first, second, third = favourites(Trace(who, zeros, place, zeros), 3)
    assert first.tolist() == [5, 9]
    assert second.tolist() == [7, 1]
    assert third.tolist() == [-1, 7]
