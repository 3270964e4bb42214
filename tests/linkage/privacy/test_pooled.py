"""One figure of several publications: never surer than one of them, and wide where they differ."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.estimate import Estimate, census, sampled_share
from linkage.privacy.pooled import more_apart, pooled, repeated

SHARE = st.floats(0.0, 1.0)


def run(value: float, half: float = 0.0, control: float | None = None) -> Estimate:
    low, high = max(0.0, value - half), min(1.0, value + half)
    return Estimate(value=value, low=low, high=high, n=10, estimand="sample", control=control)


@given(st.lists(st.tuples(SHARE, SHARE), min_size=1, max_size=6))
def test_it_holds_the_value_and_is_never_narrower_than_the_mean_of_the_runs(pairs) -> None:
    runs = [run(*pair) for pair in pairs]
    found = pooled(runs)
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0
    assert found.value == pytest.approx(np.mean([one.value for one in runs]))
    assert found.low <= np.mean([one.low for one in runs]) + 1e-12
    assert found.high >= np.mean([one.high for one in runs]) - 1e-12


@given(st.lists(SHARE, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_runs_does_not_matter(values, chance) -> None:
    shuffled = list(values)
    chance.shuffle(shuffled)
    one, other = (pooled([run(value, 0.1) for value in some]) for some in (values, shuffled))
    assert one.low == pytest.approx(other.low)
    assert (one.value, one.high) == (pytest.approx(other.value), pytest.approx(other.high))


def test_a_census_of_runs_that_agree_stays_one() -> None:
    assert pooled([census(0.3, 7)] * 3) == census(0.3, 7)
    assert repeated(np.array([0.3, 0.3]), 7) == census(0.3, 7)
    assert repeated(np.array([0.3, 0.5]), 7).estimand == "sample"


def test_runs_that_differ_are_told_by_student_t() -> None:
    # Two runs at .4 and .6: mean .5, standard error .1, t with one degree of freedom 12.7.
    assert more_apart(np.array([0.4, 0.6]), 0.0) == pytest.approx(12.706 * 0.1, rel=1e-4)
    found = repeated(np.array([0.4, 0.6]), 7)
    assert (found.low, found.high) == (0.0, 1.0), "clipped to what is possible"
    wide = repeated(np.array([40.0, 60.0]), 7, (0.0, 1e9))
    assert wide.high == pytest.approx(50 + 127.06, rel=1e-4)


def test_runs_that_differ_as_much_as_their_intervals_say_tell_nothing_more() -> None:
    """Values .5 and .55, each with an error of .05: their variance of .00125 is less than .0025."""
    half = 1.959964 * 0.05
    found = pooled([run(0.5, half), run(0.55, half)])
    assert (found.low, found.high) == (pytest.approx(0.525 - half), pytest.approx(0.525 + half))
    surer = pooled([run(0.5, half / 5), run(0.55, half / 5)])
    assert surer.high - surer.value > half, "of errors of .01 the half beyond is chance's"
    assert more_apart(np.array([0.5, 0.55]), 0.05) == 0.0


def test_controls_are_averaged_where_every_run_has_one() -> None:
    assert pooled([run(0.5, control=0.2), run(0.5, control=0.4)]).control == pytest.approx(0.3)
    assert pooled([run(0.5, control=0.2), run(0.5)]).control is None


def test_without_runs_there_is_no_figure() -> None:
    with pytest.raises(ValueError, match="no runs"):
        pooled([])


def test_the_interval_holds_the_truth_where_publications_differ() -> None:
    """400 times five publications of 200 people, whose risk itself is drawn anew each time."""
    draw, held = np.random.default_rng(5), 0
    for _ in range(400):
        true = draw.beta(20, 20, 5)
        hits = draw.binomial(200, true)
        found = pooled([sampled_share(int(h), 200, 10**9) for h in hits])
        held += found.low <= 0.5 <= found.high
    assert held >= 0.95 * 400 - 3 * (400 * 0.05 * 0.95) ** 0.5
