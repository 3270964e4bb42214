"""Calibration: tables by hand, probabilities that are true, and those that are not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import LinkageError
from linkage.quality.calibration import EDGES, calibration, probability


def test_bins_by_hand() -> None:
    given_, right = [0.0, 0.009, 0.01, 0.6, 0.7, 0.99, 1.0], [0, 0, 0, 1, 0, 1, 1]
    found = calibration(np.array(given_), np.array(right, np.bool_))
    table = [(b.low, b.high, b.right.n, b.right.value) for b in found.bins]
    assert table == [
        (0.0, 0.01, 2, 0.0),
        (0.01, 0.05, 1, 0.0),
        (0.5, 0.75, 2, 0.5),
        (0.99, 0.999, 1, 1.0),
        (0.999, 1.0, 1, 1.0),
    ]
    assert [b.stated for b in found.bins] == pytest.approx([0.0045, 0.01, 0.65, 0.99, 1.0])
    error = (2 * 0.0045 + 0.01 + 2 * 0.15 + 0.01 + 0.0) / 7
    assert found.expected_error == pytest.approx(error)
    assert (found.pairs, found.sure.n, found.sure.value, found.right.value) == (7, 2, 1.0, 3 / 7)


def test_true_probabilities_are_calibrated_and_bold_ones_are_not() -> None:
    rng = np.random.default_rng(8)
    true = rng.beta(0.3, 0.3, 50_000)
    right = rng.random(50_000) < true
    honest = calibration(true, right)
    inside = [b.right.low <= b.stated <= b.right.high for b in honest.bins]
    assert sum(inside) >= len(EDGES) - 2
    assert honest.expected_error < 0.01
    bold = calibration(1 - (1 - true) ** 4, right)
    assert bold.expected_error > 0.1
    assert bold.sure.high < 0.99 <= honest.sure.high


@pytest.mark.parametrize("wrong", [-0.1, 1.1, np.nan])
def test_what_is_no_probability_is_an_error(wrong: float) -> None:
    with pytest.raises(LinkageError, match="from 0 to 1"):
        calibration(np.array([0.5, wrong]), np.array([True, True]))


def test_no_pairs_at_all() -> None:
    found = calibration(np.empty(0), np.empty(0, np.bool_))
    assert (found.pairs, found.expected_error, found.bins, found.sure.n) == (0, 0.0, (), 0)


weights = st.floats(-900, 900)


@given(weights, weights)
def test_the_chances_of_two_candidates_and_of_nobody_add_up_to_one(one: float, two: float) -> None:
    first, second = probability(np.array([one, two]), np.array([two, one])).tolist()
    odds = np.array([0.0, one, two])
    nobody = float(np.exp2(-np.logaddexp2.reduce(odds)))
    assert first + second + nobody == pytest.approx(1.0, abs=1e-9)
    assert (first > second) == (one > two) or first == pytest.approx(second)


def test_huge_weights_neither_overflow_nor_lose_the_runner_up() -> None:
    heavy = np.array([5000.0, 5000.0, -5000.0])
    with np.errstate(all="raise"):
        found = probability(heavy, np.array([4999.0, -np.inf, -np.inf]))
    assert found[0] == pytest.approx(2 / 3)
    assert found[1:].tolist() == [1.0, pytest.approx(0.0, abs=1e-300)]
