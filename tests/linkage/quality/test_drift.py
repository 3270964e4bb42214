"""The drift alarm: silent by chance and about trifles, loud about drift."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, norm

from linkage.errors import LinkageError
from linkage.model import LevelModel
from linkage.quality.drift import chi_squared_quantile, drift, psi

M = np.array([0.9, 0.06, 0.03, 0.0099, 0.0001])
U = np.array([0.001, 0.01, 0.02, 0.9, 0.069])
LEVELS = [LevelModel(f"level {i}", m, u) for i, (m, u) in enumerate(zip(M, U, strict=True))]


def alarm(shares: np.ndarray, n: int, seed: int) -> str:
    counts = np.random.default_rng(seed).multinomial(n, shares / shares.sum())
    return drift({"name": LEVELS}, {"name": counts}).alarm


@pytest.mark.parametrize("n", [1, 20, 300, 5_000, 1_000_000])
def test_chance_never_raises_the_alarm(n: int) -> None:
    assert {alarm(M, n, seed) for seed in range(1000)} == {"none"}


def test_what_chance_may_do_once_in_a_million_raises_no_alarm() -> None:
    """Of 20 pairs 8, 6 and 6 are expected; the bound of the index alone would be convinced."""
    levels = [LevelModel(name, m, 0.5) for name, m in (("a", 0.4), ("b", 0.3), ("c", 0.3))]
    (found,) = drift({"name": levels}, {"name": [2, 1, 17]}).comparisons
    assert found.low > 0.1
    assert chi2.isf(0.01, 2) < found.g < chi2.isf(1e-6, 2)
    assert found.alarm == "none"


def test_an_index_that_may_be_below_the_limit_raises_no_alarm() -> None:
    counts = np.round(2000 * (M + np.array([-0.096, 0.096, 0, 0, 0])))
    (found,) = drift({"name": LEVELS}, {"name": counts}).comparisons
    assert found.low < 0.1 < found.psi
    assert (found.alarm, found.g > 200) == ("none", True)


def test_levels_of_which_too_few_are_expected_are_pooled() -> None:
    """Of 100 pairs 90, 6, 3, .99 and .01 are expected: the last four are one level of 10."""
    (found,) = drift({"name": LEVELS}, {"name": [90, 5, 3, 1, 1]}).comparisons
    assert found.g == pytest.approx(0.0, abs=1e-9)
    assert found.psi < 1e-3


def test_a_trifle_that_any_test_would_find_raises_no_alarm() -> None:
    shares = M + np.array([-0.02, 0.02, 0, 0, 0])
    counts = np.round(shares * 1_000_000)
    (found,) = drift({"name": LEVELS}, {"name": counts}).comparisons
    assert found.g > chi_squared_quantile(4, 4.75) * 100
    assert (found.alarm, found.low > 0) == ("none", True)


@pytest.mark.parametrize(
    ("gone", "n", "said"),
    [(0.13, 5_000, "moderate"), (0.13, 1_000_000, "moderate"), (0.25, 1_000, "large")],
)
def test_drift_raises_the_alarm(gone: float, n: int, said: str) -> None:
    """A share of the pairs goes from level 0 to level 1: PSI .17 and .49."""
    shares = M + np.array([-gone, gone, 0.0, 0.0, 0.0])
    assert {alarm(shares, n, seed) for seed in range(200)} == {said}


def test_a_level_that_hardly_occurred_is_not_missed() -> None:
    shares = M + np.array([-0.2, 0.0, 0.0, 0.0, 0.2])
    assert {alarm(shares, 1_000, seed) for seed in range(200)} == {"large"}


def test_the_worst_comparison_gives_the_alarm() -> None:
    same, other = np.round(M * 10_000), np.array([0, 0, 0, 0, 10_000])
    found = drift({"name": LEVELS, "phone": LEVELS}, {"name": same, "phone": other})
    assert [one.alarm for one in found.comparisons] == ["none", "large"]
    assert found.alarm == "large"


def test_evidence_is_what_pairs_say_now_less_what_they_said() -> None:
    """Half of the pairs go from level 0 to level 3: from log2(900) to log2(.011) bits."""
    counts = 1000 * (M + np.array([-0.45, 0, 0, 0.45, 0]))
    (found,) = drift({"name": LEVELS}, {"name": counts}).comparisons
    assert found.bits == pytest.approx(0.45 * (np.log2(0.0099 / 0.9) - np.log2(0.9 / 0.001)))
    level = found.levels[3]
    assert (level.level, level.expected, level.observed.n) == ("level 3", 0.0099, 1000)
    assert level.observed.value == pytest.approx(0.4599)
    assert level.observed.low < 0.4599 < level.observed.high


def test_without_pairs_there_is_nothing_to_say() -> None:
    (found,) = drift({"name": LEVELS}, {"name": np.zeros(5)}).comparisons
    assert (found.pairs, found.psi, found.g, found.bits, found.alarm) == (0, 0.0, 0.0, 0.0, "none")


@pytest.mark.parametrize("counts", [{}, {"name": [1, 2]}, {"name": [1, 2, 3, 4, -1]}])
def test_counts_that_do_not_fit_are_an_error(counts: dict[str, list[float]]) -> None:
    with pytest.raises(LinkageError, match="comparison 'name' needs a count"):
        drift({"name": LEVELS}, counts)


@pytest.mark.parametrize(
    ("levels", "n", "slope"), [(2, 2000, 0.8), (11, 300, 0.7)], ids=["two", "many"]
)
def test_the_interval_of_psi_holds_the_truth(levels: int, n: int, slope: float) -> None:
    """Also where the bias of chance, (levels - 1) / n, is as large as a third of the index."""
    expected = np.full(levels, 1 / levels)
    now = np.linspace(1 - slope, 1 + slope, levels) ** 0.5
    now /= now.sum()
    true = float(((now - expected) * np.log(now / expected)).sum())
    rng, found = np.random.default_rng(2), []
    for _ in range(1000):
        value, low, high = psi(expected, rng.multinomial(n, now).astype(float))
        found.append((low > true, high < true, value))
    above, below, mean = np.mean(found, axis=0)
    assert above < 0.04 and below < 0.06
    assert levels == 2 or mean - true == pytest.approx((levels - 1) / n, rel=0.5)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=6))
def test_psi_is_never_negative_and_nothing_without_drift(counts: list[int]) -> None:
    observed = np.array(counts, np.float64) + 1
    value, low, high = psi(np.full(len(counts), 1 / len(counts)), observed)
    assert low >= 0 and -1e-12 <= value <= high
    assert psi(observed / observed.sum(), observed * 10**6)[0] < 1e-6


@pytest.mark.parametrize("df", [1, 2, 4, 10, 30])
@pytest.mark.parametrize("tail", [0.05, 1e-6])
def test_quantiles_are_near_the_exact_ones_and_never_below(df: int, tail: float) -> None:
    found, exact = chi_squared_quantile(df, norm.isf(tail)), chi2.isf(tail, df)
    assert 0.97 * exact <= found <= 1.18 * exact
    assert tail > 1e-3 or found >= exact
