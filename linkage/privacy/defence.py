"""What a defence is: a promise about published traces, and how it is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linkage.catalogue import load_catalogue
from linkage.privacy.rows import Ints

FOLDER = Path(__file__).parent / "defences"


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


@dataclass(frozen=True)
class Defence:
    """A promise and how it is kept; strength 1 changes nothing, more protects more."""

    name: str
    promise: str
    must_not_be_read_as: str
    protect: Callable[[Traces, int], Traces]


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
