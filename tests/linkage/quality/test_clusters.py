"""Cluster scores against tables worked out by hand and against the definitions, pair by pair."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.quality.accounts import NOBODY
from linkage.quality.clusters import ClusterQuality, apart, cluster_quality

# The example of Bagga and Baldwin 1998: entities of 5, 2 and 5 mentions. Their response 1 puts
# the pair with the second five, response 2 both fives together; they find precision 76 % and 58 %.
ENTITIES = [1] * 5 + [2] * 2 + [3] * 5
FIRST = [1] * 5 + [2] * 7
SECOND = [1] * 5 + [2] * 2 + [1] * 5


def of(true: list[int], found: list[int]) -> ClusterQuality:
    return cluster_quality(np.array(true, np.int64), np.array(found, np.int64))


@pytest.mark.parametrize(("found", "precision"), [(FIRST, 16 / 21), (SECOND, 7 / 12)])
def test_b_cubed_is_that_of_its_authors(found: list[int], precision: float) -> None:
    scores = of(ENTITIES, found).b_cubed
    assert scores.precision.value == pytest.approx(precision)
    assert scores.recall.value == 1.0
    assert scores.f1.value == pytest.approx(2 * precision / (1 + precision))


def test_counts_by_hand() -> None:
    q = of(ENTITIES, FIRST)
    assert (q.accounts, q.true, q.found, q.same) == (12, 3, 2, 1)
    # Pairs: 10 + 1 + 10 true, 10 + 21 found, 21 both.
    assert (q.pairwise.precision.value, q.pairwise.precision.n) == (pytest.approx(21 / 31), 31)
    assert (q.pairwise.recall.value, q.pairwise.recall.n) == (1.0, 21)
    assert (q.exact.precision.value, q.exact.recall.value) == (
        pytest.approx(1 / 2),
        pytest.approx(1 / 3),
    )
    assert q.exact.f1.value == pytest.approx(0.4)


def test_accounts_without_a_link_are_with_nobody() -> None:
    q = of([1, 1, 2, 2], [NOBODY, NOBODY, 5, 5])
    assert (q.found, q.same) == (3, 1)
    assert (q.b_cubed.precision.value, q.b_cubed.recall.value) == (1.0, 0.75)
    assert (q.pairwise.precision.n, q.pairwise.recall.value) == (1, 0.5)
    assert of([NOBODY, NOBODY], [NOBODY, NOBODY]).b_cubed.f1.value == 1.0


def test_no_accounts_at_all() -> None:
    q = of([], [])
    assert (q.accounts, q.true, q.found, q.b_cubed.f1.n) == (0, 0, 0, 0)


labels = st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3)), min_size=1, max_size=9)


@given(labels)
def test_scores_are_what_their_definitions_say(rows: list[tuple[int, int]]) -> None:
    true, found = ([row[i] for row in rows] for i in (0, 1))
    own = apart(np.array(found, np.int64)).tolist()
    q, n = of(true, found), range(len(rows))
    pairs = set(combinations(n, 2))
    together = {(i, j) for i, j in pairs if own[i] == own[j]}
    belong = {(i, j) for i, j in pairs if true[i] == true[j]}
    both = len(together & belong)
    assert q.pairwise.precision.value == pytest.approx(both / len(together) if together else 1)
    assert q.pairwise.recall.value == pytest.approx(both / len(belong) if belong else 1)
    with_me = [{j for j in n if own[j] == own[i]} for i in n]
    mine = [{j for j in n if true[j] == true[i]} for i in n]
    shares = [len(a & b) / len(a) for a, b in zip(with_me, mine, strict=True)]
    assert q.b_cubed.precision.value == pytest.approx(sum(shares) / len(rows))
    shares = [len(a & b) / len(b) for a, b in zip(with_me, mine, strict=True)]
    assert q.b_cubed.recall.value == pytest.approx(sum(shares) / len(rows))
    clusters, entities = set(map(frozenset, with_me)), set(map(frozenset, mine))
    assert (q.same, q.found, q.true) == (len(clusters & entities), len(clusters), len(entities))
    assert q.exact.precision.value == pytest.approx(len(clusters & entities) / len(clusters))


@given(labels, st.permutations(range(4)))
def test_names_of_clusters_and_the_order_of_accounts_do_not_matter(
    rows: list[tuple[int, int]], names: list[int]
) -> None:
    renamed = [(names[true], found) for true, found in reversed(rows)]
    one, other = (of(*([row[i] for row in some] for i in (0, 1))) for some in (rows, renamed))
    for scores, others in ((one.b_cubed, other.b_cubed), (one.exact, other.exact)):
        assert scores.f1.value == pytest.approx(others.f1.value)
        assert scores.f1.low == pytest.approx(others.f1.low)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_the_truth_itself_is_right_and_sides_can_be_swapped(true: list[int]) -> None:
    q = of(true, true)
    assert {q.b_cubed.f1.value, q.pairwise.f1.value, q.exact.f1.value} == {1.0}
    found = [label // 2 for label in true]
    one, other = of(true, found), of(found, true)
    assert one.b_cubed.precision.value == pytest.approx(other.b_cubed.recall.value)
    assert one.pairwise.recall.value == pytest.approx(other.pairwise.precision.value)
