"""Sorted columns of (point, person) rows, and how a batch of changes finds its place in them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]


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
