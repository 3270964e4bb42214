"""Where a registry keeps values: numbers and strings by row, packed side by side.

Values of kinds that repeat (names, dates) are kept once, in a table by fingerprint; the others
are cells of one byte array per field, all as wide as its longest value so far. A value wider than
`WIDE` stands apart, so that a single one does not widen everybody's.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from linkage.features import Canonical, Encoded, Fingerprints
from linkage.normalise import KINDS
from linkage.schema import Schema

Rows = NDArray[np.integer]
GROWTH = 8
"""A shelf that is full grows by one part in this many."""
WIDE = 64
"""The most bytes that a cell takes."""
SWEEP = 1024
"""Rows that are emptied before the table is searched for values that nobody has any more."""


class Shelf:
    """Canonical records by row: `features` (rows x features) and the strings behind them."""

    def __init__(self, schema: Schema, compared: Sequence[str]) -> None:
        self._place = [compared.index(name) for name in schema.names]
        self._repeats = [KINDS[field.kind].repeats for field in schema.fields]
        self.features: Fingerprints = np.zeros((0, len(compared)), np.uint64)
        self._cells = [np.zeros(0, "S1") for _ in schema.fields]
        self._long: list[dict[int, str]] = [{} for _ in schema.fields]
        self._values: dict[int, str] = {}
        self._emptied, self._swept = 0, 0

    def put(self, rows: Rows, records: Encoded) -> None:
        """Store records in rows."""
        if len(rows):
            self._grow(int(rows.max()) + 1)
        self.features[rows] = records.features
        for field, repeats in enumerate(self._repeats):
            if repeats:
                marks = records.features[:, self._place[field]].tolist()
                for mark, record in zip(marks, records.canonical, strict=True):
                    if mark and mark not in self._values:
                        self._values[mark] = record[field] or ""
            else:
                self._pack(field, rows, [record[field] or "" for record in records.canonical])

    def clear(self, rows: Rows) -> None:
        """Empty rows."""
        self.features[rows] = 0
        for cells, apart in zip(self._cells, self._long, strict=True):
            if len(cells):
                cells[rows] = b""
            if apart:
                for row in rows.tolist():
                    apart.pop(row, None)
        self._emptied += len(rows)
        if self._emptied > max(SWEEP, len(self.features)):
            self._sweep()

    def values(self, field: int, rows: Rows) -> list[str]:
        """Return the values of one field; '' where it is missing."""
        if self._repeats[field]:
            table = self._values
            marks = self.features[rows, self._place[field]].tolist()
            return [table[mark] if mark else "" for mark in marks]
        cells, apart = self._cells[field][rows].tolist(), self._long[field]
        if not apart:
            return [cell.decode() for cell in cells]
        pairs = zip(rows.tolist(), cells, strict=True)
        return [cell.decode() or apart.get(row, "") for row, cell in pairs]

    def records(self, rows: Rows) -> list[Canonical]:
        """Return whole records."""
        columns = [self.values(field, rows) for field in range(len(self._repeats))]
        return [tuple(v or None for v in record) for record in zip(*columns, strict=True)]

    def distinct(self) -> int:
        """Return how many values the table of repeating ones holds."""
        return len(self._values)

    def nbytes(self) -> int:
        """Return the bytes of all arrays, without the table of repeating values."""
        return self.features.nbytes + sum(cells.nbytes for cells in self._cells)

    def _pack(self, field: int, rows: Rows, values: list[str]) -> None:
        whole = [value.encode() for value in values]
        packed = np.array([cell if len(cell) <= WIDE else b"" for cell in whole], np.bytes_)
        for row, cell, value in zip(rows.tolist(), whole, values, strict=True):
            if len(cell) > WIDE:
                self._long[field][row] = value
        cells = self._cells[field]
        if len(cells) < len(self.features):
            cells = np.concatenate([cells, np.zeros(len(self.features) - len(cells), cells.dtype)])
        if packed.itemsize > cells.itemsize:
            cells = cells.astype(packed.dtype)
        cells[rows] = packed
        self._cells[field] = cells

    def _grow(self, size: int) -> None:
        if size > len(self.features):
            more = max(size - len(self.features), len(self.features) // GROWTH, 64)
            empty = np.zeros((more, self.features.shape[1]), np.uint64)
            self.features = np.concatenate([self.features, empty])

    def _sweep(self) -> None:
        """Forget repeating values that nobody has; only where the table has doubled since."""
        self._emptied = 0
        if len(self._values) < 2 * self._swept:
            return
        marks = np.sort(np.fromiter(self._values, np.uint64, len(self._values)))
        if len(marks):
            used = np.zeros(len(marks), np.bool_)
            for field in np.flatnonzero(self._repeats):
                found = self.features[:, self._place[field]]
                place = np.minimum(marks.searchsorted(found), len(marks) - 1)
                used[place[marks[place] == found]] = True
            self._values = {mark: self._values[mark] for mark in marks[used].tolist()}
        self._swept = len(self._values)
