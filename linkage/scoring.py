"""The hot path: the match weights of many candidate pairs at once."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.comparing import Comparer, PairSet
from linkage.comparison import Comparison, Levels
from linkage.features import Fingerprints, fingerprints
from linkage.model import Model, TermFrequencies

Bits = NDArray[np.float64]


class Part(NamedTuple):
    """What one comparison says about each pair: its level, that level's bits, the correction."""

    level: Levels
    bits: Bits
    frequency: Bits


class Scorer:
    """A model bound to the code of its comparisons."""

    def __init__(self, model: Model, catalogue: Mapping[str, Comparison]) -> None:
        self.model = model
        model.check(catalogue)
        self.comparer = Comparer(model.schema, catalogue)
        self._tables = [
            np.array([level.bits for level in trained.levels]) for trained in model.comparisons
        ]
        self._terms = {field: _Terms(terms) for field, terms in model.frequencies.items()}

    def parts(self, pairs: PairSet) -> list[Part]:
        """Return what each comparison says about the pairs, in model order."""
        levels = self.comparer.levels(pairs)
        return [
            Part(level, table[level], self._frequency(i, level, pairs))
            for i, (level, table) in enumerate(zip(levels, self._tables, strict=True))
        ]

    def weigh(self, pairs: PairSet) -> Bits:
        """Return the match weight of each pair in bits, prior odds included."""
        weight: Bits = np.full(len(pairs.left_rows), self.model.prior_bits)
        for part in self.parts(pairs):
            weight += part.bits
            weight += part.frequency
        return weight

    def _frequency(self, position: int, level: Levels, pairs: PairSet) -> Bits:
        """Return the correction for shared values, which are looked up on the right side."""
        out: Bits = np.zeros(len(level))
        for agreed, values in self.comparer.frequent(position):
            rows = np.flatnonzero(level == agreed)
            if len(rows):
                for field, feature in values:
                    if field in self._terms:
                        marks = pairs.right.features[pairs.right_rows[rows], feature]
                        out[rows] += self._terms[field].bits(marks)
        return out


class _Terms:
    """Frequency corrections by fingerprint: a sorted table, and one value for all others."""

    def __init__(self, terms: TermFrequencies) -> None:
        marks = fingerprints(np.array(list(terms.counts), object))
        order = marks.argsort()
        self._marks = marks[order]
        self._bits = np.array([terms.bits(value) for value in terms.counts])[order]
        self._unseen = terms.bits(None)

    def bits(self, marks: Fingerprints) -> Bits:
        """Return the correction of each value."""
        at = np.minimum(self._marks.searchsorted(marks), len(self._marks) - 1)
        return np.where(self._marks[at] == marks, self._bits[at], self._unseen)
