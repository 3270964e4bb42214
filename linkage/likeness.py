"""How alike two values are: missing, the same, or one of a few degrees of being different.

A `Look` compares a value of the left record with one of the right. Whether they are the same is
seen from their fingerprints; only where that does not settle the matter are the strings of unequal
values graded by the look's measure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

MISSING, SAME, NEAR, FAR, OTHER = "missing", "same", "near", "far", "other"
"""The degrees. 'near' and 'far' are a measure's own; 'other' is beyond all of them."""

Values = Sequence[str]
Grades = NDArray[np.int8]


@dataclass(frozen=True)
class Measure:
    """Degrees of unequal values from the closest to 'other', and who tells them apart.

    `grade(left, right)` takes aligned known, unequal canonical values and returns the position of
    each pair's degree. `kind` is the kind of field whose canonical values it reads, None any.
    """

    degrees: tuple[str, ...]
    grade: Callable[[Values, Values], Grades] | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Look:
    """A value of the left record beside one of the right, by the roles they have."""

    left: str
    right: str
    measure: Measure

    @property
    def degrees(self) -> tuple[str, ...]:
        """Return all degrees in order."""
        return (MISSING, SAME, *self.measure.degrees)


FEW = 24
"""Pairs for which a loop costs less than setting up a vectorised call."""


def _typing(left: Values, right: Values) -> Grades:
    if len(left) < FEW:
        pairs = zip(left, right, strict=True)
        return np.array([OSA.distance(a, b, score_cutoff=1) > 1 for a, b in pairs], np.int8)
    distance = cpdist(left, right, scorer=OSA.distance, score_cutoff=1)
    return (distance > 1).astype(np.int8)


def turned(date: str) -> str:
    """Return a date with day and month in swapped order.

    >>> turned("1985-02-13")
    '1985-13-02'
    """
    return f"{date[:4]}-{date[8:]}-{date[5:7]}"


def _dates(left: Values, right: Values) -> Grades:
    other = _typing(left, right)
    for row in np.flatnonzero(other).tolist():
        a, b = left[row], right[row]
        if a[:4] == b[:4]:
            other[row] = 0 if turned(a) == b else 1
        else:
            other[row] = 2
    return other


def _spelling(left: Values, right: Values) -> Grades:
    similar = cpdist(left, right, scorer=JaroWinkler.similarity, score_cutoff=0.8)
    return np.where(similar >= 0.92, 0, np.where(similar >= 0.8, 1, 2)).astype(np.int8)


def _words(left: Values, right: Values) -> Grades:
    similar = cpdist(left, right, scorer=fuzz.token_sort_ratio, score_cutoff=60)
    return np.where(similar >= 85, 0, np.where(similar >= 60, 1, 2)).astype(np.int8)


def _numbers(left: Values, right: Values) -> Grades:
    a, b = np.array(left, np.float64), np.array(right, np.float64)
    with np.errstate(over="ignore"):  # two huge numbers may be further apart than any number
        apart = np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-300)
    return np.where(apart <= 0.01, 0, np.where(apart <= 0.1, 1, 2)).astype(np.int8)


EQUAL = Measure((OTHER,))
"""The same or not."""
TYPING = Measure((NEAR, OTHER), _typing)
"""Near: one letter inserted, left out, replaced, or swapped with its neighbour (OSA distance)."""
DATES = Measure((NEAR, FAR, OTHER), _dates, "date")
"""Near: one typing error, or day and month swapped; far: the same year."""
SPELLING = Measure((NEAR, FAR, OTHER), _spelling)
"""Near: Jaro-Winkler similarity of .92 and more; far: .80 and more (Winkler 1990)."""
WORDS = Measure((NEAR, FAR, OTHER), _words)
"""Near: normalised edit similarity of the sorted words of .85 and more; far: .60 and more."""
NUMBERS = Measure((NEAR, FAR, OTHER), _numbers, "number")
"""Near: within one per cent of the larger; far: within ten."""
