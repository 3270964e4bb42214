"""How a frame of points is measured: what a point tells, and what the attacker holds."""

from dataclasses import dataclass, field

import msgspec
import numpy as np

from linkage.errors import RiskError
from linkage.privacy.adversary import Knowledge
from linkage.privacy.hashing import text_hash
from linkage.privacy.rows import Ints


@dataclass(frozen=True)
class Resolution:
    """What a point tells: an hour among so many, a square of so many cells a side.

    `width` is how many cells make a row of the grid, `first` the number of its first cell: lower
    places are no cells, and stay as they are. So do all places of the sources in `apart`. The three
    matter only where a side is above 1. Raises RiskError for less than 1 hour, cell or width.
    """

    hours: int = 1
    side: int = 1
    width: int = 1
    first: int = 0
    apart: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("hours", "side", "width"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise RiskError(
                    f"{name}: got {value!r}, needs a whole number of 1 or more; points cannot be "
                    "finer than the data"
                )

    def coarse(self, hour: Ints, place: Ints) -> tuple[Ints, Ints]:
        """Return the first hour of each window and the first cell of each square.

        >>> hour, place = Resolution(4, 2, width=10, first=1).coarse(np.array([7]), np.array([22]))
        >>> hour.tolist(), place.tolist()
        ([4], [21])
        """
        cell = place - self.first
        row, column = cell // self.width, cell % self.width
        corner = (row - row % self.side) * self.width + (column - column % self.side) + self.first
        known = (cell < 0) | (self.side == 1)
        return hour - hour % self.hours, np.where(known, place, corner)

    def __str__(self) -> str:
        """Return it in words."""
        when = "hour" if self.hours == 1 else f"{self.hours} hours"
        return f"{when} x {'place' if self.side == 1 else f'{self.side} x {self.side} places'}"


@dataclass(frozen=True)
class How:
    """How a frame is measured: what the attacker holds, how many are attacked, how finely.

    `views` are sets of sources, all subsets when empty; `secret` the column to be guessed. Raises
    RiskError for numbers outside their bounds, and a view that is no tuple of names.
    """

    points: int = 4
    error: float = 0.0
    coverage: float = 1.0
    sample: int = 1000
    resolution: Resolution = field(default_factory=Resolution)
    views: tuple[tuple[str, ...], ...] = ()
    secret: str = ""

    def __post_init__(self) -> None:
        Knowledge(self.points, "", self.error, self.coverage)
        if self.sample < 1:
            raise RiskError(f"sample: got {self.sample}, needs 1 person or more to attack")
        if strange := [view for view in self.views if isinstance(view, str) or not view]:
            raise RiskError(f"views: got {strange[0]!r}, needs a tuple of sources: ('phone',)")

    @property
    def hash(self) -> str:
        """Return 16 hex digits that another configuration does not have."""
        return f"{text_hash(msgspec.json.encode(self, order='sorted').decode()):016x}"


USUAL = How()
"""Four points, at the resolution of the data, of a thousand people, in every view."""
