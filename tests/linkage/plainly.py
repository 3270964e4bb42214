"""Clusters by the book, for tests: sets, fractions and exhaustive search, no state and no haste."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

Group = frozenset[int]
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
        groups = [frozenset((node,)) for node in sorted(component)]
        while found := _heaviest(groups, weights):
            groups = sorted((set(groups) - set(found)) | {found[0] | found[1]}, key=min)
        out |= set(groups)
    return out


def _heaviest(groups: list[Group], weights: Weights) -> tuple[Group, Group] | None:
    """The union of the greatest mean of best and average pair, from 0 up; the first of equals."""
    best, chosen = Fraction(0), None
    for i, one in enumerate(groups):
        for other in groups[i + 1 :]:
            between = [weights[frozenset((a, b))] for a in one for b in other]
            score = Fraction(max(between) + Fraction(sum(between), len(between)), 2)
            if score > best or (score == best and chosen is None):
                best, chosen = score, (one, other)
    return chosen
