"""The threshold chart against counting, threshold by threshold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import LinkageError
from linkage.quality.accounts import NOBODY, link_scores
from linkage.quality.thresholds import best, threshold_chart

pairs = st.lists(st.tuples(st.integers(-3, 3), st.booleans()), max_size=20)


@given(pairs, st.integers(0, 5))
def test_a_row_is_what_linking_from_there_comes_to(
    rows: list[tuple[int, bool]], missed: int
) -> None:
    score = np.array([row[0] for row in rows], np.float64)
    right = np.array([row[1] for row in rows], np.bool_)
    findable = int(right.sum()) + missed
    at = np.array([-9.0, -1.0, 0.5, 3.0, 9.0])
    for row in threshold_chart(score, right, findable, at):
        linked = [ok for value, ok in zip(score, right, strict=True) if value >= row.threshold]
        assert (row.linked, row.correct) == (len(linked), sum(linked))
        assert row.precision.value == pytest.approx(sum(linked) / len(linked) if linked else 1)
        assert row.recall.value == pytest.approx(sum(linked) / findable if findable else 1)
        total = len(linked) + findable
        assert row.f1.value == pytest.approx(2 * sum(linked) / total if total else 1)
        for share in (row.precision, row.recall, row.f1):
            assert 0 <= share.low <= share.value <= share.high <= 1
        assert (row.precision.n, row.recall.n) == (len(linked), findable)
        assert row.f1.n == max(len(linked), findable)


def test_a_row_agrees_with_the_scores_of_the_links_it_makes() -> None:
    """One candidate an account: the same three figures as by account, and the same F1 interval."""
    rng = np.random.default_rng(3)
    described = rng.integers(0, 10**6, 4000)
    right, weight = rng.random(4000) < 0.9, rng.normal(10, 5, 4000)
    linked = np.where(right, described, -5)
    row = threshold_chart(weight, right, 4000, np.array([7.0]))[0]
    scores = link_scores(described, np.where(weight >= 7.0, linked, NOBODY), np.arange(4000))
    assert (row.precision.value, row.recall.value) == (
        pytest.approx(scores.precision.value),
        pytest.approx(scores.recall.value),
    )
    assert row.f1.value == pytest.approx(scores.f1.value)
    width = scores.f1.high - scores.f1.low
    assert row.f1.high - row.f1.low == pytest.approx(width, rel=0.15)


def test_of_equally_good_thresholds_the_highest_is_best() -> None:
    score, right = np.array([5.0, 4.0, 1.0]), np.array([True, True, False])
    rows = threshold_chart(score, right, 2, np.array([0.0, 2.0, 3.0, 4.5]))
    assert best(rows).threshold == 3.0


def test_more_right_pairs_than_there_are_is_an_error() -> None:
    with pytest.raises(LinkageError, match="2 pairs are right, but only 1 are findable"):
        threshold_chart(np.zeros(2), np.ones(2, np.bool_), 1, np.zeros(1))
