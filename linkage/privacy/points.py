"""Who carries which point: a multiset of (person, source, point) that follows the stream.

Rows live in columns sorted by (point, person); what is added waits in a buffer until somebody
asks. A row takes 21 bytes, so 20,000 people with 20 points each need under 10 MB.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.privacy.hashing import seeded

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
_FOLD = 1 << 18
"""Rows that may wait: folding them in costs one copy of the columns."""


class Rows(NamedTuple):
    """Distinct (point, person) rows and how many times each is held. A point implies its source."""

    point: Keys
    person: Ints
    source: NDArray[np.uint8]
    count: NDArray[np.int32]


@dataclass(frozen=True)
class Profiles:
    """The distinct points of some people: row i says that `people[owner[i]]` carries point[i].

    Rows are sorted by owner. People without points have no rows and stay in `people`.
    """

    people: Ints
    owner: Ints
    source: NDArray[np.uint8]
    point: Keys


class PointIndex:
    """A multiset of points with look-up by point and by person.

    `seed` and `sample` fix the targets: the `sample` people with the smallest hash(seed, person)
    among those who have points now. So the sample depends on who is here, not on who came first,
    and somebody new replaces at most one of them.
    """

    def __init__(self, seed: int = 0, sample: int = 1000) -> None:
        self._seed, self._sample = seed, sample
        self._rows = Rows(
            np.empty(0, np.uint64), np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0, np.int32)
        )
        self._people = np.empty(0, np.int64)
        self._held = np.empty(0, np.int64)
        self._waiting: list[Rows] = []
        self._waits = 0

    def add(
        self, person: Ints, source: NDArray[np.uint8], point: Keys, sign: NDArray[np.int8]
    ) -> None:
        """Add (+1) or take back (-1) one point per row.

        Rows may come in any order. A later look-up raises ValueError when more was taken back
        than was ever added.
        """
        if len(person):
            self._waiting.append(Rows(point, person, source, sign.astype(np.int32)))
            self._waits += len(person)
        if self._waits > _FOLD:
            self._fold()

    def rows(self) -> Rows:
        """Return everything, sorted by point and person: what reopening adds again."""
        self._fold()
        return self._rows

    def people(self) -> int:
        """Return how many people have at least one point."""
        self._fold()
        return len(self._people)

    def carriers(self, point: int) -> frozenset[int]:
        """Return the people who carry a point."""
        _, person = self.carriers_of(np.array([point], dtype=np.uint64))
        return frozenset(person.tolist())

    def carriers_of(self, points: Keys) -> tuple[Ints, Ints]:
        """Return (i, person) for every person who carries points[i]."""
        self._fold()
        low = np.searchsorted(self._rows.point, points, side="left")
        many = np.searchsorted(self._rows.point, points, side="right") - low
        which = np.repeat(np.arange(len(points)), many)
        offset = np.arange(len(which)) - np.repeat(np.cumsum(many) - many, many)
        return which, self._rows.person[low[which] + offset]

    def targets(self) -> Ints:
        """Return the sampled people, in ascending order."""
        self._fold()
        if len(self._people) <= self._sample:
            return self._people.copy()
        order = np.argpartition(seeded(self._seed, self._people), self._sample)
        return np.sort(self._people[order[: self._sample]])

    def profiles(self, people: Ints) -> Profiles:
        """Return the distinct points of these people, who must be sorted and distinct."""
        self._fold()
        owner = np.minimum(np.searchsorted(people, self._rows.person), max(len(people) - 1, 0))
        mine = np.flatnonzero(people[owner] == self._rows.person) if len(people) else owner[:0]
        mine = mine[np.argsort(owner[mine], kind="stable")]
        return Profiles(people, owner[mine], self._rows.source[mine], self._rows.point[mine])

    def points_of(self, person: int) -> Mapping[int, tuple[int, ...]]:
        """Return one person's distinct points per source number, sorted; one scan of the rows."""
        found = self.profiles(np.array([person], dtype=np.int64))
        return {
            source: tuple(found.point[found.source == source].tolist())
            for source in np.unique(found.source).tolist()
        }

    def _fold(self) -> None:
        """Bring the buffer into the sorted columns."""
        if not self._waiting:
            return
        fresh = _netted(self._waiting)
        where, known = _locate(self._rows, fresh)
        count = self._rows.count.copy()
        count[where[known]] += fresh.count[known]
        new, slots = Rows(*(column[~known] for column in fresh)), where[~known]
        _refuse_negative(self._rows._replace(count=count))
        _refuse_negative(new)
        kept = count > 0
        self._recount(self._rows.person[~kept], new.person)
        slots = slots - np.concatenate(([0], np.cumsum(~kept)))[slots]
        old = Rows(*(column[kept] for column in self._rows._replace(count=count)))
        columns = zip(old, new, strict=True)
        self._rows = Rows(*(np.insert(column, slots, extra) for column, extra in columns))
        self._waiting, self._waits = [], 0

    def _recount(self, lost: Ints, gained: Ints) -> None:
        """Keep in step how many rows each person has."""
        seen = np.concatenate((self._people, lost, gained))
        steps = np.concatenate((self._held, np.full(len(lost), -1), np.ones_like(gained)))
        people, where = np.unique(seen, return_inverse=True)
        held = np.zeros(len(people), dtype=np.int64)
        np.add.at(held, where, steps)
        self._people, self._held = people[held > 0], held[held > 0]


def _netted(parts: list[Rows]) -> Rows:
    """Add up equal rows and sort them by point and person, without those that cancel out."""
    rows = Rows(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    order = np.lexsort((rows.person, rows.point))
    point, person = rows.point[order], rows.person[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (point[1:] != point[:-1]) | (person[1:] != person[:-1])
    starts = np.flatnonzero(first)
    count = np.add.reduceat(rows.count[order], starts)
    starts, count = starts[count != 0], count[count != 0]
    return Rows(point[starts], person[starts], rows.source[order][starts], count)


def _locate(rows: Rows, wanted: Rows) -> tuple[Ints, NDArray[np.bool_]]:
    """Return where each wanted (point, person) stands or belongs, and whether it is there."""
    low = np.searchsorted(rows.point, wanted.point, side="left")
    end = np.searchsorted(rows.point, wanted.point, side="right")
    high = end
    while (open_ := low < high).any():
        middle = (low + high) >> 1
        less = rows.person[np.minimum(middle, len(rows.person) - 1)] < wanted.person
        low = np.where(open_ & less, middle + 1, low)
        high = np.where(open_ & ~less, middle, high)
    known = low < end
    known[known] = rows.person[low[known]] == wanted.person[known]
    return low, known


def _refuse_negative(rows: Rows) -> None:
    if len(rows.count) and int(rows.count.min()) < 0:
        row = int(rows.count.argmin())
        raise ValueError(
            f"person {int(rows.person[row])}, point {int(rows.point[row]):#018x}: taken back "
            f"{-int(rows.count[row])} times more than it was added"
        )
