"""The hot path: the match weights of many candidate pairs at once."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.columns import Columns
from linkage.comparison import Comparison, Levels
from linkage.model import Model

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
        self.comparisons = model.bind(catalogue)
        self.fields = tuple(dict.fromkeys(f for c in self.comparisons for f in c.fields))
        self._tables = [
            np.array([level.bits for level in trained.levels]) for trained in model.comparisons
        ]
        self._terms = {
            field: {value: terms.bits(value) for value in terms.counts}
            for field, terms in model.frequencies.items()
        }
        self._unseen = {field: terms.bits(None) for field, terms in model.frequencies.items()}

    def parts(self, left: Columns, right: Columns) -> list[Part]:
        """Return what each comparison says about aligned canonical columns, in model order."""
        out = []
        for comparison, table in zip(self.comparisons, self._tables, strict=True):
            level = comparison.agree(left, right)
            out.append(Part(level, table[level], self._frequency(comparison, level, right)))
        return out

    def weigh(self, left: Columns, right: Columns) -> Bits:
        """Return the match weight of each pair in bits, prior odds included.

        Left are registrations and right registry entries: aligned columns of canonical values,
        all `fields` of them.
        """
        weight: Bits = np.full(len(right[self.fields[0]]), self.model.prior_bits)
        for part in self.parts(left, right):
            weight += part.bits
            weight += part.frequency
        return weight

    def _frequency(self, comparison: Comparison, level: Levels, right: Columns) -> Bits:
        """Return the correction for shared values, which are looked up on the registry's side."""
        out: Bits = np.zeros(len(level))
        for position, declared in enumerate(comparison.levels):
            known = [field for field in declared.frequency if field in self._terms]
            rows = np.flatnonzero(level == position) if known else ()
            for field in known:
                terms, unseen = self._terms[field], self._unseen[field]
                out[rows] += [terms.get(value, unseen) for value in right[field][rows]]
        return out
