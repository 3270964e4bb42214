"""Classes of people who look alike by some columns, and how many are alone in theirs."""

import numpy as np
from numpy.typing import NDArray

from streams.synthetic.chance import Flags, Floats, Ints

_EPOCH = 719_163
"""The ordinal of 1970-01-01."""


def classes(*columns: Ints | Flags) -> Ints:
    """Return each row's class (0, 1, 2 ...): rows of a class are equal in every column.

    >>> classes(np.array([5, 5, 7]), np.array([1, 2, 1])).tolist()
    [0, 1, 2]
    """
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values, place = np.unique(column, return_inverse=True)
        code = np.unique(code * len(values) + place, return_inverse=True)[1]
    return code


def alone(of: Ints) -> Flags:
    """Return who is alone in their class."""
    found: Flags = np.bincount(of)[of] == 1
    return found


def months(born: Ints) -> Ints:
    """Return the month of birth, counted from that of 1970, of ordinal days."""
    return _as(born, "M")


def years(born: Ints) -> Ints:
    """Return the year of birth, counted from 1970, of ordinal days."""
    return _as(born, "Y")


def _as(born: Ints, unit: str) -> Ints:
    days: NDArray[np.datetime64] = (born - _EPOCH).astype("datetime64[D]")
    return days.astype(f"datetime64[{unit}]").astype(np.int64)


def expected_alone(of: Ints, sizes: Floats) -> Floats:
    """Return what share would be alone in a region of each size, if drawn from everybody.

    The mean over people of (1 - p) ** (size - 1), with p the share of all people in their class
    `of`.

    >>> expected_alone(np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 3.0])).tolist()
    [1.0, 0.5, 0.25]
    """
    n = np.bincount(of)
    n = n[n > 0]
    # Classes of a size are as one: there are few different sizes.
    size, many = np.unique(n, return_counts=True)
    weight, share = size * many / len(of), size / len(of)
    with np.errstate(divide="ignore"):
        log = np.log1p(-share)
    found: Floats = np.exp(np.maximum(log * np.maximum(sizes - 1, 0)[:, None], -745.0)) @ weight
    return found
