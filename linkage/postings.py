"""Postings: which rows carry which key, as sorted arrays that change in place of being rebuilt.

A log-structured merge of sorted runs (O'Neil et al. 1996): changes gather, become a small run, and
runs of like size are merged. 12 bytes an entry; a question is one binary search per run, and there
are at most a few. An erased entry is the same entry with the opposite sign.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Rows = NDArray[np.int32]
Positions = NDArray[np.int64]
ANY = int(np.iinfo(np.int64).max)
"""However many rows carry a key."""
RATIO = 8
"""A run is merged into the one before it when it is more than this part of it."""


class _Run(NamedTuple):
    """Entries sorted by (key, row); an erased one has ~row. `sums` counts them, None if all +1."""

    keys: Keys
    rows: Rows
    sums: Positions | None


class Hits(NamedTuple):
    """Aligned (position in the keys asked for, row)."""

    position: Positions
    row: NDArray[np.int64]


class Postings:
    """A multimap from 64-bit keys to rows; each (key, row) is there once or not at all."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self._fresh: list[tuple[Keys, Rows]] = []

    def insert(self, keys: Keys, rows: Rows) -> None:
        """Add aligned entries; each must be new."""
        if len(keys):
            self._fresh.append((keys, rows))

    def erase(self, keys: Keys, rows: Rows) -> None:
        """Take aligned entries out; each must be there."""
        if len(keys):
            self._fresh.append((keys, ~rows))

    def counts(self, keys: Keys) -> Positions:
        """Return how many rows carry each key."""
        total = np.zeros(len(keys), np.int64)
        for run, low, high in self._spans(keys):
            total += high - low if run.sums is None else run.sums[high] - run.sums[low]
        return total

    def find(self, keys: Keys, most: int) -> tuple[Hits, Positions]:
        """Return the rows of every key that at most `most` rows carry, and how many carry each."""
        spans = list(self._spans(keys))
        counts = np.zeros(len(keys), np.int64)
        for run, low, high in spans:
            counts += high - low if run.sums is None else run.sums[high] - run.sums[low]
        wanted = counts <= most
        found = [_gather(run, low, np.where(wanted, high - low, 0)) for run, low, high in spans]
        if len(found) == 1 and spans[0][0].sums is None:
            return found[0], counts
        return _settled(found), counts

    def entries(self) -> tuple[Keys, Rows]:
        """Return every (key, row), sorted."""
        self._settle()
        while len(self._runs) > 1:
            self._merge_last()
        return (self._runs[0].keys, self._runs[0].rows) if self._runs else _NOTHING

    def _spans(self, keys: Keys) -> Iterator[tuple[_Run, Positions, Positions]]:
        self._settle()
        for run in self._runs:
            yield run, run.keys.searchsorted(keys, "left"), run.keys.searchsorted(keys, "right")

    def _settle(self) -> None:
        """Make a run of what has changed, and merge runs that have become too alike in size."""
        if not self._fresh:
            return
        keys, rows = zip(*self._fresh, strict=True)
        self._fresh = []
        self._runs.append(_run(np.concatenate(keys), np.concatenate(rows)))
        while len(self._runs) > 1 and len(self._runs[-1].keys) * RATIO > len(self._runs[-2].keys):
            self._merge_last()
        self._runs = [run for run in self._runs if len(run.keys)]

    def _merge_last(self) -> None:
        last, before = self._runs.pop(), self._runs.pop()
        keys = np.concatenate([before.keys, last.keys])
        self._runs.append(_run(keys, np.concatenate([before.rows, last.rows])))


_NOTHING = (np.empty(0, np.uint64), np.empty(0, np.int32))


def _run(keys: Keys, rows: Rows) -> _Run:
    """Return entries as a run; an insertion and an erasure of the same entry cancel."""
    order = np.lexsort((np.maximum(rows, ~rows), keys)) if len(keys) > 1 else np.arange(len(keys))
    keys, rows = keys[order], rows[order]
    if not (rows < 0).any():
        return _Run(keys, rows, None)
    row, sign = np.maximum(rows, ~rows), np.where(rows < 0, -1, 1)
    first = np.r_[True, (keys[1:] != keys[:-1]) | (row[1:] != row[:-1])]
    total = np.add.reduceat(sign, np.flatnonzero(first))
    keys, row, total = keys[first][total != 0], row[first][total != 0], total[total != 0]
    if not (total < 0).any():
        return _Run(keys, row, None)
    rows = np.where(total < 0, ~row, row)
    return _Run(keys, rows, np.r_[0, np.cumsum(total)])


def _gather(run: _Run, low: Positions, sizes: Positions) -> Hits:
    position = np.repeat(np.arange(len(low)), sizes)
    start = np.repeat(low - (np.cumsum(sizes) - sizes), sizes)
    return Hits(position, run.rows[start + np.arange(len(position))].astype(np.int64))


def _settled(found: list[Hits]) -> Hits:
    """Return hits of several runs as one, what is erased taken out."""
    if not found:
        return Hits(np.empty(0, np.int64), np.empty(0, np.int64))
    position = np.concatenate([hits.position for hits in found])
    row = np.concatenate([hits.row for hits in found])
    gone = row < 0
    if gone.any():
        pair = (position << 32) | np.where(gone, ~row, row)
        pairs, place = np.unique(pair, return_inverse=True)
        total = np.bincount(place, np.where(gone, -1, 1), len(pairs))
        pairs = pairs[total > 0]
        position, row = pairs >> 32, pairs & 0xFFFFFFFF
    return Hits(position, row)
