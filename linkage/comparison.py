"""What a comparison is, and the catalogue of all comparisons in `linkage/comparisons/`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linkage.catalogue import load_catalogue
from linkage.columns import Columns

FOLDER = Path(__file__).parent / "comparisons"
Levels = NDArray[np.int8]


@dataclass(frozen=True)
class Level:
    """One degree of agreement.

    `meaning` is shown to people. `frequency` names the fields whose shared value decides how
    surprising the agreement is: to share a rare surname says more than to share a common one.
    """

    name: str
    meaning: str
    frequency: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """How the fields of two records agree, as one of a few levels.

    `agree(left, right)` takes aligned columns of `fields` (left the registrations, right the
    registry) and returns per row the position of its level. The last level is 'missing'.
    `depends` names fields of other comparisons that make this one agree by themselves: u is then
    measured among strangers who agree on those, so that nothing is counted twice.
    """

    name: str
    question: str
    fields: tuple[str, ...]
    levels: tuple[Level, ...]
    agree: Callable[[Columns, Columns], Levels]
    depends: tuple[str, ...] = ()


@lru_cache(maxsize=8)
def load_comparisons(folder: Path = FOLDER) -> Mapping[str, Comparison]:
    """Return every comparison of a folder by name; raises CatalogueError for a bad file."""
    package = "linkage.comparisons" if folder == FOLDER else f"comparisons_in_{folder.name}"
    return load_catalogue(package, folder, "COMPARISON", Comparison)


def choose(conditions: list[NDArray[np.bool_]], otherwise: int) -> Levels:
    """Return per row the position of the first condition that holds, else `otherwise`.

    >>> choose([np.array([True, False]), np.array([True, False])], 2).tolist()
    [0, 2]
    """
    out = np.full(len(conditions[0]), otherwise, dtype=np.int8)
    for position in range(len(conditions) - 1, -1, -1):
        out[conditions[position]] = position
    return out
