"""Clusters by the book, for tests: sets, fractions and exhaustive search, no state and no haste."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

Group = frozenset[int]
Cluster = list[Group]
"""Units in the order of their union."""
SURE = 2**30
Weights = Mapping[Group, int]


def clusters(present: Iterable[int], edges: Iterable[Group], weights: Weights) -> set[Group]:
    """The clusters of nodes with these edges, when any two of them weigh what `weights` says."""
    out: set[Group] = set()
    rest, chosen = set(present), [edge for edge in edges if edge <= set(present)]
    while rest:
        component = {min(rest)}
        while grown := {node for e in chosen if e & component for node in e} - component:
            component |= grown
        rest -= component
        units = _units(component, weights)
        clusters = [[unit] for unit in units]
        while found := _heaviest(clusters, weights):
            rest_of = [cluster for cluster in clusters if cluster not in found]
            clusters = sorted([*rest_of, found[0] + found[1]], key=lambda c: min(map(min, c)))
        out |= {frozenset().union(*cluster) for cluster in clusters}
    return out


def _units(component: set[int], weights: Weights) -> list[Group]:
    """The nodes of a component, those as one whom verdicts link."""
    out: set[Group] = set()
    for node in component:
        unit = {node}
        while more := {n for u in unit for n in component - unit if _weight(u, n, weights) == SURE}:
            unit |= more
        out.add(frozenset(unit))
    return sorted(out, key=min)


def _weight(one: int, other: int, weights: Weights) -> int:
    return weights[frozenset((one, other))]


def _between(one: Iterable[Group], other: Iterable[Group], weights: Weights) -> list[int]:
    """What each two units weigh: what their best pair does, unless a verdict is against."""
    pairs = [[_weight(a, b, weights) for a in u for b in v] for u in one for v in other]
    return [-SURE if -SURE in some else max(some) for some in pairs]


def _heaviest(clusters: list[Cluster], weights: Weights) -> tuple[Cluster, Cluster] | None:
    """The union of the greatest mean of best and average pair, from 0 up; the first of equals."""
    best, chosen = Fraction(0), None
    for i, one in enumerate(clusters):
        for other in clusters[i + 1 :]:
            between = _between(one, other, weights)
            score = Fraction(max(between) + Fraction(sum(between), len(between)), 2)
            if score > best or (score == best and chosen is None):
                best, chosen = score, (one, other)
    return chosen
