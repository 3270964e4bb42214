"""Sorted columns of (point, person) rows: how changes find their place, and look-up by point."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
_BITS = np.int64(40)
_PEOPLE = 1 << 40


class Rows(NamedTuple):
    """Distinct (point, person) rows and how many times each is held. A point implies its source."""

    point: Keys
    person: Ints
    source: NDArray[np.uint8]
    times: NDArray[np.int32]

    def take(self, which: Ints | NDArray[np.bool_]) -> "Rows":
        """Return these rows only."""
        return Rows(self.point[which], self.person[which], self.source[which], self.times[which])

    def insert(self, at: Ints, new: "Rows") -> "Rows":
        """Return the rows with new ones put before the rows numbered `at`."""
        return Rows(
            np.insert(self.point, at, new.point),
            np.insert(self.person, at, new.person),
            np.insert(self.source, at, new.source),
            np.insert(self.times, at, new.times),
        )


def netted(parts: list[Rows]) -> Rows:
    """Add up equal rows and sort them by point and person, without those that cancel out."""
    point = np.concatenate([part.point for part in parts])
    person = np.concatenate([part.person for part in parts])
    source = np.concatenate([part.source for part in parts])
    times = np.concatenate([part.times for part in parts])
    order = np.lexsort((person, point))
    rows = Rows(point, person, source, times).take(order)
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (rows.point[1:] != rows.point[:-1]) | (rows.person[1:] != rows.person[:-1])
    starts = np.flatnonzero(first)
    net = rows.take(starts)._replace(times=np.add.reduceat(rows.times, starts))
    return net.take(net.times != 0)


def locate(rows: Rows, wanted: Rows) -> tuple[Ints, NDArray[np.bool_]]:
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


def refuse_negative(rows: Rows) -> None:
    """Raise ValueError, naming the worst row, when one is held fewer than zero times."""
    if len(rows.times) and int(rows.times.min()) < 0:
        row = int(rows.times.argmin())
        raise ValueError(
            f"person {int(rows.person[row])}, point {int(rows.point[row]):#018x}: taken back "
            f"{-int(rows.times[row])} times more than it was added"
        )


def rank_in_run(group: Ints) -> Ints:
    """Return each row's place within its run of equal groups."""
    row = np.arange(len(group))
    first = np.ones(len(group), dtype=np.bool_)
    first[1:] = group[1:] != group[:-1]
    return row - np.maximum.accumulate(np.where(first, row, 0))


class Lookup:
    """Who carries a point, in columns sorted by point and person. Points are asked for by number.

    A person's number must be within 0 and 2**40 - 1; ValueError otherwise.
    """

    def __init__(self, rows: Rows) -> None:
        if len(rows.person) and not 0 <= int(rows.person.min()) <= int(rows.person.max()) < _PEOPLE:
            raise ValueError("a person's number must be within 0 and 2**40 - 1")
        first = np.ones(len(rows.point), dtype=np.bool_)
        first[1:] = rows.point[1:] != rows.point[:-1]
        self._person = rows.person
        self._starts = np.append(np.flatnonzero(first), len(first))
        self._points = rows.point[first]
        self._pairs = ((np.cumsum(first) - 1) << _BITS) | rows.person

    def numbers(self, points: Keys) -> Ints:
        """Return the number of each point, -1 where nobody carries it."""
        found = np.searchsorted(self._points, points)
        found[found == len(self._points)] = 0
        known = self._points[found] == points if len(self._points) else found > 0
        return np.where(known, found, -1)

    def many(self, numbers: Ints) -> Ints:
        """Return how many people carry each point."""
        return np.where(numbers < 0, 0, self._starts[numbers + 1] - self._starts[numbers])

    def carriers(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Return (i, person) for everybody who carries the i-th of these points."""
        many = self.many(numbers)
        which = np.repeat(np.arange(len(numbers)), many)
        skipped = np.repeat(self._starts[numbers] - (np.cumsum(many) - many), many)
        return which, self._person[np.arange(len(which)) + skipped]

    def carries(self, numbers: Ints, person: Ints) -> NDArray[np.bool_]:
        """Return for each (point, person) whether the person carries the point."""
        wanted = (numbers << _BITS) | person
        place = np.searchsorted(self._pairs, wanted)
        place[place == len(self._pairs)] = 0
        return self._pairs[place] == wanted if len(self._pairs) else place > 0
