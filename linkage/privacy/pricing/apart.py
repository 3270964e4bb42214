"""What each source tells of everybody by itself: known without any join.

A phone company knows its customers and how many of them were in a cell in an hour; so does a bank.
Nobody's records of two sources are put together for that, and the numbers of the people of one
source need mean nothing in another.
"""

from dataclasses import dataclass

import numpy as np

from linkage.errors import RiskError
from linkage.intervals import Floats
from linkage.privacy.adversary import Known
from linkage.privacy.matching import suspects
from linkage.privacy.points import PointIndex
from linkage.privacy.points_frame import PointColumns
from linkage.privacy.rows import Ints, Keys, Lookup
from linkage.privacy.view import mix_points, salt_of

_AT_ONCE = 1 << 22
"""Carriers looked at together, at most, unless one point alone has more."""


@dataclass(frozen=True)
class Customers:
    """The people of one source, in rising order.

    `trace` is the sum of each one's points, `alike` how many have the same ones, the person
    included.
    """

    people: Ints
    trace: Keys
    alike: Ints

    def of(self, people: Ints) -> Ints:
        """Return the row of each of some people, -1 for who is no customer."""
        if not len(self.people):
            return np.full(len(people), -1)
        row = np.minimum(np.searchsorted(self.people, people), len(self.people) - 1)
        return np.where(self.people[row] == people, row, -1)


class Apart:
    """Every source of everybody, each by itself."""

    def __init__(self, points: PointColumns) -> None:
        self.sources = points.sources
        keys = keys_of(points)
        self.index = PointIndex()
        gained = np.ones(len(keys), dtype=np.int8)
        # A point implies its source, so that equal numbers of people of two sources never meet.
        self.index.add(points.person, points.source.astype(np.uint8), keys, gained)
        self.customers = tuple(
            _customers(points, keys, number) for number in range(len(self.sources))
        )

    def crowds(self, known: Known) -> Ints:
        """Return how many people of one source carry all known points, which must be of it."""
        return crowds(self.index.lookup(), known)

    def facts(self, number: int, people: Ints) -> Floats:
        """Return of some people what one source by itself tells: a column for each fact.

        Whether they are its customers, whether their trace is nobody else's, and the bits that it
        hides. Who is no customer has 0 in each.
        """
        mine = self.customers[number]
        row = mine.of(people)
        found = _facts(mine)[np.maximum(row, 0)] if len(mine.people) else np.zeros((len(row), 3))
        return np.where(row[:, None] >= 0, found, 0.0)

    def totals(self, number: int) -> Floats:
        """Return the sums of the facts over everybody."""
        total: Floats = _facts(self.customers[number]).sum(axis=0)
        return total

    def refuse_other(self, points: PointColumns) -> None:
        """Raise RiskError unless the people of a joined sample have these points in each source."""
        sums = traces(points, keys_of(points))
        for number, name in enumerate(self.sources):
            mine = self.customers[number]
            row = mine.of(points.people)
            here = np.where(row >= 0, mine.trace[np.maximum(row, 0)] if len(mine.people) else 0, 0)
            if (other := here != sums[:, number]).any():
                person = int(points.people[other][0])
                raise RiskError(
                    f"apart: person {person} has other points in {name} than in the joined sample; "
                    "the people of the sample need the same numbers and points in both"
                )


def crowds(lookup: Lookup, known: Known) -> Ints:
    """Return the crowd of each attacked person as `matching.suspects`, in portions of memory."""
    people, numbers = len(known.people), lookup.numbers(known.point)
    least = np.full(people, np.iinfo(np.int64).max)
    np.minimum.at(least, known.owner, lookup.many(numbers))
    held = np.bincount(known.owner, minlength=people)
    # One known point: whoever carries it is the crowd, and nobody need be looked at.
    sizes = np.where(held == 1, least, 0)
    load = np.where(held > 1, least, 0)
    portion = np.cumsum(load) // _AT_ONCE
    for number in np.unique(portion[held > 1]).tolist():
        mine = (portion == number) & (held > 1)
        rows = np.flatnonzero(mine[known.owner])
        owner = (np.cumsum(mine) - 1)[known.owner[rows]]
        part = Known(known.people[mine], owner, known.point[rows])
        sizes[mine] = suspects(lookup, part).size
    return sizes


def keys_of(points: PointColumns) -> Keys:
    """Return the mixed point of each row."""
    keys = np.zeros(len(points.person), dtype=np.uint64)
    for number, source in enumerate(points.sources):
        rows = points.source == number
        keys[rows] = mix_points(salt_of(source), points.hour[rows], points.place[rows])
    return keys


def traces(points: PointColumns, keys: Keys) -> Keys:
    """Return the sum of each person's points by source: people x sources, 0 where there are none.

    The people are `points.people`.
    """
    sums = np.zeros((len(points.people), len(points.sources)), dtype=np.uint64)
    owner = np.searchsorted(points.people, points.person)
    np.add.at(sums, (owner, points.source), keys * points.times.astype(np.uint64))
    return sums


def _customers(points: PointColumns, keys: Keys, number: int) -> Customers:
    rows = np.flatnonzero(points.source == number)
    people, owner = np.unique(points.person[rows], return_inverse=True)
    trace = np.zeros(len(people), dtype=np.uint64)
    np.add.at(trace, owner, keys[rows] * points.times[rows].astype(np.uint64))
    _, which, count = np.unique(trace, return_inverse=True, return_counts=True)
    alike = count[which] if len(people) else np.zeros(0, dtype=np.int64)
    return Customers(people, trace, alike)


def _facts(mine: Customers) -> Floats:
    alone = (mine.alike == 1).astype(np.float64)
    return np.column_stack((np.ones(len(alone)), alone, np.log2(mine.alike)))
