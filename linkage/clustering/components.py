"""Clusters of a weighted graph, kept up to date as its nodes and edges come and go.

The clusters are a function of the graph and its weights as they are now, never of how they came
to be. A change is felt only in the connected components it touches, so only these are worked out
again (Gruenheid, Dong and Srivastava 2014, whose greedy repairs depend on the order, as these do
not).
"""

from collections.abc import Iterable, Mapping

from linkage.clustering.graph import Graph, Pair
from linkage.clustering.membership import Change
from linkage.clustering.partition import Weigh, partition


class Clustering:
    """A graph and the cluster of each of its nodes, which is named by its lowest node.

    An edge weighs at least `threshold`; `weigh` tells the weight of any two nodes, edge or not.

    >>> clustering = Clustering(0, lambda left, right: left - right)
    >>> clustering.update([1, 2], (), {})
    (Change(record=1, cluster=1, sign=1), Change(record=2, cluster=2, sign=1))
    >>> clustering.update((), (), {(1, 2): 7})
    (Change(record=2, cluster=1, sign=1), Change(record=2, cluster=2, sign=-1))
    """

    def __init__(self, threshold: int, weigh: Weigh) -> None:
        self.threshold = threshold
        self.graph = Graph()
        self._weigh = weigh
        self._cluster: dict[int, int] = {}
        self._members: dict[int, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self._cluster)

    def cluster(self, node: int) -> int | None:
        """Return the cluster of a node, None if there is no such node."""
        return self._cluster.get(node)

    def members(self, cluster: int) -> tuple[int, ...]:
        """Return the nodes of a cluster, sorted; an unknown one has none."""
        return self._members.get(cluster, ())

    def clusters(self) -> Mapping[int, tuple[int, ...]]:
        """Return the members of every cluster by its name."""
        return self._members

    def update(
        self,
        come: Iterable[int],
        gone: Iterable[int],
        edges: Mapping[Pair, int | None],
        again: Iterable[int] = (),
    ) -> tuple[Change, ...]:
        """Take nodes away, add nodes, set or cut (None) edges; return the changes, sorted.

        A node in both `gone` and `come` is another record of the same number: its old edges are
        cut. Edges are between nodes that are there afterwards, the lower number first. `again` are
        nodes that weigh something else now, though no edge may have changed.
        """
        come, gone = set(come), set(gone)
        touched = {*come, *again}
        for node in gone:
            touched.update(self.graph.erase(node))
        for node in come:
            self.graph.insert(node)
        for pair, weight in edges.items():
            if self.graph.connect(pair, weight):
                touched.update(pair)
        return self._regroup(touched - (gone - come), gone - come)

    def _regroup(self, touched: set[int], gone: set[int]) -> tuple[Change, ...]:
        """Work out the components of the touched nodes again; return what changed."""
        components = []
        seen: set[int] = set()
        for node in sorted(touched):
            if node not in seen:
                nodes = self.graph.component(node)
                seen.update(nodes)
                components.append((nodes, self.graph.edges(nodes)))
        after = {
            node: group[0]
            for group in partition(components, self.threshold, self._weigh)
            for node in group
        }
        return self._move(after, gone)

    def _move(self, after: Mapping[int, int], gone: set[int]) -> tuple[Change, ...]:
        changes: list[Change] = []
        for node in after.keys() | gone:
            old, new = self._cluster.pop(node, None), after.get(node)
            if new is not None:
                self._cluster[node] = new
            if old != new:
                changes += [] if old is None else [Change(node, old, -1)]
                changes += [] if new is None else [Change(node, new, 1)]
        members: dict[int, list[int]] = {}
        for change in changes:
            self._members.pop(change.cluster, None)
        for node in sorted(after):
            members.setdefault(after[node], []).append(node)
        for cluster, nodes in members.items():
            self._members[cluster] = tuple(nodes)
        return tuple(sorted(changes))
