"""Who is in which cluster, as the sum of a feed of changes, and what the changes amount to.

A cluster is named by its lowest record number. So the name depends on the members alone; a merge
keeps one of the names it joins, a split leaves the name to one side, and while records are
numbered as they come, a newcomer never renames a cluster.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from linkage.clustering.graph import Pair
from linkage.clustering.partition import joined


class Change(msgspec.Struct, frozen=True, order=True):
    """A record comes to a cluster (+1) or leaves it (-1)."""

    record: int
    cluster: int
    sign: Literal[1, -1]


class Merged(msgspec.Struct, frozen=True):
    """Several clusters became one; `kept` is among `before` unless a lower number joined too."""

    before: tuple[int, ...]
    kept: int


class Split(msgspec.Struct, frozen=True):
    """A cluster came apart; its name is among `after` unless its lowest record was erased."""

    before: int
    after: tuple[int, ...]


class Renamed(msgspec.Struct, frozen=True):
    """A cluster lost its lowest record, or found a lower one."""

    before: int
    after: int


class Regrouped(msgspec.Struct, frozen=True):
    """Records went from some clusters to others; no merge or split alone describes it."""

    before: tuple[int, ...]
    after: tuple[int, ...]


Event = Merged | Split | Renamed | Regrouped


class Membership:
    """The clusters that a feed of changes has come to.

    Changes commute: in whatever order they are applied, the same sums give the same clusters. A
    -1 may therefore come before its +1; a record is in a cluster while its sum is positive.

    >>> feed = Membership()
    >>> for change in (Change(1, 1, 1), Change(2, 2, 1)):
    ...     feed.apply(change)
    >>> feed.events([Change(2, 2, -1), Change(2, 1, 1)])
    [Merged(before=(1, 2), kept=1)]
    """

    def __init__(self) -> None:
        self._sums: dict[int, dict[int, int]] = {}

    def apply(self, change: Change) -> None:
        """Add a change; sums that come to nothing leave no trace."""
        _add(self._sums, change)

    def members(self, cluster: int) -> tuple[int, ...]:
        """Return the records of a cluster, sorted; an unknown one has none."""
        return _members(self._sums.get(cluster, {}))

    def __iter__(self) -> Iterator[int]:
        """Yield the clusters by number."""
        return iter(sorted(cluster for cluster in self._sums if self.members(cluster)))

    def sums(self) -> dict[int, dict[int, int]]:
        """Return a copy of all sums that are not 0: the whole state."""
        return {cluster: dict(sums) for cluster, sums in self._sums.items()}

    def events(self, changes: Sequence[Change]) -> list[Event]:
        """Return which merges and splits some changes would be, without applying them.

        Old and new clusters belong to one event when a record went from one to the other, or
        stayed. A cluster that only grows, shrinks, begins or ends is no event.
        """
        after = {change.cluster: self._sums.get(change.cluster, {}).copy() for change in changes}
        before = {cluster: self.members(cluster) for cluster in after}
        for change in changes:
            _add(after, change)
        new = {record: c for c, sums in after.items() for record in _members(sums)}
        flows = {(c, new[r]) for c, records in before.items() for r in records if r in new}
        return [event for one in _separate(flows) if (event := _event(one)) is not None]


def _add(sums: dict[int, dict[int, int]], change: Change) -> None:
    cluster = sums.setdefault(change.cluster, {})
    total = cluster.pop(change.record, 0) + change.sign
    if total:
        cluster[change.record] = total
    if not cluster:
        del sums[change.cluster]


def _members(sums: dict[int, int]) -> tuple[int, ...]:
    return tuple(sorted(record for record, total in sums.items() if total > 0))


def _separate(flows: set[Pair]) -> list[list[Pair]]:
    """Return the (old, new) pairs in groups that share no cluster, by lowest number."""
    sides = sorted({2 * old for old, _ in flows} | {2 * new + 1 for _, new in flows})
    edges = {(2 * old, 2 * new + 1): 0 for old, new in flows}
    groups = joined(sides, edges, largest=len(sides))
    place = {side: i for i, group in enumerate(groups) for side in group}
    out: list[list[Pair]] = [[] for _ in groups]
    for old, new in sorted(flows):
        out[place[2 * old]].append((old, new))
    return out


def _event(flows: Sequence[Pair]) -> Event | None:
    before = tuple(sorted({old for old, _ in flows}))
    after = tuple(sorted({new for _, new in flows}))
    if len(before) > 1 and len(after) > 1:
        return Regrouped(before, after)
    if len(before) > 1:
        return Merged(before, after[0])
    if len(after) > 1:
        return Split(before[0], after)
    return None if before == after else Renamed(before[0], after[0])
