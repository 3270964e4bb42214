"""Linkage without a registry: records linked to each other, live, with merge and split.

What is linked is a function of the newest version of every record and of the verdicts in force,
never of the order in which they came. A version is newest by its number; a repeated one changes
nothing, and an older one that comes late is passed over. Every change of a cluster is said as -1
and +1 (`Membership` replays them).
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Literal, NamedTuple

import numpy as np

from linkage.blocking import CAP
from linkage.clustering.components import Clustering
from linkage.clustering.graph import Nodes, Pair, ordered, threshold_units
from linkage.clustering.membership import Change
from linkage.clustering.pairs import Pairs
from linkage.clustering.partition import SURE, Weights
from linkage.comparison import Comparison
from linkage.model import Model
from linkage.statehash import state_hash

Answer = Literal["link", "non-link"]


class Version(NamedTuple):
    """A version of a record: an object with the schema's fields as attributes, None to erase it."""

    record: int
    version: int
    values: object | None


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
        self.pairs = Pairs(model, threshold_units(threshold), cap, catalogue)
        self.clustering = Clustering(self.pairs.threshold, self.weigh)
        self._versions: dict[int, int] = {}
        self._verdicts: dict[int, dict[int, int]] = {}

    def __len__(self) -> int:
        return len(self.clustering)

    def cluster(self, record: int) -> int | None:
        """Return the cluster of a record, None if there is no such record."""
        return self.clustering.cluster(record)

    def members(self, cluster: int) -> tuple[int, ...]:
        """Return the records of a cluster, sorted; an unknown one has none."""
        return self.clustering.members(cluster)

    def insert(self, record: int, version: int, values: object) -> tuple[Change, ...]:
        """Insert a record, or correct it with a higher version."""
        return self.change([Version(record, version, values)])

    correct = insert

    def erase(self, record: int, version: int) -> tuple[Change, ...]:
        """Erase a record, also before it has come."""
        return self.change([Version(record, version, None)])

    def change(self, versions: Sequence[Version]) -> tuple[Change, ...]:
        """Take in versions of records; return who changed cluster, sorted."""
        new: dict[int, object | None] = {}
        for record, version, values in versions:
            if self._versions.get(record, version - 1) < version:
                self._versions[record] = version
                new[record] = values
        gone, come, edges = self.pairs.change(new, self.clustering.graph.edges)
        for record in self._verdicts.keys() & set(come):
            for other in self._verdicts[record]:
                if other in self.pairs.registry:
                    edges.setdefault(ordered(record, other), None)
        judged = {pair: self._judged(pair, weight) for pair, weight in edges.items()}
        return self.clustering.update(come, gone, judged)

    def judge(self, one: int, other: int, answer: Answer | None) -> tuple[Change, ...]:
        """File a clerk's verdict on two records, or (None) undo it; return who changed cluster.

        Records with a link are as one, and weigh what the better of them weighs (0010); those with
        a non-link are kept apart. Where verdicts contradict each other round a corner, links come
        first. A verdict also stands while a record is away, and under another model.
        """
        if one == other:
            raise ValueError(f"verdict: record {one} is compared with itself; name two records")
        pair = ordered(one, other)
        for record, partner in (pair, pair[::-1]):
            verdicts = self._verdicts.setdefault(record, {})
            verdicts.pop(partner, None)
            if answer is not None:
                verdicts[partner] = SURE if answer == "link" else -SURE
            if not verdicts:
                del self._verdicts[record]
        if one not in self.clustering.graph or other not in self.clustering.graph:
            return ()
        edges = {pair: self._judged(pair, self.pairs.edge(pair))}
        return self.clustering.update((), (), edges, again=pair)

    def weigh(self, left: Nodes, right: Nodes) -> Weights:
        """Return the weight of each pair of records in units, the lower on the left.

        A verdict weighs SURE, for or against.
        """
        weights = self.pairs.weigh(left, right)
        if self._verdicts:
            known = np.isin(left, np.fromiter(self._verdicts, np.int64))
            for i in np.flatnonzero(known).tolist():
                verdicts = self._verdicts[int(left[i])]
                weights[i] = verdicts.get(int(right[i]), weights[i])
        return weights

    def state_hash(self) -> str:
        """Return a hash of records, index, verdicts, edges and clusters, whatever their order.

        Versions are left out: insert and erase leave it as it was.
        """
        verdicts = ((a, b, w) for a, others in self._verdicts.items() for b, w in others.items())
        edges = (("edge", *item) for item in self.clustering.graph.edges().items())
        clusters = (("cluster", *item) for item in self.clustering.clusters().items())
        return state_hash([self.pairs.registry.state_hash(), *chain(verdicts, edges, clusters)])

    def _judged(self, pair: Pair, weight: int | None) -> int | None:
        """Return what a verdict makes of an edge."""
        verdict = self._verdicts.get(pair[0], {}).get(pair[1])
        if verdict is None:
            return weight
        return verdict if verdict > 0 else None
