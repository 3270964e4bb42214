"""Do the addresses agree? Area, street and house as one composite.

Compared field by field, an address in the same street would count area and street as two
independent agreements; on noisy census data that alone cost six points of F1.
"""

import numpy as np

from linkage.columns import Column, Columns, column, present, same
from linkage.comparison import Comparison, Level, Levels, choose

LEVELS = (
    Level("house", "the same house"),
    Level("street", "the same street, another house"),
    Level("area", "the same area, another street"),
    Level("other", "another area"),
    Level("missing", "an address is missing"),
)


def part(address: str | None, dashes: int) -> str | None:
    """Return an address up to its street (1) or area (0), or None when it names none.

    >>> part("a17-s4-h113", 1), part("a17-s4-h113", 0), part("a17", 1)
    ('a17-s4', 'a17', None)
    """
    if address is None or address.count("-") < dashes:
        return None
    return "-".join(address.split("-", dashes + 1)[: dashes + 1])


def _parts(values: Column, dashes: int) -> Column:
    return column([part(value, dashes) for value in values])


def agree(left: Columns, right: Columns) -> Levels:
    """Return the level of each pair."""
    a, b = left["address"], right["address"]
    house, known = same(a, b), present(a) & present(b)
    street, area = np.zeros_like(house), np.zeros_like(house)
    rows = np.flatnonzero(known & ~house)
    street[rows] = same(_parts(a[rows], 1), _parts(b[rows], 1))
    area[rows] = same(_parts(a[rows], 0), _parts(b[rows], 0))
    return choose([house, street, area, known], len(LEVELS) - 1)


COMPARISON = Comparison(
    name="address",
    question="Do the addresses name the same house, street or area?",
    fields=("address",),
    levels=LEVELS,
    agree=agree,
)
