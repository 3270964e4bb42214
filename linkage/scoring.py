"""The hot path: the match weights of many candidate pairs at once."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.comparing import Comparer, PairSet
from linkage.comparison import Comparison, Levels
from linkage.dependence import Correction
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
        self._correction = Correction(
            model.dependence,
            [np.array([level.m for level in trained.levels]) for trained in model.comparisons],
            [np.array([level.u for level in trained.levels]) for trained in model.comparisons],
        )
        self._terms = {field: _Terms(terms) for field, terms in model.frequencies.items()}

    def parts(self, pairs: PairSet) -> list[Part]:
        """Return what each comparison says about the pairs, in model order."""
        levels = self.comparer.levels(pairs)
        return [
            Part(level, table[level], self._frequency(i, level, pairs))
            for i, (level, table) in enumerate(zip(levels, self._tables, strict=True))
        ]

    def bits(self, levels: Sequence[Levels]) -> Bits:
        """Return the sum of each pair's level bits, by its level vector."""
        each = [table[level] for table, level in zip(self._tables, levels, strict=True)]
        total: Bits = np.sum(each, axis=0)
        return total

    def frequency(self, levels: Sequence[Levels], pairs: PairSet) -> Bits:
        """Return the sum of each pair's frequency corrections, by its level vector."""
        each = [self._frequency(i, level, pairs) for i, level in enumerate(levels)]
        total: Bits = np.sum(each, axis=0)
        return total

    def weigh(self, pairs: PairSet) -> Bits:
        """Return the match weight of each pair in bits, prior odds included."""
        parts = self.parts(pairs)
        match, other = self.together(parts)
        weight: Bits = match - other
        weight += self.model.prior_bits
        for part in parts:
            weight += part.bits
            weight += part.frequency
        return weight

    def together(self, parts: Sequence[Part]) -> tuple[Bits, Bits]:
        """Return what the parts of each pair say together beyond their sum, in bits.

        Two terms, of matches and of other pairs; the first minus the second is part of the weight.
        """
        frequency = np.sum([part.frequency for part in parts], axis=0)
        return self._correction.terms([part.level for part in parts], frequency)

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
