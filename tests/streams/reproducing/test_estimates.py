"""Figures made of figures keep their doubt."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.estimate import census, difference, wilson
from streams.reproducing.estimates import combined, mean, of_process, resampled, rise

COUNTS = st.tuples(st.integers(0, 40), st.integers(1, 40)).map(lambda c: wilson(c[0], sum(c)))


@given(COUNTS, COUNTS)
def test_one_minus_another_is_newcombes_difference(a, b) -> None:
    mine, theirs = combined([a, b], [1, -1]), difference(a, b)
    for end in ("low", "value", "high"):
        assert getattr(mine, end) == pytest.approx(getattr(theirs, end), abs=1e-12)


@given(st.lists(COUNTS, min_size=1, max_size=5))
def test_a_mean_is_within_the_parts_and_surer_than_most(parts) -> None:
    told = mean(parts)
    assert told.low <= told.value <= told.high
    assert min(e.value for e in parts) - 1e-12 <= told.value
    assert told.high - told.low <= max(e.high - e.low for e in parts) + 1e-12


@given(COUNTS, st.floats(-3, 3))
def test_a_weight_scales_both_ends(part, weight: float) -> None:
    told = combined([part], [weight])
    ends = sorted((weight * part.low, weight * part.high))
    assert [told.low, told.high] == pytest.approx(ends, abs=1e-12)


def test_a_rise_is_a_ratio_and_nothing_is_divided_by_nothing() -> None:
    told = rise(wilson(40, 100), wilson(60, 100))
    assert told is not None
    assert told.value == pytest.approx(0.5)
    assert 0 < told.low < 0.5 < told.high < 1.2
    assert rise(census(0.5, 9), census(0.75, 9)).high == pytest.approx(0.5)
    assert rise(wilson(0, 9), wilson(3, 9)) is None


def test_repeats_give_an_interval_that_holds_the_figure() -> None:
    told = resampled(5.0, np.arange(100.0) / 100, 9)
    assert (told.low, told.high) == (pytest.approx(0.02475), 5.0)


def test_the_interval_of_the_process_is_that_of_its_units() -> None:
    draw = np.random.default_rng(1)
    alone = (draw.random(4_000) < 0.3).astype(float)
    separate = of_process(alone, np.arange(4_000))
    bound = wilson(int(alone.sum()), 4_000)
    width = (separate.high - separate.low) / (bound.high - bound.low)
    assert 0.6 < width < 1.5
    together = of_process(np.repeat(alone[:400], 10), np.repeat(np.arange(400), 10))
    assert together.high - together.low > 2 * (separate.high - separate.low)
    assert separate.estimand == "population"


def test_one_unit_does_not_prove_anything() -> None:
    told = of_process(np.ones(5), np.zeros(5, dtype=np.int64))
    assert (told.value, told.high) == (1, 1)
    assert told.low < 0.6
