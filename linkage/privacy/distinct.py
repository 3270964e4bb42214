"""Distinct rows of some columns, by sorting: several times as fast as comparing whole rows."""

import numpy as np
from numpy.typing import NDArray

from linkage.privacy.rows import Ints

Column = Ints | NDArray[np.uint8]


def distinct(*columns: Column) -> tuple[Ints, Ints]:
    """Return where each distinct row first stands, in rising order, and each row's number in it.

    >>> first, number = distinct(np.array([5, 3, 5]), np.array([1, 9, 1]))
    >>> first.tolist(), number.tolist()
    ([1, 0], [1, 0, 1])
    """
    order = np.lexsort(columns[::-1]).astype(np.int64)
    new = np.ones(len(order), dtype=np.bool_)
    if len(order):
        new[1:] = False
    for column in columns:
        new[1:] |= column[order][1:] != column[order][:-1]
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.cumsum(new) - 1
    return order[new], number
