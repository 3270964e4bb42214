"""Which pairs of live records are worth joining: they share a blocking key and weigh enough.

A record that comes or goes can carry a key over the demotion limit, or back. Pairs that stood on a
key now demoted are given up unless they share another; carriers of a key that is demoted no longer
are compared with each other. So the pairs are a function of the records that are there.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.blocking import CAP
from linkage.clustering.graph import Nodes, Pair, units
from linkage.clustering.partition import Weights
from linkage.comparing import PairSet, shelf_side
from linkage.comparison import Comparison, load_comparisons
from linkage.features import Canonical, Fingerprints
from linkage.model import Model
from linkage.postings import Keys
from linkage.registry import Registry
from linkage.scoring import Scorer

BATCH = 100_000
"""Pairs that are compared at a time: what they need in between stays small."""
Rows = NDArray[np.int64]
Among = Callable[[list[int]], Iterable[Pair]]
"""The pairs that are joined now among some records."""


class Turn(NamedTuple):
    """What some changes come to: records gone and come, and pairs joined (weight) or cut (None).

    A record that was corrected is gone and come; all its pairs are told anew.
    """

    gone: list[int]
    come: list[int]
    edges: dict[Pair, int | None]


class Pairs:
    """Records by number in a live index, bound to a model; `threshold` is in units of weight."""

    def __init__(
        self,
        model: Model,
        threshold: int,
        cap: int = CAP,
        catalogue: Mapping[str, Comparison] | None = None,
    ) -> None:
        known = load_comparisons() if catalogue is None else catalogue
        self.threshold = threshold
        self.registry = Registry(model.schema, cap, known)
        self.scorer = Scorer(model, known)

    def change(self, new: Mapping[int, object | None], joined: Among) -> Turn:
        """Insert, correct or (None) erase records; those that are there already change nothing."""
        before, after = self._present(new), self._canonical(new)
        touched = {n for n in new if before.get(n) != after.get(n)}
        gone, come = sorted(touched & before.keys()), sorted(touched & after.keys())
        arrived = self._keys([after[n] for n in come])
        keys = np.union1d(arrived, self._keys([before[n] for n in gone]))
        keys = keys[keys != 0]
        was = self.registry.index.demoted(keys)
        self.registry.change([(n, new[n]) for n in sorted(touched)])
        now = self.registry.index.demoted(keys)
        edges: dict[Pair, int | None] = {}
        edges.update(dict.fromkeys(self._cut(keys[now & ~was], joined)))
        edges.update(self._edges(*self._met(arrived, come)))
        edges.update(self._edges(*self._reunited(keys[was & ~now])))
        return Turn(gone, come, edges)

    def edge(self, pair: Pair) -> int | None:
        """Return the weight of a pair that is worth joining, None if it is not, or not there."""
        rows = self.registry.rows(pair)
        if (rows < 0).any() or not self._held(rows[:1], rows[1:])[0]:
            return None
        return self._edges(rows[:1], rows[1:]).get(pair)

    def weigh(self, left: Nodes, right: Nodes) -> Weights:
        """Return the weight of each pair of record numbers in units, the lower on the left."""
        rows = self.registry.rows(np.concatenate([left, right]))
        return self._weigh(rows[: len(left)], rows[len(left) :])

    def _present(self, records: Collection[int]) -> dict[int, Canonical]:
        rows = self.registry.rows(records)
        there = [n for n, row in zip(records, rows.tolist(), strict=True) if row >= 0]
        return dict(zip(there, self.registry.shelf.records(rows[rows >= 0]), strict=True))

    def _canonical(self, new: Mapping[int, object | None]) -> dict[int, Canonical]:
        canonical = self.registry.encoder.canonical
        return {n: canonical(values) for n, values in new.items() if values is not None}

    def _keys(self, records: Sequence[Canonical]) -> Fingerprints:
        return self.registry.encoder.encode(records).keys

    def _met(self, keys: Fingerprints, records: Sequence[int]) -> tuple[Rows, Rows]:
        """Return whom blocking brings together with some records, as aligned rows."""
        asked, found, _ = self.registry.index.candidates(keys, np.arange(len(keys)))
        return self.registry.rows(records)[asked], found

    def _reunited(self, keys: Keys) -> tuple[Rows, Rows]:
        """Return all pairs of carriers of keys that bring people together again."""
        left, right = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for key in keys:
            rows = self.registry.index.owners(np.array([key]))
            one, other = np.triu_indices(len(rows), 1)
            left.append(rows[one])
            right.append(rows[other])
        return np.concatenate(left), np.concatenate(right)

    def _cut(self, keys: Keys, joined: Among) -> list[Pair]:
        """Return the pairs that stood on keys now demoted, and share no other key."""
        found: set[Pair] = set()
        for key in keys:
            owners = self.registry.index.owners(np.array([key]))
            found.update(joined(self.registry.persons(owners).tolist()))
        pairs = sorted(found)
        if not pairs:
            return []
        held = self._held(*(self.registry.rows(side) for side in zip(*pairs, strict=True)))
        return [pairs[i] for i in np.flatnonzero(~held).tolist()]

    def _held(self, left: Rows, right: Rows) -> NDArray[np.bool_]:
        """Return which pairs of rows share a key that is not demoted."""
        one, other = (self._keys(self.registry.shelf.records(rows)) for rows in (left, right))
        shared = np.where(one == other, one, 0)
        demoted = self.registry.index.demoted(shared.ravel()).reshape(shared.shape)
        held: NDArray[np.bool_] = ((shared != 0) & ~demoted).any(axis=1)
        return held

    def _edges(self, one: Rows, other: Rows) -> dict[Pair, int]:
        """Return which pairs of rows weigh enough, by record number, with their weights."""
        swap = self.registry.persons(one) > self.registry.persons(other)
        packed = np.where(swap, other, one) << 32 | np.where(swap, one, other)
        packed = np.unique(packed[one != other])
        left, right = packed >> 32, packed & 0xFFFFFFFF
        weight = self._weigh(left, right)
        enough = weight >= self.threshold
        numbers = (self.registry.persons(rows[enough]).tolist() for rows in (left, right))
        return dict(zip(zip(*numbers, strict=True), weight[enough].tolist(), strict=True))

    def _weigh(self, left: Rows, right: Rows) -> Weights:
        side = shelf_side(self.registry.shelf)
        bits = [
            self.scorer.weigh(PairSet(side, side, left[i : i + BATCH], right[i : i + BATCH]))
            for i in range(0, len(left), BATCH)
        ]
        return units(np.concatenate(bits) if bits else np.empty(0))
