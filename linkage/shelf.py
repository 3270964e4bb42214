"""Where a registry keeps values: numbers and strings by row, packed side by side.

Values of kinds that repeat (names, dates) are kept once, in a table by fingerprint; the others
are cells of one byte array per field, all as wide as its longest value so far.
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


class Shelf:
    """Canonical records by row: `features` (rows x features) and the strings behind them."""

    def __init__(self, schema: Schema, compared: Sequence[str]) -> None:
        self._place = [compared.index(name) for name in schema.names]
        self._repeats = [KINDS[field.kind].repeats for field in schema.fields]
        self.features: Fingerprints = np.zeros((0, len(compared)), np.uint64)
        self._cells = [np.zeros(0, "S1") for _ in schema.fields]
        self._values: dict[int, str] = {}

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
        for cells in self._cells:
            if len(cells):
                cells[rows] = b""

    def values(self, field: int, rows: Rows) -> list[str]:
        """Return the values of one field; '' where it is missing."""
        if self._repeats[field]:
            table = self._values
            marks = self.features[rows, self._place[field]].tolist()
            return [table[mark] if mark else "" for mark in marks]
        return [cell.decode() for cell in self._cells[field][rows].tolist()]

    def records(self, rows: Rows) -> list[Canonical]:
        """Return whole records."""
        columns = [self.values(field, rows) for field in range(len(self._repeats))]
        return [tuple(v or None for v in record) for record in zip(*columns, strict=True)]

    def nbytes(self) -> int:
        """Return the bytes of all arrays, without the table of repeating values."""
        return self.features.nbytes + sum(cells.nbytes for cells in self._cells)

    def _pack(self, field: int, rows: Rows, values: list[str]) -> None:
        packed = np.array([value.encode() for value in values], np.bytes_)
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
