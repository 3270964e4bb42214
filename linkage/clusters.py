"""Linkage without a registry: records linked to each other, live, with merge and split.

Two records have an edge when they share a blocking key that is not demoted and weigh at least the
threshold. A record that comes or goes can carry a key over the demotion limit, or back, so edges
that stood on that key are looked at again. What is linked is therefore a function of the records
that are there, never of the order in which they came, were corrected or erased.
"""

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b

import msgspec
import numpy as np
from numpy.typing import NDArray

from linkage.blocking import CAP
from linkage.clustering import Clustering
from linkage.comparing import PairSet, shelf_side
from linkage.comparison import Comparison, load_comparisons
from linkage.features import Canonical, Fingerprints
from linkage.graph import Nodes, Pair, units
from linkage.membership import Change
from linkage.model import Model
from linkage.partition import Weights
from linkage.postings import Keys
from linkage.registry import Registry
from linkage.scoring import Scorer

BATCH = 100_000
"""Pairs that are compared at a time: what they need in between stays small."""
_MODULUS = 1 << 128
Rows = NDArray[np.int64]


class Clusters:
    """Records by number, and the cluster of each, which is named by its lowest number.

    `threshold` is in bits; 0 asks for even odds, as the model's prior sees them.
    """

    def __init__(
        self,
        model: Model,
        threshold: float = 0.0,
        cap: int = CAP,
        catalogue: Mapping[str, Comparison] | None = None,
    ) -> None:
        known = load_comparisons() if catalogue is None else catalogue
        self.registry = Registry(model.schema, cap, known)
        self.scorer = Scorer(model, known)
        self.clustering = Clustering(int(units(threshold)), self.weigh)

    def __len__(self) -> int:
        return len(self.registry)

    def cluster(self, record: int) -> int | None:
        """Return the cluster of a record, None if there is no such record."""
        return self.clustering.cluster(record)

    def members(self, cluster: int) -> tuple[int, ...]:
        """Return the records of a cluster, sorted; an unknown one has none."""
        return self.clustering.members(cluster)

    def insert(self, record: int, values: object) -> tuple[Change, ...]:
        """Insert or correct one record; `values` has the schema's fields as attributes."""
        return self.change([(record, values)])

    def erase(self, record: int) -> tuple[Change, ...]:
        """Erase one record; an unknown one changes nothing."""
        return self.change([(record, None)])

    def change(self, changes: Sequence[tuple[int, object | None]]) -> tuple[Change, ...]:
        """Insert, correct or (None) erase records; return who changed cluster, sorted.

        Of several changes of one record the last counts. A record that is there as it is already
        changes nothing.
        """
        new = dict(changes)
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
        edges.update(dict.fromkeys(self._cut(keys[now & ~was])))
        edges.update(self._edges(*self._met(arrived, come)))
        edges.update(self._edges(*self._reunited(keys[was & ~now])))
        return self.clustering.update(come, gone, edges)

    def weigh(self, left: Nodes, right: Nodes) -> Weights:
        """Return the weight of each pair of record numbers in units, the lower on the left."""
        return self._weigh(self.registry.rows(left), self.registry.rows(right))

    def state_hash(self) -> str:
        """Return a hash of records, index, edges and clusters, whatever the order they came in.

        The sum of 128-bit hashes modulo 2**128.
        """
        total = int(self.registry.state_hash(), 16)
        total += sum(_digest(edge) for edge in self.clustering.graph.edges().items())
        total += sum(_digest(cluster) for cluster in self.clustering.clusters().items())
        return f"{total % _MODULUS:032x}"

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

    def _cut(self, keys: Keys) -> list[Pair]:
        """Return the edges that stood on keys now demoted, and share no other key."""
        edges: set[Pair] = set()
        for key in keys:
            owners = self.registry.index.owners(np.array([key]))
            edges |= self.clustering.graph.edges(self.registry.persons(owners).tolist()).keys()
        if not edges:
            return []
        pairs = sorted(edges)
        rows = (self.registry.rows(side) for side in zip(*pairs, strict=True))
        one, other = (self._keys(self.registry.shelf.records(side)) for side in rows)
        shared = np.where(one == other, one, 0)
        held = (shared != 0) & ~self.registry.index.demoted(shared.ravel()).reshape(shared.shape)
        return [pairs[i] for i in np.flatnonzero(~held.any(axis=1)).tolist()]

    def _edges(self, one: Rows, other: Rows) -> dict[Pair, int]:
        """Return which pairs of rows weigh enough, by record number, with their weights."""
        swap = self.registry.persons(one) > self.registry.persons(other)
        packed = np.where(swap, other, one) << 32 | np.where(swap, one, other)
        packed = np.unique(packed[one != other])
        left, right = packed >> 32, packed & 0xFFFFFFFF
        weight = self._weigh(left, right)
        enough = weight >= self.clustering.threshold
        numbers = (self.registry.persons(rows[enough]).tolist() for rows in (left, right))
        return dict(zip(zip(*numbers, strict=True), weight[enough].tolist(), strict=True))

    def _weigh(self, left: Rows, right: Rows) -> Weights:
        side = shelf_side(self.registry.shelf)
        bits = [
            self.scorer.weigh(PairSet(side, side, left[i : i + BATCH], right[i : i + BATCH]))
            for i in range(0, len(left), BATCH)
        ]
        return units(np.concatenate(bits) if bits else np.empty(0))


def _digest(value: object) -> int:
    return int.from_bytes(blake2b(msgspec.msgpack.encode(value), digest_size=16).digest(), "big")
