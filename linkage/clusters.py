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
from linkage.features import Canonical
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
        keys = np.union1d(
            self._keys([before[n] for n in gone]), self._keys([after[n] for n in come])
        )
        was = self.registry.index.demoted(keys)
        self.registry.change([(n, new[n]) for n in sorted(touched)])
        now = self.registry.index.demoted(keys)
        edges: dict[Pair, int | None] = {}
        edges.update(dict.fromkeys(self._cut(keys[now & ~was])))
        edges.update(self._edges(self._arrivals([after[n] for n in come], come)))
        edges.update(self._edges(self._reunited(keys[was & ~now])))
        return self.clustering.update(come, gone, edges)

    def weigh(self, left: Nodes, right: Nodes) -> Weights:
        """Return the weight of each pair of record numbers in units, the lower on the left."""
        return self._weigh(self._rows(left.tolist()), self._rows(right.tolist()))

    def state_hash(self) -> str:
        """Return a hash of records, index, edges and clusters, whatever the order they came in.

        The sum of 128-bit hashes modulo 2**128.
        """
        total = int(self.registry.state_hash(), 16)
        total += sum(_digest(edge) for edge in self.clustering.graph.edges().items())
        total += sum(_digest(cluster) for cluster in self.clustering.clusters().items())
        return f"{total % _MODULUS:032x}"

    def _present(self, records: Collection[int]) -> dict[int, Canonical]:
        rows = self._rows(records)
        there = [n for n, row in zip(records, rows.tolist(), strict=True) if row >= 0]
        return dict(zip(there, self.registry.shelf.records(rows[rows >= 0]), strict=True))

    def _canonical(self, new: Mapping[int, object | None]) -> dict[int, Canonical]:
        canonical = self.registry.encoder.canonical
        return {n: canonical(values) for n, values in new.items() if values is not None}

    def _keys(self, records: Sequence[Canonical]) -> Keys:
        keys = self.registry.encoder.encode(records).keys
        return np.unique(keys[keys != 0])

    def _rows(self, records: Collection[int]) -> Rows:
        """Return the row of each record, -1 where there is none."""
        found = (self.registry.row(record) for record in records)
        return np.fromiter((-1 if row is None else row for row in found), np.int64)

    def _arrivals(self, records: Sequence[Canonical], numbers: Sequence[int]) -> tuple[Rows, Rows]:
        """Return whom blocking brings together with some records, as aligned rows."""
        keys = self.registry.encoder.encode(records).keys
        rows = self._rows(numbers)
        asked, found, _ = self.registry.index.candidates(keys, np.arange(len(keys)))
        return rows[asked], found

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
        left, right = (self._rows([pair[side] for pair in pairs]) for side in (0, 1))
        one, other = (self._row_keys(rows) for rows in (left, right))
        shared = np.where(one == other, one, 0)
        held = (shared != 0) & ~self.registry.index.demoted(shared.ravel()).reshape(shared.shape)
        return [pairs[i] for i in np.flatnonzero(~held.any(axis=1)).tolist()]

    def _row_keys(self, rows: Rows) -> NDArray[np.uint64]:
        keys: NDArray[np.uint64] = self.registry.encoder.encode(
            self.registry.shelf.records(rows)
        ).keys
        return keys

    def _edges(self, pairs: tuple[Rows, Rows]) -> dict[Pair, int]:
        """Return the pairs that weigh enough, by record number, with their weights."""
        one, other = pairs
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
