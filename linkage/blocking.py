"""Which pairs are worth comparing: a live index over blocking keys.

Records that share a key are candidates. A key shared by more than `cap` entries is too common to
say anything and is demoted: it brings nobody together while its count stays above the cap.
Demotion depends on the current count alone, so it can only flip when the key is touched, and the
order of events does not matter.
"""

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from linkage.features import Fingerprints
from linkage.postings import ANY, Keys, Postings, Rows

_Row = TypeVar("_Row", np.int32, np.int64)
CAP = 20
"""Entries that may share a key before it is demoted."""


class Candidates(NamedTuple):
    """Each (question, row) once, sorted, with the bits of information its shared keys hold.

    The gain is the sum over shared keys of log2(rows / carriers): two records that share what
    few others have are likelier to be the same. Under pressure the highest are compared first.
    """

    question: NDArray[np.int64]
    row: NDArray[np.int64]
    gain: NDArray[np.float64]


class BlockingIndex:
    """Which rows carry which blocking key."""

    def __init__(self, cap: int = CAP) -> None:
        self.cap = cap
        self._postings = Postings()
        self._size = 0

    def insert(self, keys: Fingerprints, rows: NDArray[np.int32]) -> None:
        """Add rows under their keys (rows x keys, 0 = none); each must be new."""
        self._size += len(rows)
        self._postings.insert(*_flat(keys, rows))

    def erase(self, keys: Fingerprints, rows: NDArray[np.int32]) -> None:
        """Take rows from under their keys; each must be there."""
        self._size -= len(rows)
        self._postings.erase(*_flat(keys, rows))

    def counts(self, keys: Keys) -> NDArray[np.int64]:
        """Return how many rows carry each key."""
        return self._postings.counts(keys)

    def demoted(self, keys: Keys) -> NDArray[np.bool_]:
        """Return which keys are shared too widely to bring anyone together."""
        return self.counts(keys) > self.cap

    def candidates(self, keys: Fingerprints, questions: NDArray[np.int64]) -> Candidates:
        """Return who shares a key that is not demoted with each question.

        `keys` (n x keys, 0 = none) are of records, `questions` says which question each asks;
        several records may ask the same.
        """
        flat, asker = _flat(keys, questions)
        order = flat.argsort()  # neighbours in the index are neighbours in memory
        hits, counts = self._postings.find(flat[order], self.cap)
        pairs = (asker[order][hits.position] << 32) | hits.row
        bits = np.log2(max(self._size, 1) / np.maximum(counts, 1))[hits.position]
        order = pairs.argsort()
        pairs = pairs[order]
        first = np.ones(len(pairs), np.bool_)
        np.not_equal(pairs[1:], pairs[:-1], out=first[1:])
        places = first.nonzero()[0]
        gain = np.add.reduceat(bits[order], places) if len(places) else np.empty(0)
        once = pairs[places]
        return Candidates(once >> 32, once & 0xFFFFFFFF, gain)

    def owners(self, keys: Keys) -> NDArray[np.int64]:
        """Return every row that carries any of these keys, demoted or not, sorted."""
        hits, _ = self._postings.find(np.unique(keys[keys != 0]), ANY)
        return np.unique(hits.row)

    def entries(self) -> tuple[Keys, Rows]:
        """Return every (key, row), sorted."""
        return self._postings.entries()


def _flat(keys: Fingerprints, rows: NDArray[_Row]) -> tuple[Keys, NDArray[_Row]]:
    """Return the keys that are there, each once per row, and whose they are."""
    ordered = np.sort(keys, axis=1)
    ordered[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = 0
    there = ordered != 0
    return ordered[there], np.repeat(rows, there.sum(axis=1))
