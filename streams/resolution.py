"""How finely a point is known, as a user writes it: "hour,cell", or "4 hours,2 cells"."""

import re
from collections.abc import Mapping

from linkage.errors import RiskError
from linkage.privacy.frames import Resolution
from streams.events import Usage
from streams.source import Source
from streams.synthetic.places import width_of
from streams.synthetic.population import PEOPLE_PER_CELL

FINEST = "hour,cell"
_FIRST = 1
"""Cells are numbered from 1, row by row; place 0 is no cell."""
_PART = re.compile(r"(?:([1-9][0-9]{0,5}) )?([a-z]+)")
_HOURS = {"hour": 1, "hours": 1, "day": 24, "days": 24}
_CELLS = {"cell": 1, "cells": 1}


def parse_resolution(text: str, width: int, apart: tuple[str, ...] = ()) -> Resolution:
    """Return the resolution that a text names, over a plane of cells `width` to a row.

    "4 hours,2 cells" is one of so many hours that follow each other, and one of so many cells a
    side in a square; "hour" is short for "1 hour", and a day is 24. `width` is that of a world
    (`cells_per_row`). Sources in `apart` have other places than cells, which
    stay as they are (`off_grid`). Raises RiskError for any other text.

    >>> str(parse_resolution("hour,cell", 10)), str(parse_resolution("4 hours,2 cells", 10))
    ('hour x place', '4 hours x 2 x 2 places')
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2:
        raise _refused(text)
    hours, side = _number(parts[0], _HOURS, text), _number(parts[1], _CELLS, text)
    return Resolution(hours=hours, side=side, width=width, first=_FIRST, apart=apart)


def cells_per_row(people: int) -> int:
    """Return how many cells make a row of the plane of so many synthetic people."""
    return width_of(cells_of(people))


def cells_of(people: int) -> int:
    """Return how many cells the plane of so many synthetic people has."""
    return max(1, round(people / PEOPLE_PER_CELL))


def off_grid(sources: Mapping[str, Source]) -> tuple[str, ...]:
    """Return the names of the sources that say where somebody is, but not in which cell."""
    return tuple(
        name
        for name, source in sources.items()
        if any(
            issubclass(kind, Usage) and kind.places != "none" and "cell" not in kind.places
            for kind in source.kinds.values()
        )
    )


def _number(part: str, units: Mapping[str, int], text: str) -> int:
    found = _PART.fullmatch(part)
    if found is None or found[2] not in units:
        raise _refused(text)
    return int(found[1] or 1) * units[found[2]]


def _refused(text: str) -> RiskError:
    return RiskError(
        f"resolution: got {text[:40]!r}; allowed: '{FINEST}', or how many of each, as in "
        "'4 hours,2 cells' or '1 day,1 cell'"
    )
