"""The parts of studies that are formulas, against counting."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.published.de_montjoye_2013 import coarse, exponent
from streams.published.de_montjoye_2015 import bare, priced
from streams.published.farzanehfar_2021 import alone_in_part
from streams.published.rocher_2019 import likely_right, likely_unique
from streams.published.tournier_2022 import by_place, by_working_hours, found_again
from streams.synthetic.calibration.traces import Trace
from streams.synthetic.calibration.unicity import day_and_place, day_place_and_price


def trace(*rows: tuple[int, int, int, int]) -> Trace:
    return Trace(*(np.array(column, dtype=np.int32) for column in zip(*rows, strict=True)))


@pytest.mark.parametrize("beta", [0.02, 0.129, 0.4])
def test_the_exponent_of_a_power_law_is_found(beta: float) -> None:
    x = np.array([1.0, 2, 4, 8, 16])
    assert exponent(x, 1.95 - x**beta) == pytest.approx(beta, abs=1e-4)


def test_coarser_points_are_unions_of_finer_ones() -> None:
    seen = trace(*((0, hour, place, 0) for hour in range(8) for place in range(16)))
    finest = coarse(seen, 4, (1, 1))
    assert len(np.unique(finest)) == 8 * 16
    for hours, cells in ((2, 1), (1, 2), (4, 4)):
        merged = coarse(seen, 4, (hours, cells))
        assert len(np.unique(merged)) == 8 * 16 / hours / cells
        pairs = np.unique(np.column_stack([finest, merged]), axis=0)
        assert len(pairs) == len(np.unique(finest))


def test_days_of_one_are_the_points_of_the_calibration() -> None:
    seen = trace((0, 5, 3, 900), (0, 30, 3, 900), (1, 30, 3, 90_000), (2, 50, 9, 120))
    for mine, theirs in ((bare(1), day_and_place), (priced(1), day_place_and_price)):
        assert (mine(seen) == theirs(seen)).all()
    assert len(np.unique(bare(7)(seen))) == 2
    assert len(np.unique(priced(7)(seen))) == 3


@given(st.integers(1, 6), st.integers(1, 6))
def test_who_is_alone_in_a_part_is_counted_over_all_parts(crowd: int, part: int) -> None:
    people = 6
    mine = [chosen for chosen in combinations(range(people), part) if 0 in chosen]
    alone = [not any(0 < other < crowd for other in chosen) for chosen in mine]
    told = float(alone_in_part(np.array([crowd]), part, people)[0])
    assert told == pytest.approx(sum(alone) / len(alone), abs=1e-9)


@given(st.integers(1, 50), st.integers(60, 5_000))
def test_being_alone_in_a_part_is_convex_in_its_size(crowd: int, people: int) -> None:
    sizes = np.linspace(1, people, 9).astype(int)
    sizes = sizes[0] + np.arange(9) * ((sizes[-1] - sizes[0]) // 8)
    told = [float(alone_in_part(np.array([crowd]), int(n), people)[0]) for n in sizes]
    assert told[0] == pytest.approx(1)
    assert (np.diff(told, 2) >= -1e-9).all()


@given(
    st.lists(st.floats(0.05, 1), min_size=2, max_size=4),
    st.integers(1, 5),
)
def test_the_formulas_are_those_of_records_drawn_one_by_one(shares: list, n: int) -> None:
    p = np.array(shares) / sum(shares)
    words = np.indices((len(p),) * n).reshape(n, -1).T
    chance = p[words].prod(axis=1)
    same = (words == words[:, :1]).sum(axis=1)
    for name, counted in (("unique", same == 1), ("right", 1 / same)):
        told = likely_unique(p, n) if name == "unique" else likely_right(p, n)
        assert (p * told).sum() == pytest.approx(float((chance * counted).sum()), abs=1e-9)


def test_nobody_looks_like_who_has_no_share() -> None:
    assert likely_right(np.array([0.0]), 5).tolist() == [1.0]


def test_habits_are_found_again_and_shuffled_ones_are_not() -> None:
    rows = [
        (person, 24 * day + hour, 2 * person + (hour > 12), 0)
        for person in range(200)
        for day in range(4)
        for hour in (9, 20)
    ]
    seen, draw = trace(*rows), np.random.default_rng(1)
    found = found_again(seen, by_working_hours, (0, 2), (2, 4), draw)
    assert found is not None
    assert found.value == 1
    assert found.control is not None and found.control < 0.05
    assert found_again(seen, by_place, (0, 2), (5, 6), draw) is None
    assert found_again(None, by_place, (0, 2), (2, 4), draw) is None


def test_working_hours_are_told_from_the_rest() -> None:
    week = trace(*((0, hour, 7, 0) for hour in (7, 8, 17, 18, 5 * 24 + 12)))
    assert by_working_hours(week).tolist() == [14, 15, 15, 14, 14]
