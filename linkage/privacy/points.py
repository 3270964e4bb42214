"""Who carries which point: a multiset of (person, source, point) that follows the stream.

Rows live in columns sorted by (point, person); what is added waits in a buffer until somebody
asks. A row takes 21 bytes, so 20,000 people with 20 points each need under 10 MB.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.privacy.hashing import seeded
from linkage.privacy.rows import Ints, Keys, Lookup, Rows, locate, netted, refuse_negative

_FOLD = 1 << 18
"""Rows that may wait: folding them in costs one copy of the columns."""


@dataclass(frozen=True)
class Profiles:
    """The distinct points of some people: row i says that `people[owner[i]]` carries point[i].

    Rows are sorted by owner, and within one by hash(seed, person, point): the order in which an
    attacker comes to know them. People without points have no rows and stay in `people`.
    """

    people: Ints
    owner: Ints
    source: NDArray[np.uint8]
    point: Keys


def shuffled(
    seed: int, people: Ints, owner: Ints, source: NDArray[np.uint8], point: Keys
) -> Profiles:
    """Return distinct points as profiles, in the order that the seed gives them."""
    salt = seeded(seed, people)[owner]
    order = np.lexsort((point, seeded(seed, (point ^ salt).view(np.int64)), owner))
    return Profiles(people, owner[order], source[order], point[order])


class PointIndex:
    """A multiset of points with look-up by point and by person.

    `seed` and `sample` fix the targets: the `sample` people with the smallest hash(seed, person)
    among those who have points now. So the sample depends on who is here, not on who came first,
    and somebody new replaces at most one of them.
    """

    def __init__(self, seed: int = 0, sample: int = 1000) -> None:
        self._seed, self._sample = seed, sample
        self._rows = Rows(
            np.empty(0, np.uint64),
            np.empty(0, np.int64),
            np.empty(0, np.uint8),
            np.empty(0, np.int32),
        )
        self._people = np.empty(0, np.int64)
        self._held = np.empty(0, np.int64)
        self._waiting: list[Rows] = []
        self._waits = 0
        self._lookup: Lookup | None = None

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

    def drop(self, people: Ints) -> None:
        """Take all points of these people out; who has none is passed over."""
        self._fold()
        gone = np.isin(self._rows.person, people)
        if gone.any():
            self._rows = self._rows.take(~gone)
            left = ~np.isin(self._people, people)
            self._people, self._held = self._people[left], self._held[left]
            self._lookup = None

    def rows(self) -> Rows:
        """Return everything, sorted by point and person: what reopening adds again."""
        self._fold()
        return self._rows

    def people(self) -> int:
        """Return how many people have at least one point."""
        self._fold()
        return len(self._people)

    def lookup(self) -> Lookup:
        """Return who carries which point now; later changes do not reach what was returned."""
        self._fold()
        if self._lookup is None:
            self._lookup = Lookup(self._rows)
        return self._lookup

    def carriers(self, point: int) -> frozenset[int]:
        """Return the people who carry a point."""
        lookup = self.lookup()
        _, person = lookup.carriers(lookup.numbers(np.array([point], dtype=np.uint64)))
        return frozenset(person.tolist())

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
        rows, owner = self._held_by(people)
        return shuffled(self._seed, people, owner, self._rows.source[rows], self._rows.point[rows])

    def sums(self, people: Ints, sources: int) -> Keys:
        """Return the sum (mod 2^64) of each person's points, people x sources, repeats counted.

        `people` must be sorted and distinct; `sources` is how many there are. One scan of the rows.
        """
        self._fold()
        rows, owner = self._held_by(people)
        found = np.zeros((len(people), sources), dtype=np.uint64)
        times = self._rows.times[rows].astype(np.uint64)
        cell = owner * sources + self._rows.source[rows]
        np.add.at(found.reshape(-1), cell, self._rows.point[rows] * times)
        return found

    def points_of(self, person: int) -> Mapping[int, tuple[int, ...]]:
        """Return one person's distinct points per source number, sorted; one scan of the rows."""
        found = self.profiles(np.array([person], dtype=np.int64))
        return {
            source: tuple(found.point[found.source == source].tolist())
            for source in np.unique(found.source).tolist()
        }

    def _held_by(self, people: Ints) -> tuple[Ints, Ints]:
        """Return the rows of these people, and whose each is, by place."""
        low_bits = np.zeros(1 << 16, dtype=np.bool_)
        low_bits[people & 0xFFFF] = True
        maybe = np.flatnonzero(low_bits[self._rows.person & 0xFFFF])
        owner = np.searchsorted(people, self._rows.person[maybe])
        owner[owner == len(people)] = 0
        mine = people[owner] == self._rows.person[maybe] if len(people) else np.zeros(0, np.bool_)
        return maybe[mine], owner[mine]

    def _fold(self) -> None:
        """Bring the buffer into the sorted columns."""
        if not self._waiting:
            return
        fresh = netted(self._waiting)
        where, known = locate(self._rows, fresh)
        times = self._rows.times.copy()
        times[where[known]] += fresh.times[known]
        old, new = self._rows._replace(times=times), fresh.take(~known)
        refuse_negative(old)
        refuse_negative(new)
        kept = times > 0
        self._recount(old.person[~kept], new.person)
        slots = where[~known] - np.concatenate(([0], np.cumsum(~kept)))[where[~known]]
        self._rows = old.take(kept).insert(slots, new)
        self._waiting, self._waits, self._lookup = [], 0, None

    def _recount(self, lost: Ints, gained: Ints) -> None:
        """Keep in step how many rows each person has."""
        seen = np.concatenate((self._people, lost, gained))
        steps = np.concatenate((self._held, np.full(len(lost), -1), np.ones_like(gained)))
        people, where = np.unique(seen, return_inverse=True)
        held = np.zeros(len(people), dtype=np.int64)
        np.add.at(held, where, steps)
        self._people, self._held = people[held > 0], held[held > 0]
