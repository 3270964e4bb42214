"""Clusters are a function of the present graph, and the feed of changes rebuilds them."""

from collections.abc import Iterable
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from linkage.clustering.components import Clustering
from linkage.clustering.membership import Change, Membership
from tests.linkage import plainly

NODES = 9


class World:
    """Weights of all pairs, few and equal ones among them, and which pairs share a key."""

    def __init__(self, seed: int) -> None:
        rng = Random(seed)
        spread = rng.choice((1, 3, 12))
        pairs = [frozenset((a, b)) for a in range(NODES) for b in range(a)]
        self.weights = {pair: rng.randint(-spread, spread) for pair in pairs}
        compared = {pair for pair in pairs if rng.random() < rng.choice((0.3, 0.9))}
        self.edges = {pair: w for pair, w in self.weights.items() if pair in compared and w >= 0}

    def weigh(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
        assert (left < right).all()
        pairs = zip(left.tolist(), right.tolist(), strict=True)
        return np.array([self.weights[frozenset(pair)] for pair in pairs], np.int64)


def found(clustering: Clustering) -> set[frozenset[int]]:
    return {frozenset(members) for members in clustering.clusters().values()}


def everything(world: World, present: Iterable[int]) -> Clustering:
    clustering, here = Clustering(0, world.weigh), set(present)
    clustering.update(here, (), between(world, here, here))
    return clustering


def between(world: World, some: set[int], present: set[int]) -> dict[tuple[int, int], int | None]:
    return {
        (min(pair), max(pair)): weight
        for pair, weight in world.edges.items()
        if pair <= present and pair & some
    }


STEPS = st.lists(st.sets(st.integers(0, NODES - 1), min_size=1, max_size=3), max_size=12)


@settings(max_examples=200)
@given(seed=st.integers(0, 10**6), steps=STEPS)
def test_clusters_are_those_of_the_present_graph_whatever_went_before(
    seed: int, steps: list[set[int]]
) -> None:
    follow(seed, steps)


@pytest.mark.prove
@settings(max_examples=10_000, deadline=None)
@given(seed=st.integers(0, 10**9), steps=STEPS)
def test_clusters_are_those_of_the_present_graph_ten_thousand_times(
    seed: int, steps: list[set[int]]
) -> None:
    follow(seed, steps)


def follow(seed: int, steps: list[set[int]]) -> None:
    """Toggle nodes, and check each time against the book and against the feed."""
    world, present = World(seed), set[int]()
    clustering, feed = Clustering(0, world.weigh), Membership()
    for step in steps:
        present ^= step
        come, gone = step & present, step - present
        for change in clustering.update(come, gone, between(world, come, present)):
            feed.apply(change)
        assert found(clustering) == plainly.clusters(present, world.edges, world.weights)
        assert {c: feed.members(c) for c in feed} == dict(clustering.clusters())
        assert all(name == min(nodes) for name, nodes in clustering.clusters().items())
        assert all(n in clustering.members(clustering.cluster(n) or 0) for n in present)
    assert len(clustering) == len(present)
    clustering.update((), present, {})
    assert not clustering.clusters() and not len(clustering.graph)


@given(seed=st.integers(0, 10**6), cuts=st.lists(st.integers(0, 35), max_size=10))
def test_edges_that_come_and_go_alone(seed: int, cuts: list[int]) -> None:
    world = World(seed)
    clustering = everything(world, range(NODES))
    edges = sorted(world.edges, key=sorted)
    live = set(edges)
    for cut in cuts:
        if edges:
            pair = edges[cut % len(edges)]
            live ^= {pair}
            weight = world.edges[pair] if pair in live else None
            clustering.update((), (), {(min(pair), max(pair)): weight})
            assert found(clustering) == plainly.clusters(set(range(NODES)), live, world.weights)


def test_a_record_that_is_corrected_gives_up_its_old_edges() -> None:
    world = World(1)
    world.weights = dict.fromkeys(world.weights, 5)
    clustering = Clustering(0, world.weigh)
    clustering.update([1, 2, 3], (), {(1, 2): 5, (2, 3): 5})
    changes = clustering.update([2], [2], {(1, 2): 5})
    assert changes == (Change(3, 1, -1), Change(3, 3, 1))
    assert clustering.update([2], [2], {(1, 2): 5}) == ()


def test_components_that_are_too_large_are_divided_alike_in_any_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("linkage.clustering.partition.LARGEST", 3)
    large = 0
    for seed in range(200):
        world, rng, present = World(seed), Random(seed), set[int]()
        clustering = Clustering(0, world.weigh)
        for node in rng.sample(range(NODES), NODES):
            present.add(node)
            clustering.update([node], (), between(world, {node}, present))
            if rng.random() < 0.3:
                gone = rng.choice(sorted(present))
                present.remove(gone)
                clustering.update((), [gone], {})
        assert found(clustering) == found(everything(world, present))
        assert max(map(len, found(clustering))) <= 3
        large += any(len(clustering.graph.component(node)) > 3 for node in present)
    assert large > 50


@pytest.mark.parametrize("again", [[], [1], [1, 2]])
def test_only_touched_components_are_weighed(again: list[int]) -> None:
    asked: list[int] = []

    def weigh(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
        asked.extend({*left.tolist(), *right.tolist()})
        return np.full(len(left), 3)

    clustering = Clustering(0, weigh)
    pairs = [(1, 2), (2, 3), (11, 12), (12, 13)]
    clustering.update([1, 2, 3, 11, 12, 13], (), dict.fromkeys(pairs, 3))
    asked.clear()
    clustering.update([4], (), {(node, 4): 3 for node in again})
    assert set(asked) == ({1, 2, 3, 4} if again else set())
