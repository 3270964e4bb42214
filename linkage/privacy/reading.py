"""How an honest reader takes published traces: by their legend, and without any more knowledge.

A point that is stated coarsely may have been in each hour and cell of its window and square alike.
A reader knows how large plane and period are and how many people there are, so where fewer have a
pseudonym he counts each of them for more (the expansion factor of survey sampling: Cochran 1977,
Sampling Techniques, 2.5). He does not know how far a single point was moved.
"""

from dataclasses import dataclass

import numpy as np

from linkage.privacy.defence import Legend, Material, Published, Traces
from linkage.privacy.rows import Ints


@dataclass(frozen=True)
class Extent:
    """How large the plane is, in rows of `width` cells, and how many hours there are."""

    width: int
    rows: int
    hours: int

    @property
    def cells(self) -> int:
        """Return how many cells the plane has."""
        return self.width * self.rows

    def cells_of(self, corner: Ints, side: int) -> Ints:
        """Return how many cells of the plane are in each square, by its first cell.

        >>> Extent(width=3, rows=3, hours=1).cells_of(np.array([0, 2, 8]), 2).tolist()
        [4, 2, 1]
        """
        down, right = self.sides_of(corner, side)
        return down * right

    def sides_of(self, corner: Ints, side: int) -> tuple[Ints, Ints]:
        """Return how many rows and columns of the plane are in each square."""
        row, column = corner // self.width, corner % self.width
        return np.minimum(side, self.rows - row), np.minimum(side, self.width - column)

    def hours_of(self, first: Ints, hours: int) -> Ints:
        """Return how many hours of the period are in each window, by its first hour."""
        return np.minimum(hours, self.hours - first)


@dataclass(frozen=True)
class Read:
    """Points as a reader has them: `window` and `square` are first hours and first cells."""

    pseudonym: Ints
    source: Ints
    window: Ints
    square: Ints

    def __len__(self) -> int:
        return len(self.pseudonym)

    def columns(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return the points as columns."""
        return self.pseudonym, self.source, self.window, self.square

    def of(self, source: int) -> "Read":
        """Return the points of one source."""
        mine = self.source == source
        return Read(*(column[mine] for column in self.columns()))


def extent(traces: Traces) -> Extent:
    """Return how large plane and period of the holder's traces are."""
    rows = int(traces.place.max(initial=0)) // traces.width + 1
    return Extent(traces.width, rows, int(traces.hour.max(initial=0)) + 1)


def read(traces: Traces, legend: Legend) -> Read:
    """Return the points of traces by the windows and squares of a legend."""
    window, square = legend.stated(traces.hour, traces.place, traces.width)
    return Read(traces.person, traces.source.astype(np.int64), window, square)


def widest(traces: Traces) -> int:
    """Return the source that names most places; of several the one with most points, then first.

    Studies of mobility stand on one source; others name a shop, a region or nothing.
    """
    pairs = np.unique(np.column_stack((traces.source, traces.place)), axis=0)
    sources = np.unique(traces.source)
    places = [int(np.count_nonzero(pairs[:, 0] == one)) for one in sources]
    points = [int(np.count_nonzero(traces.source == one)) for one in sources]
    best = sorted(zip(places, points, (-sources.astype(np.int64)).tolist(), strict=True))
    return -best[-1][2] if best else 0


def expansion(material: Material, published: Published) -> float:
    """Return for how many people each pseudonym counts: more than one where fewer have one.

    Where pseudonyms change nobody can tell how many people there are, and each counts for one.
    """
    if published.legend.lasts is not None or not len(published.holder):
        return 1.0
    people = len(np.unique(material.traces.person))
    return max(1.0, people / len(np.unique(published.traces.person)))
