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
    """Return what share would be alone in a region of each size, of these people taken by lot.

    The mean over people of (1 - p) ** (size - 1), with p the share in their class `of` among all
    the others (Rocher et al. 2019, whose p is of everybody; see `streams/published/rocher_2019.py`
    for the difference). Close for regions of up to a tenth of the people.

    >>> expected_alone(np.array([0, 0, 1, 1]), np.array([1.0, 2.0])).round(3).tolist()
    [1.0, 0.667]
    """
    # Classes of a size are as one: there are few different sizes.
    size, many = np.unique(np.unique(of, return_counts=True)[1], return_counts=True)
    weight, others = size * many / len(of), (size - 1) / max(len(of) - 1, 1)
    with np.errstate(divide="ignore"):
        log = np.log1p(-others)
    found: Floats = np.exp(np.maximum(log * np.maximum(sizes - 1, 0)[:, None], -745.0)) @ weight
    return found
