"""Which records of one component are one person: agglomeration by the best and the average pair.

Connected components join whom one false edge joins, and two households grow together through a
namesake; average linkage tears apart whom errors in both of two records make look unlike, though a
third speaks for both; complete linkage does so for a single such pair. Two clusters are therefore
joined on the mean of their best pair (single linkage) and their average pair (average linkage),
heaviest first, while that mean reaches the threshold. On clusters of accounts this beat each of
its two parts, sums of weights (Bansal, Blum and Chawla 2004), moves of single records after them,
and complete linkage; docs/decisions/0020 says by how much.

A component so large that scoring all of its pairs would stop the stream is first taken apart by
its edges alone: heaviest first they join records (Kruskal 1956), and one that would make a piece
larger than LARGEST joins nothing. So no cluster is larger than that.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from linkage.clustering.graph import SCALE, Nodes, Pair

LARGEST = 100
"""Records of a piece whose pairs are all scored: at most 4,950 pairs."""
SURE = SCALE << 20
"""The weight of a verdict: more than all match weights of a piece come to, and still exact."""
Weights = NDArray[np.int64]
Weigh = Callable[[Nodes, Nodes], Weights]
"""The weight of each pair of aligned records, the lower number on the left, in whole units."""
Groups = list[list[int]]


def partition(
    components: Sequence[tuple[Sequence[int], Mapping[Pair, int]]], threshold: int, weigh: Weigh
) -> Groups:
    """Return the clusters of some components, each with its sorted records and its edges.

    What comes out depends on the records and weights of each component alone. All pairs are
    weighed in one call, those that share no blocking key too: a pair that was never compared is
    not evidence of anything.
    """
    pieces = [piece for nodes, edges in components for piece in _pieces(nodes, edges)]
    open_ones = [piece for piece in pieces if 2 < len(piece) <= LARGEST]
    out = [piece for piece in pieces if not 2 < len(piece) <= LARGEST]
    corners = [np.triu_indices(len(piece), 1) for piece in open_ones]
    nodes = [np.array(piece, np.int64) for piece in open_ones]
    weights = _weigh_all(nodes, corners, weigh)
    for piece, corner, weight in zip(open_ones, corners, weights, strict=True):
        table = np.zeros((len(piece), len(piece)), np.int64)
        table[corner] = weight
        same, between = contracted(table + table.T)
        for group in agglomerate(between, threshold):
            out.append(sorted(piece[i] for unit in group for i in same[unit]))
    return out


def contracted(weights: Weights) -> tuple[Groups, Weights]:
    """Return the rows in groups that weights of SURE join, and what the groups weigh.

    Two groups weigh what the best of their pairs weighs, as the registrations of one account do,
    or -SURE if any of their pairs does. Within a group SURE goes before -SURE.

    >>> same, between = contracted(np.array([[0, SURE, 3], [SURE, 0, -50], [3, -50, 0]]))
    >>> same, between.tolist()
    ([[0, 1], [2]], [[1073741824, 3], [3, 0]])
    """
    sure = np.argwhere(np.triu(weights >= SURE, 1))
    if not len(sure):
        return [[row] for row in range(len(weights))], weights
    edges = dict.fromkeys(((int(row), int(other)) for row, other in sure), SURE)
    groups = joined(range(len(weights)), edges, len(weights))
    order = [row for group in groups for row in group]
    starts = np.cumsum([0, *map(len, groups[:-1])])

    def reduce(ufunc: np.ufunc) -> Weights:
        across = ufunc.reduceat(weights[np.ix_(order, order)], starts, axis=0)
        table: Weights = ufunc.reduceat(across, starts, axis=1)
        return table

    return groups, np.where(reduce(np.minimum) <= -SURE, -SURE, reduce(np.maximum))


def agglomerate(weights: Weights, threshold: int) -> Groups:
    """Return the clusters of the rows of a symmetric table of weights; its diagonal is not read.

    Of equally heavy unions the one of the lowest rows comes first.

    >>> agglomerate(np.array([[0, 9, 4], [9, 0, -6], [4, -6, 0]]), 0)
    [[0, 1, 2]]
    >>> agglomerate(np.array([[0, 9, 4], [9, 0, -18], [4, -18, 0]]), 0)
    [[0, 1], [2]]
    """
    size = len(weights)
    closed = np.tri(size, dtype=np.bool_)
    if (weights[~closed] >= threshold).all():
        return [list(range(size))]
    total, best, many = weights.copy(), weights.copy(), np.ones(size, np.int64)
    groups = {row: [row] for row in range(size)}
    while len(groups) > 1:
        # One division of whole numbers below 2**53: equal fractions come to equal floats.
        pairs = np.outer(many, many)
        twice = (best * pairs + total) / pairs
        twice[closed] = -np.inf
        row, other = divmod(int(twice.argmax()), size)
        if twice[row, other] < 2 * threshold:
            break
        groups[row] += groups.pop(other)
        many[row] += many[other]
        total[row] += total[other]
        total[:, row] = total[row]
        best[row] = np.maximum(best[row], best[other])
        best[:, row] = best[row]
        closed[other], closed[:, other] = True, True
    return [sorted(group) for group in groups.values()]


def _pieces(nodes: Sequence[int], edges: Mapping[Pair, int]) -> Groups:
    """Return a component, in pieces if it is too large."""
    return [list(nodes)] if len(nodes) <= LARGEST else joined(nodes, edges, LARGEST)


def _weigh_all(
    nodes: Sequence[Nodes],
    corners: Sequence[tuple[NDArray[np.intp], NDArray[np.intp]]],
    weigh: Weigh,
) -> list[Weights]:
    """Return the weights above the diagonal of each piece, all asked for at once."""
    if not nodes:
        return []
    left = [piece[rows] for piece, (rows, _) in zip(nodes, corners, strict=True)]
    right = [piece[columns] for piece, (_, columns) in zip(nodes, corners, strict=True)]
    ends = np.cumsum([len(one) for one in left])[:-1]
    return np.split(weigh(np.concatenate(left), np.concatenate(right)), ends)


def joined(nodes: Sequence[int], edges: Mapping[Pair, int], largest: int = LARGEST) -> Groups:
    """Return the nodes in pieces of at most `largest` that edges join, the heaviest edges first.

    Of equally heavy edges the one of the lowest numbers comes first. With room for all the pieces
    are the connected components.

    >>> edges = {(1, 3): 5, (3, 4): 6, (4, 5): 7}
    >>> joined([1, 2, 3, 4, 5], edges)
    [[1, 3, 4, 5], [2]]
    >>> joined([1, 2, 3, 4, 5], edges, largest=3)
    [[1], [2], [3, 4, 5]]
    """
    root = {node: node for node in nodes}
    size = dict.fromkeys(nodes, 1)

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for one, other in sorted(edges, key=lambda pair: (-edges[pair], pair)):
        low, high = find(one), find(other)
        if low != high and size[low] + size[high] <= largest:
            root[high] = low
            size[low] += size[high]
    groups: dict[int, list[int]] = {}
    for node in nodes:
        groups.setdefault(find(node), []).append(node)
    return list(groups.values())
