"""Training material: two sets of records, the pairs of them, and what these look like.

recordlinkage makes the pairs (blocks and random ones). They are compared by the linker's own
`Comparer`, since a model is only right for the code that it was trained with, and what is scored
live must be compared by the same code.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
import recordlinkage
from numpy.typing import NDArray

from linkage.comparing import Comparer, PairSet, batch_side
from linkage.comparison import Comparison
from linkage.features import Encoded
from linkage.schema import Key, Schema, steps

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
CHUNK = 250_000
"""Pairs that are drawn or compared at a time, which bounds memory."""


class Pairs(NamedTuple):
    """Aligned rows of the two sides."""

    left: Rows
    right: Rows

    def where(self, chosen: Flags) -> "Pairs":
        """Return some of the pairs."""
        return Pairs(self.left[chosen], self.right[chosen])


class Sample(NamedTuple):
    """All candidate pairs of some left records, and how many pairs these have with the right."""

    pairs: Pairs
    lefts: Rows
    possible: int


class Material:
    """Two sets of records; `right` is None when one set is compared with itself."""

    def __init__(
        self,
        left: Encoded,
        right: Encoded | None,
        schema: Schema,
        catalogue: Mapping[str, Comparison],
        cap: int,
    ) -> None:
        self.left, self.right, self.schema = left, left if right is None else right, schema
        self.alone, self.catalogue = right is None, catalogue
        self.comparer = Comparer(schema, catalogue)
        self.sizes = [len(c.levels) for c in self.comparer.comparisons]
        self._names = [key.name for key in schema.keys]
        counts = [_counts(column) for column in self.right.keys.T]
        self.keys = [_cold(side.keys, counts, cap) for side in (self.left, self.right)]
        self.demoted = [int((count > cap).sum()) for _, count in counts]
        carriers = [_looked_up(*c, k) for c, k in zip(counts, self.keys[0].T, strict=True)]
        self._expected: Rows = np.sum(carriers, axis=0)
        self.rules = _rules(schema.keys)

    def pair_set(self, pairs: Pairs) -> PairSet:
        """Return pairs as the comparer takes them."""
        return PairSet(batch_side(self.left), batch_side(self.right), *pairs)

    def vectors(self, pairs: Pairs) -> NDArray[np.int8]:
        """Return the level vectors of the pairs (comparisons x pairs)."""
        out = np.empty((len(self.sizes), len(pairs.left)), np.int8)
        for start in range(0, len(pairs.left), CHUNK):
            some = Pairs(pairs.left[start:][:CHUNK], pairs.right[start:][:CHUNK])
            out[:, start : start + CHUNK] = self.comparer.levels(self.pair_set(some))
        return out

    def sample(self, most: int, seed: int) -> Sample:
        """Return the candidate pairs of left records at random, about `most` pairs at most.

        A key that more than `cap` right records share brings nobody together, as in linking.
        """
        order = np.random.default_rng(seed).permutation(len(self.left.canonical))
        enough = int(np.searchsorted(self._expected[order].cumsum(), most, side="right"))
        lefts = np.sort(order[: max(enough, 1)])
        size = len(self.right.canonical)
        found = [self._block(key, lefts) for key in range(len(self._names))]
        codes = np.unique(np.concatenate(found))
        pairs = Pairs(codes // size, codes % size)
        possible = len(lefts) * size
        if self.alone:
            # Each pair once: also when both of its records are in the sample.
            inside = np.zeros(size, np.bool_)
            inside[lefts] = True
            once = (pairs.left != pairs.right) & ((pairs.left < pairs.right) | ~inside[pairs.right])
            pairs = pairs.where(once)
            possible -= len(lefts) * (len(lefts) + 1) // 2
        return Sample(pairs, lefts, possible)

    def shared(self, pairs: Pairs) -> Flags:
        """Return which keys each pair shares (pairs x keys)."""
        left, right = self.keys[0][pairs.left], self.keys[1][pairs.right]
        same: Flags = (left == right) & (left != 0)
        return same

    def hits(self, pairs: Pairs) -> Flags:
        """Return which pairs meet a deterministic rule: they share all of its keys."""
        left, right = self.left.keys[pairs.left], self.right.keys[pairs.right]
        shared = ((left == right) & (left != 0)).T
        out: Flags = np.zeros(len(pairs.left), np.bool_)
        for rule in self.rules:
            out |= shared[list(rule)].all(axis=0)
        return out

    def random(self, most: int, seed: int) -> Iterator[Pairs]:
        """Yield random pairs in chunks, `most` in all; all pairs if there are no more."""
        left, right = (pd.DataFrame(index=np.arange(len(keys))) for keys in self.keys)
        everything = len(left) * len(right)
        for number, start in enumerate(range(0, min(most, everything), CHUNK)):
            indexer = recordlinkage.Index()
            if everything <= CHUNK:
                indexer.full()
            else:
                n = min(CHUNK, most - start)
                indexer.random(n, replace=True, random_state=seed + number)
            pairs = _rows(indexer.index(left, right))
            yield pairs.where(pairs.left != pairs.right) if self.alone else pairs

    def _block(self, key: int, lefts: Rows) -> Rows:
        """Return the pairs that share a key, as left * rows of right + right."""
        column = [self._names[key]]
        frames = [
            pd.DataFrame(keys[rows, key : key + 1], rows, column)
            for keys, rows in zip(
                self.keys, (lefts, np.arange(len(self.right.canonical))), strict=True
            )
        ]
        left, right = (frame[(frame != 0).to_numpy()] for frame in frames)
        if not (len(left) and len(right)):
            return np.empty(0, np.int64)
        indexer = recordlinkage.Index()
        indexer.block(column)
        pairs = _rows(indexer.index(left, right))
        return pairs.left * len(self.right.canonical) + pairs.right


def fields(key: Key) -> set[str]:
    """Return the fields that a key is made of."""
    return {field for part in key.parts for field, _ in steps(part)}


def _rules(keys: Sequence[Key]) -> list[tuple[int, ...]]:
    """Return the deterministic rules: any two keys of different fields.

    Where all keys have a field in common, two keys without a common part will do, and where there
    are no such either, a key by itself.
    """
    pairs = list(combinations(range(len(keys)), 2))
    rules = [(a, b) for a, b in pairs if not fields(keys[a]) & fields(keys[b])]
    rules = rules or [(a, b) for a, b in pairs if not {*keys[a].parts} & {*keys[b].parts}]
    return [*rules] or [(key,) for key in range(len(keys))]


def _rows(pairs: pd.MultiIndex) -> Pairs:
    return Pairs(*(np.asarray(pairs.get_level_values(i), np.int64) for i in (0, 1)))


def _counts(keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    return np.unique(keys[keys != 0], return_counts=True)


def _looked_up(
    values: NDArray[np.uint64], counts: NDArray[np.int64], keys: NDArray[np.uint64]
) -> NDArray[np.int64]:
    """Return the count of each key, 0 for one that is not among the values."""
    if not len(values):
        return np.zeros(len(keys), np.int64)
    at = np.minimum(values.searchsorted(keys), len(values) - 1)
    return np.where(values[at] == keys, counts[at], 0)


def _cold(
    keys: NDArray[np.uint64],
    counts: list[tuple[NDArray[np.uint64], NDArray[np.int64]]],
    cap: int,
) -> NDArray[np.uint64]:
    """Return the keys, 0 where one is shared too widely to bring anyone together."""
    carriers = np.stack([_looked_up(*c, k) for c, k in zip(counts, keys.T, strict=True)], axis=1)
    return np.where(carriers > cap, np.uint64(0), keys)
