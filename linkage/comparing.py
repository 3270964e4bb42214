"""Comparing: the level vectors of many pairs of records at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.comparison import Comparison, Levels, Mask
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


Frequent = Sequence[tuple[int, Sequence[tuple[str, int]]]]


class _Graded(NamedTuple):
    """A look whose unequal values are told apart by their strings, where that is still open."""

    comparison: int
    open: Mask
    fields: tuple[int, int]
    grade: Callable[[Values, Values], Levels]
    last: int
    stride: int


class Comparer:
    """The comparisons of a schema, bound to its fields."""

    def __init__(self, schema: Schema, catalogue: Mapping[str, Comparison]) -> None:
        self.encoder = Encoder(schema, catalogue)
        self.comparisons = tuple(catalogue[compare.comparison] for compare in schema.compare)
        self._feature = {part: i for i, part in enumerate(self.encoder.compared)}
        looks = [
            (roles[look.left], roles[look.right], size - 1, stride)
            for code, roles in zip(self.comparisons, self.encoder.roles, strict=True)
            for look, size, stride in zip(code.looks, code.sizes, code.strides, strict=True)
        ]
        self._left = np.array([self._feature[left] for left, _, _, _ in looks])
        self._right = np.array([self._feature[right] for _, right, _, _ in looks])
        # A look adds `known` where both values are there, and takes off `same` where they agree.
        self._known = np.array([last * stride for _, _, last, stride in looks])
        self._same = np.array([(last - 1) * stride for _, _, last, stride in looks])
        sizes = [len(comparison.looks) for comparison in self.comparisons]
        self._starts = np.cumsum([0, *sizes[:-1]])
        self._graded = list(self._grades(schema.names))
        self._frequent = [self._weighed(position) for position in range(len(self.comparisons))]

    def levels(self, pairs: PairSet) -> NDArray[np.int8]:
        """Return the level vectors (comparisons x pairs), in the schema's order."""
        left = pairs.left.features[pairs.left_rows][:, self._left]
        right = pairs.right.features[pairs.right_rows][:, self._right]
        known = (left != 0) & (right != 0)
        same = (left == right) & known
        places = known * self._known - same * self._same
        codes = np.add.reduceat(places, self._starts, axis=1).T.copy()
        for graded in self._graded:
            self._settle(codes[graded.comparison], graded, pairs)
        out = np.empty(codes.shape, np.int8)
        for row, code, comparison in zip(out, codes, self.comparisons, strict=True):
            comparison.truth.take(code, out=row)
        return out

    def frequent(self, position: int) -> Frequent:
        """Return which levels of a comparison rest on shared values: (level, (field, feature))."""
        return self._frequent[position]

    def _weighed(self, position: int) -> Frequent:
        roles = self.encoder.roles[position]
        return [
            (level, [(roles[role], self._feature[roles[role]]) for role in declared.frequency])
            for level, declared in enumerate(self.comparisons[position].levels)
            if declared.frequency
        ]

    def _grades(self, names: Sequence[str]) -> Iterator[_Graded]:
        for i, (code, roles) in enumerate(zip(self.comparisons, self.encoder.roles, strict=True)):
            for k, look in enumerate(code.looks):
                if look.measure.grade is not None:
                    fields = names.index(roles[look.left]), names.index(roles[look.right])
                    last, stride = code.sizes[k] - 1, code.strides[k]
                    yield _Graded(i, code.open[k], fields, look.measure.grade, last, stride)

    @staticmethod
    def _settle(code: NDArray[np.int64], graded: _Graded, pairs: PairSet) -> None:
        """Settle the degree of a look where it can still change the level."""
        rows = graded.open[code].nonzero()[0]
        if len(rows):
            left = pairs.left.strings(graded.fields[0], pairs.left_rows[rows])
            right = pairs.right.strings(graded.fields[1], pairs.right_rows[rows])
            degree = graded.grade(left, right).astype(np.int64) + 2
            code[rows] += (degree - graded.last) * graded.stride
