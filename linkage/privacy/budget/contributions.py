"""What people did in some blocks, as a release may count it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.privacy.rows import Ints


@dataclass(frozen=True)
class Domain:
    """What there could be, whatever people did: public, and fixed before anybody is counted.

    Cells of the plane are numbered from 1, row by row, `width` to a row. The places of the sources
    in `apart` are no cells, such as an access region: they are never counted as cells.
    """

    sources: tuple[str, ...]
    cells: int
    width: int
    apart: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contributions:
    """Who did how much, when and where: a row for each person, source, block and place.

    `source` is a number in the domain's `sources`, `events` how many events the row stands for.
    """

    person: Ints
    source: NDArray[np.uint8]
    block: Ints
    place: Ints
    events: Ints

    def __len__(self) -> int:
        return len(self.person)

    def take(self, which: Ints | NDArray[np.bool_]) -> "Contributions":
        """Return these rows only."""
        return Contributions(
            self.person[which],
            self.source[which],
            self.block[which],
            self.place[which],
            self.events[which],
        )
