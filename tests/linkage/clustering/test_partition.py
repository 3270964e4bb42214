"""How a component is divided: what joins, what does not, and components that are too large."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from linkage.clustering.partition import LARGEST, agglomerate, joined, partition

Ints = NDArray[np.int64]


def table(size: int, weights: dict[tuple[int, int], int], rest: int) -> Ints:
    out = np.full((size, size), rest)
    for (row, column), weight in weights.items():
        out[row, column] = out[column, row] = weight
    return out


def test_a_third_record_speaks_for_two_that_errors_make_unlike() -> None:
    assert agglomerate(table(3, {(0, 1): 9, (1, 2): 9}, -8), 0) == [[0, 1, 2]]


def test_one_false_edge_does_not_join_two_households() -> None:
    inside = {(a, b): 20 for part in ((0, 1, 2), (3, 4, 5)) for a in part for b in part if a < b}
    assert agglomerate(table(6, {**inside, (2, 3): 10}, -15), 0) == [[0, 1, 2], [3, 4, 5]]


def test_the_threshold_is_reached_by_equality_and_missed_by_one() -> None:
    # The best pair of {0, 1} and {2} weighs 4, the average -4: their mean is 0.
    assert agglomerate(table(3, {(0, 1): 9, (1, 2): 4}, -12), 0) == [[0, 1, 2]]
    assert agglomerate(table(3, {(0, 1): 9, (1, 2): 4}, -13), 0) == [[0, 1], [2]]
    assert agglomerate(table(3, {(0, 1): 9, (1, 2): 4}, -12), 1) == [[0, 1], [2]]


def test_of_equal_unions_the_lowest_comes_first() -> None:
    assert agglomerate(table(3, {(0, 1): 5, (1, 2): 5}, -20), 0) == [[0, 1], [2]]


def test_equal_fractions_are_equal_though_their_terms_round_differently() -> None:
    """Row 3 weighs 1 + -2/3 with rows 0 to 2, row 4 weighs 3 + -8/3: the same, so 3 comes first."""
    assert 1 + -2 / 3 < 3 + -8 / 3
    assert 1 * 3 + -2 == 3 * 3 + -8
    weights = {(0, 1): 99, (0, 2): 99, (1, 2): 99, (3, 4): -999}
    weights |= {(row, 3): weight for row, weight in enumerate((1, -2, -1))}
    weights |= {(row, 4): weight for row, weight in enumerate((3, -6, -5))}
    assert agglomerate(table(5, weights, 0), 0) == [[0, 1, 2, 3], [4]]


@given(weight=st.integers(0, 50), size=st.integers(1, 8))
def test_who_agree_with_everyone_are_one(weight: int, size: int) -> None:
    assert agglomerate(table(size, {}, weight), weight) == [list(range(size))]


def test_all_pieces_are_weighed_in_one_call_and_pairs_in_none() -> None:
    calls: list[list[tuple[int, int]]] = []

    def weigh(left: Ints, right: Ints) -> Ints:
        calls.append(list(zip(left.tolist(), right.tolist(), strict=True)))
        return np.where(right - left == 1, 9, -40)

    groups = partition(
        [([1, 2, 3], {(1, 2): 9, (2, 3): 9}), ([7, 8], {(7, 8): 1}), ([9], {}), ([20, 21, 22], {})],
        0,
        weigh,
    )
    assert sorted(groups) == [[1, 2], [3], [7, 8], [9], [20, 21], [22]]
    assert calls == [[(1, 2), (1, 3), (2, 3), (20, 21), (20, 22), (21, 22)]]


def test_a_component_that_is_too_large_falls_apart_at_its_lightest_edges() -> None:
    def weigh(left: Ints, right: Ints) -> Ints:
        assert len(left) <= 2 * LARGEST**2
        return np.full(len(left), 30)

    nodes = list(range(2 * LARGEST))
    chain = {(node, node + 1): 30 for node in nodes[:-1]}
    halves = [nodes[:LARGEST], nodes[LARGEST:]]
    assert partition([(nodes, {**chain, (LARGEST - 1, LARGEST): 10})], 0, weigh) == halves
    sizes = [len(group) for group in partition([(nodes, chain)], 0, weigh)]
    assert max(sizes) <= LARGEST and sum(sizes) == len(nodes)


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 7), st.integers(8, 15)), st.integers(0, 3), max_size=20
    ),
    st.integers(1, 16),
    st.randoms(use_true_random=False),
)
def test_pieces_do_not_depend_on_the_order_of_edges(
    edges: dict[tuple[int, int], int], largest: int, rng: "np.random.Generator"
) -> None:
    mixed = list(edges.items())
    rng.shuffle(mixed)
    pieces = joined(range(16), edges, largest)
    assert joined(range(16), dict(mixed), largest) == pieces
    assert max(map(len, pieces)) <= largest
    assert sorted(node for piece in pieces for node in piece) == list(range(16))


@pytest.mark.parametrize("size", [3, 40])
def test_numbers_of_rows_do_not_matter_when_no_two_unions_weigh_the_same(size: int) -> None:
    rng = np.random.default_rng(size)
    weights = np.triu(rng.integers(-(10**9), 10**9, (size, size)), 1)
    weights += weights.T
    order = rng.permutation(size)
    groups = agglomerate(weights[np.ix_(order, order)], 0)
    assert sorted(sorted(order[group].tolist()) for group in groups) == agglomerate(weights, 0)
