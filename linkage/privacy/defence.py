"""What a defence is: a promise about what is published, and how it is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from linkage.catalogue import load_catalogue
from linkage.privacy.rows import Ints

FOLDER = Path(__file__).parent / "defences"
Form = Literal["traces", "encodings", "counts"]
"""What is published: points of people, encodings of who they are, or counts of them."""


@dataclass(frozen=True)
class Traces:
    """Points as columns: who was seen by which source in which hour and cell.

    Cells number a grid row by row; `width` is how many make a row.
    """

    person: Ints
    source: NDArray[np.uint8]
    hour: Ints
    place: Ints
    width: int

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
class Published:
    """What leaves the holder.

    `traces.person` are pseudonyms: row numbers of `holder`, which says whose each one is. Only a
    scorer may look at `holder`. `encodings` (people x bits, 0 or 1) has a row for each of
    `encoded`, whose numbers are as secret. `counts` are numbers of people by (source, hour, place),
    noised or not.
    """

    traces: Traces
    holder: Ints
    encodings: NDArray[np.uint8] | None = None
    encoded: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    counts: Mapping[tuple[int, int, int], int] | None = None


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
