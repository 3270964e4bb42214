# Checked in no environment that mypy knows: its libraries are the peers'.
# mypy: ignore-errors
"""recordlinkage on one data set: `python with_recordlinkage.py FOLDER`, in the peers' environment.

Its unsupervised classifier, as documented: blocks, graded comparisons, ECM on binary agreement.
Files and output are those of with_splink.py.
"""

import json
import sys
import time
from pathlib import Path

import networkx
import numpy as np
import pandas as pd
import recordlinkage

ALIKE = 0.85
EXACT = {
    "febrl": ("soc_sec_id", "street_number", "postcode", "state"),
    "people": ("id_number", "sex", "phone", "address"),
}
STRINGS = {
    "febrl": ("given_name", "surname", "date_of_birth", "address_1", "address_2", "suburb"),
    "people": ("surname", "given", "birth", "mail"),
}
RULES = {
    "febrl": (
        "soc_sec_id",
        "date_of_birth",
        ["surname", "given_name"],
        ["postcode", "surname"],
        ["postcode", "given_name"],
        "address_1",
        ["street_number", "suburb"],
        ["surname", "street_number"],
        ["given_name", "street_number"],
    ),
    "people": ("id_number", "phone", "mail", "address", "birth", ["surname", "given"]),
}


def blocked(left, right, family):
    """Return all pairs of any block; pairs whose key is missing are not blocked."""
    found = None
    for rule in RULES[family]:
        fields = [rule] if isinstance(rule, str) else rule
        if not set(fields) <= set(left.columns):
            continue
        index = recordlinkage.Index()
        index.block(fields)
        sides = [f.dropna(subset=fields) for f in ([left] if right is None else [left, right])]
        pairs = index.index(*sides)
        found = pairs if found is None else found.union(pairs)
    return found


def compared(pairs, left, right, family):
    """Return one column of agreement for each field, between 0 and 1."""
    compare = recordlinkage.Compare()
    for field in EXACT[family]:
        if field in left.columns:
            compare.exact(field, field, label=field)
    for field in STRINGS[family]:
        compare.string(field, field, method="jarowinkler", label=field)
    return compare.compute(pairs, left, right)


def main(folder):
    """Read the frames, link them, write the answers, print the seconds."""
    family = json.loads((folder / "job.json").read_text(encoding="utf-8"))["family"]
    left, right = (
        pd.read_parquet(path).astype(object) if path.exists() else None
        for path in (folder / "left.parquet", folder / "right.parquet")
    )
    start = time.perf_counter()
    pairs = blocked(left, right, family)
    vectors = compared(pairs, left, right, family)
    compared_at = time.perf_counter()
    classifier = recordlinkage.ECMClassifier(binarize=ALIKE)
    classifier.fit(vectors)
    ready = time.perf_counter()
    probability = classifier.prob(vectors).to_numpy()
    odds = np.clip(probability, 1e-300, 1.0) / np.clip(1.0 - probability, 1e-16, 1.0)
    ends = [pairs.get_level_values(n).to_numpy() for n in (0, 1)]
    frame = {"left": ends[0], "right": ends[1]}
    frame |= {"weight": np.log2(odds), "probability": probability}
    done = time.perf_counter()
    if right is None:
        _clusters(ends, probability, len(left)).to_parquet(folder / "clusters.parquet")
    ended = time.perf_counter()
    pd.DataFrame(frame).to_parquet(folder / "pairs.parquet")
    seconds = {"train": ready - compared_at, "link": done - ready + compared_at - start}
    print(json.dumps({**seconds, "cluster": ended - done}))


def _clusters(ends, probability, rows):
    graph = networkx.empty_graph(rows)
    sure = probability >= 0.5
    graph.add_edges_from(zip(ends[0][sure].tolist(), ends[1][sure].tolist(), strict=True))
    cluster = np.empty(rows, np.int64)
    for number, members in enumerate(networkx.connected_components(graph)):
        cluster[list(members)] = number
    return pd.DataFrame({"cluster": cluster})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
