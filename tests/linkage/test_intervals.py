"""Intervals: against tables, by law, and by how often they hold what is true."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.intervals import effective_n, share_of, wilson, wilson_bounds
from linkage.quality.scores import Ratio, numbered, scores_of


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(
    successes: int, n: int, low: float, high: float
) -> None:
    found = wilson(successes, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert (found.value, found.n) == (successes / n, n)


@given(st.integers(0, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_value_lies_in_its_interval_and_more_trials_narrow_it(case: tuple[int, int]) -> None:
    successes, n = case
    one, more = wilson(successes, n), wilson(4 * successes, 4 * n)
    assert 0.0 <= one.low <= one.value <= one.high <= 1.0
    assert n == 0 or more.high - more.low < one.high - one.low


def test_bounds_of_many_shares_are_those_of_each() -> None:
    low, high = wilson_bounds(np.array([0.25, 1.0, 0.5]), np.array([8.0, 3.0, 0.0]))
    for i, (successes, n) in enumerate(((2, 8), (3, 3))):
        assert (low[i], high[i]) == (wilson(successes, n).low, wilson(successes, n).high)
    assert (low[2], high[2]) == (0.0, 1.0)


def test_rows_that_repeat_each_other_count_once() -> None:
    """Ten people with six accounts, all right or all wrong: ten trials, not sixty."""
    right = np.repeat(np.array([1.0, 0.0] * 5), 6)
    person = np.repeat(np.arange(10), 6)
    influence = (right - 0.5) / 60
    assert effective_n(0.5, influence, np.arange(60), 60) == pytest.approx(59)
    assert effective_n(0.5, influence, person, 60) == pytest.approx(9)


def test_without_any_error_the_people_count_and_not_their_accounts() -> None:
    assert effective_n(1.0, np.zeros(60), np.repeat(np.arange(10), 6), 60) == 10.0


SEEDS, PEOPLE, ACCOUNTS = 400, 300, 5


def linked(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return found and right of accounts whose people differ in how easily they are found."""
    ease = np.repeat(rng.beta(3.0, 0.3, PEOPLE), ACCOUNTS)
    found = rng.random(PEOPLE * ACCOUNTS) < ease
    right = found & (rng.random(PEOPLE * ACCOUNTS) < np.sqrt(ease))
    return found.astype(float), right.astype(float), np.repeat(np.arange(PEOPLE), ACCOUNTS)


def truth() -> tuple[float, float, float]:
    rng = np.random.default_rng(0)
    ease = rng.beta(3.0, 0.3, 1_000_000)
    found, right = ease.mean(), (ease * np.sqrt(ease)).mean()
    return right / found, right, 2 * right / (found + 1)


def test_intervals_by_person_hold_the_truth_as_often_as_they_say() -> None:
    """Of 95 % intervals over worlds with dependent accounts, 92 to 98 % hold; naive ones do not."""
    true = truth()
    hits, naive = np.zeros(3), 0
    for seed in range(SEEDS):
        found, right, person = linked(np.random.default_rng(seed + 1))
        n = PEOPLE * ACCOUNTS
        every = np.ones(n)
        s = scores_of(Ratio(right, found, int(found.sum())), Ratio(right, every, n), person, n)
        shares = (s.precision, s.recall, s.f1)
        hits += [one.low <= t <= one.high for one, t in zip(shares, true, strict=True)]
        alone = share_of(s.recall.value, n, n)
        naive += alone.low <= true[1] <= alone.high
    assert (hits / SEEDS >= 0.92).all() and (hits / SEEDS <= 0.98).all()
    assert naive / SEEDS < 0.85


def test_people_who_differ_too_little_make_no_more_of_their_accounts() -> None:
    """Each person has one right account of two, but for two people: that is no better than n."""
    right = np.tile([1.0, 0.0], 50)
    right[:4] = [1, 1, 0, 0]
    influence = (right - 0.5) / 100
    assert effective_n(0.5, influence, np.repeat(np.arange(50), 2), 100) == 100.0


@pytest.mark.parametrize("strangers", [0.0, 0.9])
def test_the_interval_of_f1_is_that_of_a_bootstrap_by_person(strangers: float) -> None:
    """Also where precision is far from recall, since links of strangers are wrong."""
    found, right, person = linked(np.random.default_rng(5))
    rng = np.random.default_rng(6)
    strange = np.repeat(rng.random(PEOPLE) < strangers * 0.5, ACCOUNTS)
    right, findable = right * ~strange, (~strange).astype(float)
    precision = Ratio(right, found, int(found.sum()))
    recall = Ratio(right, findable, int(findable.sum()))
    f1 = scores_of(precision, recall, person, int(np.maximum(found, findable).sum())).f1
    sums = [np.bincount(person, column) for column in (right, found, findable)]
    drawn = rng.integers(0, PEOPLE, (4000, PEOPLE))
    r, f, a = (column[drawn].sum(axis=1) for column in sums)
    low, high = np.quantile(2 * r / (f + a), [0.025, 0.975])
    assert f1.low == pytest.approx(low, abs=0.1 * (high - low))
    assert f1.high == pytest.approx(high, abs=0.1 * (high - low))


@given(st.lists(st.integers(-3, 3), max_size=8))
def test_numbers_tell_labels_apart(labels: list[int]) -> None:
    numbers = numbered(np.array(labels, np.int64)).tolist()
    assert sorted(set(numbers)) == list(range(len(set(labels))))
    assert len(set(zip(labels, numbers, strict=True))) == len(set(labels))
