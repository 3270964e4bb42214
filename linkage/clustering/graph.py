"""Which records may be the same person: a graph of records, an edge for each pair worth joining.

A weight is a whole number of 1/1024 bits. Sums of whole numbers are exact, so what is worked out
from them cannot depend on the order in which they are added up.
"""

from collections.abc import Iterable, Mapping
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from linkage.errors import SchemaError

SCALE = 1024
"""Units of weight in one bit."""
Pair = tuple[int, int]
Nodes = NDArray[np.int64]


def units(bits: NDArray[np.float64] | float) -> NDArray[np.int64]:
    """Return match weights in bits as whole units, rounded to the nearest.

    >>> units(np.array([1.0, -0.5])).tolist()
    [1024, -512]
    """
    whole: NDArray[np.int64] = np.rint(np.asarray(bits) * SCALE).astype(np.int64)
    return whole


def threshold_units(bits: float) -> int:
    """Return a threshold in whole units; raises SchemaError when it is not finite."""
    if not isfinite(bits):
        raise SchemaError(f"threshold: it is {bits}, needs a finite number of bits such as 0.0")
    return int(units(bits))


def ordered(one: int, other: int) -> Pair:
    """Return two records as the pair that stands for both directions, the lower number first."""
    return (one, other) if one < other else (other, one)


class Graph:
    """Undirected, weighted, and nothing but its present nodes and edges.

    >>> graph = Graph()
    >>> for node in (1, 2, 3):
    ...     graph.insert(node)
    >>> graph.connect((1, 2), 5)
    True
    >>> graph.component(1), graph.component(3)
    ([1, 2], [3])
    """

    def __init__(self) -> None:
        self._edges: dict[int, dict[int, int]] = {}

    def __len__(self) -> int:
        return len(self._edges)

    def __contains__(self, node: int) -> bool:
        return node in self._edges

    def insert(self, node: int) -> None:
        """Add a node without edges; it must be new."""
        if node in self._edges:
            raise ValueError(f"graph: node {node} is there already; erase it first")
        self._edges[node] = {}

    def erase(self, node: int) -> tuple[int, ...]:
        """Remove a node with its edges, and return its neighbours; an unknown node has none."""
        neighbours = tuple(self._edges.pop(node, ()))
        for other in neighbours:
            del self._edges[other][node]
        return neighbours

    def connect(self, pair: Pair, weight: int | None) -> bool:
        """Give a pair an edge of this weight, or none; return whether that changes anything."""
        one, other = pair
        if self._edges[one].get(other) == weight:
            return False
        for node, neighbour in (pair, (other, one)):
            if weight is None:
                del self._edges[node][neighbour]
            else:
                self._edges[node][neighbour] = weight
        return True

    def neighbours(self, node: int) -> Mapping[int, int]:
        """Return the weight of each edge of a node by its neighbour."""
        return self._edges.get(node, {})

    def edges(self, nodes: Iterable[int] | None = None) -> dict[Pair, int]:
        """Return the weight of each edge, or of those between some nodes, lower number first."""
        among = self._edges if nodes is None else set(nodes)
        return {
            (node, other): weight
            for node in among
            for other, weight in self._edges.get(node, {}).items()
            if node < other and other in among
        }

    def component(self, node: int) -> list[int]:
        """Return all nodes that can be reached from a node, itself included, sorted."""
        found, waiting = {node}, [node]
        while waiting:
            new = self._edges[waiting.pop()].keys() - found
            found |= new
            waiting.extend(new)
        return sorted(found)
