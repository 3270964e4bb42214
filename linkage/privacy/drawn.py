"""Chance for each row of some columns: from a seed and the row's values, in whatever order."""

import numpy as np

from linkage.privacy.distinct import distinct
from linkage.privacy.hashing import scramble, seeded
from linkage.privacy.rows import Ints, Keys, rank_in_run


def keyed(seed: int, *columns: Ints) -> Keys:
    """Return hash(seed, row) of each row; the same values in other columns hash differently.

    >>> one, other = keyed(7, np.array([1, 2]), np.array([2, 1])).tolist()
    >>> one == other
    False
    """
    found = seeded(seed, columns[0])
    for column in columns[1:]:
        found = scramble(found ^ scramble(column.astype(np.uint64)))
    return found


def copies(*columns: Ints) -> Ints:
    """Return for each row how many equal ones stand before it: that tells equal rows apart.

    >>> copies(np.array([5, 3, 5, 5])).tolist()
    [0, 0, 1, 2]
    """
    _, group = distinct(*columns)
    order = np.argsort(group, kind="stable")
    found = np.empty_like(group)
    found[order] = rank_in_run(group[order])
    return found
