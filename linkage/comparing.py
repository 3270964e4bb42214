"""Comparing: the level vectors of many pairs of records at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.comparison import Codes, Comparison, Levels
from linkage.features import Encoded, Encoder, Fingerprints
from linkage.likeness import Values
from linkage.schema import Schema
from linkage.shelf import Shelf

Strings = Callable[[int, NDArray[np.integer]], Values]
"""The values of one field in some rows."""


class Side(NamedTuple):
    """Records to be compared: fingerprints by row, and the strings behind them."""

    features: Fingerprints
    strings: Strings


def batch_side(records: Encoded) -> Side:
    """Return encoded records as a side."""
    canonical = records.canonical
    return Side(
        records.features, lambda field, rows: [canonical[i][field] or "" for i in rows.tolist()]
    )


def shelf_side(shelf: Shelf) -> Side:
    """Return a registry's shelf as a side."""
    return Side(shelf.features, shelf.values)


@dataclass(frozen=True)
class PairSet:
    """Aligned rows of two sides."""

    left: Side
    right: Side
    left_rows: NDArray[np.integer]
    right_rows: NDArray[np.integer]


class Comparer:
    """The comparisons of a schema, bound to its fields."""

    def __init__(self, schema: Schema, catalogue: Mapping[str, Comparison]) -> None:
        self.encoder = Encoder(schema, catalogue)
        self.comparisons = tuple(catalogue[compare.comparison] for compare in schema.compare)
        self._views = [
            _View(comparison, roles, self.encoder.compared, schema.names)
            for comparison, roles in zip(self.comparisons, self.encoder.roles, strict=True)
        ]

    def levels(self, pairs: PairSet) -> NDArray[np.int8]:
        """Return the level vectors (comparisons x pairs), in the schema's order."""
        left, right = columns(pairs)
        out = np.empty((len(self._views), len(pairs.left_rows)), np.int8)
        for row, view in zip(out, self._views, strict=True):
            row[:] = view.agree(pairs, left, right)
        return out

    def frequent(self, position: int) -> Sequence[tuple[int, Sequence[tuple[str, int]]]]:
        """Return which levels of a comparison rest on shared values: (level, (field, feature))."""
        return self._views[position].frequency


class _View:
    """One comparison over the features of a schema."""

    def __init__(
        self,
        comparison: Comparison,
        roles: Mapping[str, str],
        compared: Sequence[str],
        names: Sequence[str],
    ) -> None:
        self.comparison = comparison
        self.column = {role: compared.index(part) for role, part in roles.items()}
        self.field = {role: names.index(part) for role, part in roles.items() if part in names}
        self.frequency = [
            (position, [(roles[role], self.column[role]) for role in level.frequency])
            for position, level in enumerate(comparison.levels)
            if level.frequency
        ]

    def agree(self, pairs: PairSet, left: Fingerprints, right: Fingerprints) -> Levels:
        """Return the level of each pair."""
        return self.comparison.agree(_Seen(self, pairs, (left, right)))


class _Seen:
    """Pairs as a comparison sees them, by role."""

    def __init__(
        self, view: _View, pairs: PairSet, columns: tuple[Fingerprints, Fingerprints]
    ) -> None:
        self._view, self._pairs, self._columns = view, pairs, columns

    def __len__(self) -> int:
        return len(self._pairs.left_rows)

    def fingerprints(self, role: str, side: int) -> Fingerprints:
        column: Fingerprints = self._columns[side][self._view.column[role]]
        return column

    def values(self, role: str, side: int, rows: Codes) -> Values:
        pairs = self._pairs
        source, where = ((pairs.left, pairs.left_rows), (pairs.right, pairs.right_rows))[side]
        return source.strings(self._view.field[role], where[rows])


def columns(pairs: PairSet) -> tuple[Fingerprints, Fingerprints]:
    """Return the features of both sides of every pair, feature by feature."""
    left = np.ascontiguousarray(pairs.left.features[pairs.left_rows].T)
    return left, np.ascontiguousarray(pairs.right.features[pairs.right_rows].T)
