"""Which accounts hang on which person: star clusters, changed only by +1 and -1.

A verified person is the root of each cluster, so a cluster's id is the person's number, and a
merge or a split is nothing but accounts that leave one person and come to another.
"""

from collections.abc import Hashable, Iterator
from typing import Literal

import msgspec


class Change(msgspec.Struct, frozen=True):
    """An account comes to a person (+1) or leaves them (-1)."""

    person: int
    account: Hashable
    sign: Literal[1, -1]


def revise(account: Hashable, before: int | None, after: int | None) -> tuple[Change, ...]:
    """Return the changes by which an account's link goes from one person to another.

    >>> [(c.person, c.sign) for c in revise("sim", 1, 2)]
    [(1, -1), (2, 1)]
    """
    if before == after:
        return ()
    gone = () if before is None else (Change(before, account, -1),)
    come = () if after is None else (Change(after, account, 1),)
    return gone + come


class Clusters:
    """The accounts of each person, as the sum of all changes so far.

    Changes commute: in whatever order they are applied, the same sums give the same clusters. A
    -1 may therefore come before its +1; an account belongs to a person while its sum is positive.
    """

    def __init__(self) -> None:
        self._sums: dict[int, dict[Hashable, int]] = {}

    def apply(self, change: Change) -> None:
        """Add a change; sums that come to nothing leave no trace."""
        sums = self._sums.setdefault(change.person, {})
        total = sums.pop(change.account, 0) + change.sign
        if total:
            sums[change.account] = total
        if not sums:
            del self._sums[change.person]

    def accounts(self, person: int) -> frozenset[Hashable]:
        """Return the accounts that hang on a person."""
        sums = self._sums.get(person, {})
        return frozenset(account for account, total in sums.items() if total > 0)

    def __iter__(self) -> Iterator[int]:
        """Yield the people with accounts, by number."""
        return iter(sorted(person for person in self._sums if self.accounts(person)))

    def sums(self) -> dict[int, dict[Hashable, int]]:
        """Return a copy of all sums that are not 0: the whole state."""
        return {person: dict(sums) for person, sums in self._sums.items()}
