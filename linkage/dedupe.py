"""One frame against itself: which of its rows are the same person."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from linkage.blocking import CAP
from linkage.clustering.components import Clustering
from linkage.clustering.graph import Nodes, threshold_units, units
from linkage.clustering.partition import Weights
from linkage.comparing import PairSet, batch_side
from linkage.comparison import Comparison, load_comparisons
from linkage.frames import canonical, link
from linkage.model import Model
from linkage.scoring import Scorer


def cluster(
    frame: pd.DataFrame,
    model: Model,
    threshold: float = 0.0,
    cap: int = CAP,
    catalogue: Mapping[str, Comparison] | None = None,
) -> pd.Series:
    """Return the cluster of each row, named by the index label of its first row.

    `threshold` is in bits: pairs of even odds and better join at 0. `model` is to be trained on
    pairs of the frame's own rows, such as a random half against the other: they are a fair sample
    of all pairs, with the same prior. Raises SchemaError as `link` does. The same records inserted
    into `Clusters` one by one, numbered by their place, come to the same clusters.
    """
    known = load_comparisons() if catalogue is None else catalogue
    pairs = link(frame, None, model, cap, known)
    scorer = Scorer(model, known)
    records = scorer.comparer.encoder.encode(canonical(frame, model.schema, "cluster: the frame"))
    side = batch_side(records)

    def weigh(left: Nodes, right: Nodes) -> Weights:
        return units(scorer.weigh(PairSet(side, side, left, right)))

    clustering = Clustering(threshold_units(threshold), weigh)
    weight = units(pairs["weight"].to_numpy(np.float64))
    enough = weight >= clustering.threshold
    ends = (pd.Index(pairs[end])[enough] for end in ("left", "right"))
    left, right = (frame.index.get_indexer(labels).tolist() for labels in ends)
    edges = dict(zip(zip(left, right, strict=True), weight[enough].tolist(), strict=True))
    clustering.update(range(len(frame)), (), edges)
    first = np.empty(len(frame), np.int64)
    for name, rows in clustering.clusters().items():
        first[list(rows)] = name
    return pd.Series(frame.index[first], frame.index, name="cluster")
