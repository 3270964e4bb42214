"""Records as columns, and the few operations on them that comparisons are made of.

A column is an object array of canonical strings in which None is missing; comparisons take two
aligned sets of columns, one row per candidate pair.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from linkage.records import FIELDS, Record

Column = NDArray[np.object_]
Columns = Mapping[str, Column]
Mask = NDArray[np.bool_]
_NOTHING = np.array(None, dtype=object)


def column(values: Sequence[str | None]) -> Column:
    """Return an object array of the values, one per row."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def stack(records: Sequence[Record]) -> dict[str, Column]:
    """Return the records as columns, field by field."""
    return {field: column([getattr(r, field) for r in records]) for field in FIELDS}


def take(columns: Columns, rows: NDArray[np.intp]) -> dict[str, Column]:
    """Return the given rows of every column."""
    return {field: values[rows] for field, values in columns.items()}


def present(values: Column) -> Mask:
    """Return where a value is known."""
    known: Mask = np.not_equal(values, _NOTHING)
    return known


def same(left: Column, right: Column) -> Mask:
    """Return where both values are known and equal."""
    return np.equal(left, right) & present(left)


def within(left: Column, right: Column, edits: int, where: Mask) -> Mask:
    """Return which of the rows in `where` differ by at most `edits` typing errors.

    One error is a letter inserted, left out, replaced, or swapped with its neighbour (optimal
    string alignment distance). Both values must be known in `where`; other rows are False.
    """
    out = np.zeros(len(left), dtype=np.bool_)
    rows = np.flatnonzero(where)
    if len(rows):
        distance = cpdist(
            left[rows].tolist(), right[rows].tolist(), scorer=OSA.distance, score_cutoff=edits
        )
        out[rows] = distance <= edits
    return out
