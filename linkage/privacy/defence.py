"""What a defence is: a promise about what is published, and how it is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from linkage.catalogue import load_catalogue
from linkage.errors import RiskError
from linkage.privacy.rows import Ints

FOLDER = Path(__file__).parent / "defences"
Form = Literal["traces", "encodings", "counts"]
"""What is published: points of people, encodings of who they are, or counts of them."""


@dataclass(frozen=True)
class Traces:
    """Points as columns: who was seen by which source in which hour and cell.

    Cells number a grid row by row; `width` is how many make a row. Raises RiskError for columns
    of different lengths, hours and places below 0, and a width below 1.
    """

    person: Ints
    source: NDArray[np.uint8]
    hour: Ints
    place: Ints
    width: int

    def __post_init__(self) -> None:
        lengths = [len(c) for c in (self.person, self.source, self.hour, self.place)]
        if len(set(lengths)) > 1:
            raise RiskError(f"person, source, hour, place: got {lengths} rows, needs as many each")
        for name, least in (
            ("hour", int(self.hour.min(initial=0))),
            ("place", int(self.place.min(initial=0))),
        ):
            if least < 0:
                raise RiskError(f"{name}: got {least}, needs 0 or more; count from the first one")
        if self.width < 1:
            raise RiskError(f"width: got {self.width}, needs 1 or more: the cells of a row")

    def __len__(self) -> int:
        return len(self.person)

    def take(self, which: Ints | NDArray[np.bool_]) -> "Traces":
        """Return these rows only."""
        source, hour, place = self.source[which], self.hour[which], self.place[which]
        return Traces(self.person[which], source, hour, place, self.width)


@dataclass(frozen=True)
class Material:
    """What a holder of data has: traces, and for each person the strings that say who they are.

    `records` has one row per person of `people`, such as (family name, given name, birth date).
    """

    traces: Traces
    people: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    records: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Legend:
    """How what is published is to be read; every reader is told, so every attacker knows.

    A stated hour is the first of a window of `hours` hours counted from hour 0, a stated cell the
    first of a square of `cells` x `cells`. Then points were moved by at most `moved_hours` hours,
    and by at most `moved_cells` cells as the crow flies. A pseudonym holds for `lasts` hours,
    counted from hour 0, and for ever where that is None.
    """

    hours: int = 1
    cells: int = 1
    moved_hours: int = 0
    moved_cells: int = 0
    lasts: int | None = None

    def stated(self, hour: Ints, place: Ints, width: int) -> tuple[Ints, Ints]:
        """Return how true hours and places are stated before anything is moved.

        >>> Legend(hours=2, cells=2).stated(np.array([7]), np.array([5]), 4)
        (array([6]), array([0]))
        """
        row, column = place // width, place % width
        corner = (row - row % self.cells) * width + (column - column % self.cells)
        return hour - hour % self.hours, corner


@dataclass(frozen=True)
class Published:
    """What leaves the holder.

    `traces.person` are pseudonyms: row numbers of `holder`, which says whose each one is. Only a
    scorer may look at `holder`. `legend` says how to read the traces. `encodings` (people x bits, 0
    or 1) has a row for each of `encoded`, whose numbers are as secret. `counts` are numbers of
    people by (source, hour, place), noised or not.
    """

    traces: Traces
    holder: Ints
    encodings: NDArray[np.uint8] | None = None
    encoded: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    counts: Mapping[tuple[int, int, int], int] | None = None
    legend: Legend = field(default_factory=Legend)


@dataclass(frozen=True)
class Defence:
    """A promise and how it is kept; strength 1 changes nothing, more protects more.

    `protect(material, strength, seed)` draws all its chance from the seed: another seed is another
    publication of the same material. `publishes` says which form of what is published it changes.
    """

    name: str
    promise: str
    must_not_be_read_as: str
    protect: Callable[[Material, int, int], Published]
    publishes: Form = "traces"
    strengths: tuple[int, ...] = (1, 2, 4, 8)


def unprotected(traces: Traces) -> Published:
    """Return traces published under lasting pseudonyms, one a person, and with nothing changed."""
    holder, pseudonym = np.unique(traces.person, return_inverse=True)
    columns = (traces.source, traces.hour, traces.place)
    return Published(Traces(pseudonym.astype(np.int64), *columns, traces.width), holder)


def load_defences(
    folder: Path = FOLDER, package: str = "linkage.privacy.defences"
) -> Mapping[str, Defence]:
    """Return every defence of the catalogue by name."""
    return load_catalogue(package, folder, "DEFENCE", Defence)


def checked(strength: int) -> int:
    """Return the strength, or raise ValueError when it is below 1."""
    if strength < 1:
        raise ValueError(f"strength: got {strength}, needs 1 or more")
    return strength
