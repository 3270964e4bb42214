"""The hot path: the match weights of many candidate pairs at once."""

from collections.abc import Iterator, Mapping, Sequence
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
        self._shared = list(self._shared_values())

    def parts(self, pairs: PairSet) -> list[Part]:
        """Return what each comparison says about the pairs, in model order."""
        levels = self.comparer.levels(pairs)
        frequency = self._frequency(levels, pairs)
        return [
            Part(level, table[level], bits)
            for level, table, bits in zip(levels, self._tables, frequency, strict=True)
        ]

    def bits(self, levels: NDArray[np.int8]) -> Bits:
        """Return the sum of each pair's level bits, by its level vector."""
        total: Bits = self._tables[0][levels[0]]
        for table, level in zip(self._tables[1:], levels[1:], strict=True):
            total += table[level]
        return total

    def frequency(self, levels: NDArray[np.int8], pairs: PairSet) -> Bits:
        """Return the sum of each pair's frequency corrections, by its level vector."""
        total: Bits = self._frequency(levels, pairs).sum(axis=0)
        return total

    def weigh(self, pairs: PairSet) -> Bits:
        """Return the match weight of each pair in bits, prior odds included."""
        levels = self.comparer.levels(pairs)
        frequency = self.frequency(levels, pairs)
        match, other = self._correction.terms(levels, frequency)
        weight: Bits = self.bits(levels) + frequency + (match - other) + self.model.prior_bits
        return weight

    def together(self, parts: Sequence[Part]) -> tuple[Bits, Bits]:
        """Return what the parts of each pair say together beyond their sum, in bits.

        Two terms, of matches and of other pairs; the first minus the second is part of the weight.
        """
        frequency: Bits = np.sum([part.frequency for part in parts], axis=0)
        return self._correction.terms(np.stack([part.level for part in parts]), frequency)

    def _frequency(self, levels: NDArray[np.int8], pairs: PairSet) -> Bits:
        """Return each comparison's correction for shared values, looked up on the right side."""
        out: Bits = np.zeros(levels.shape)
        for shared in self._shared:
            rows = shared.levels[levels[shared.comparison]].nonzero()[0]
            if len(rows):
                marks = pairs.right.features[pairs.right_rows[rows], shared.feature]
                out[shared.comparison, rows] += shared.terms.bits(marks)
        return out

    def _shared_values(self) -> Iterator["_Shared"]:
        terms = {field: _Terms(found) for field, found in self.model.frequencies.items()}
        for i, comparison in enumerate(self.comparer.comparisons):
            levels: dict[tuple[str, int], NDArray[np.bool_]] = {}
            for level, values in self.comparer.frequent(i):
                for value in values:
                    none = np.zeros(len(comparison.levels), np.bool_)
                    levels.setdefault(value, none)[level] = True
            for (field, feature), which in levels.items():
                if field in terms:
                    yield _Shared(i, which, feature, terms[field])


class _Shared(NamedTuple):
    """A value that two records share at some levels, weighed by how common it is."""

    comparison: int
    levels: NDArray[np.bool_]
    feature: int
    terms: "_Terms"


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
