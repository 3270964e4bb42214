"""Our linker on one data set, in a process of its own: `python -m bench.linkers.ours FOLDER`.

FOLDER has what `DataSet.save` wrote; what comes out is what the peers' scripts write: pairs and
clusters by position of rows, and seconds as JSON on stdout.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from bench.linkers.febrl import schema_for
from linkage.comparison import load_comparisons
from linkage.dedupe import cluster
from linkage.frames import link
from linkage.people import people_schema
from linkage.schema import Schema
from linkage.train import train


def solve(
    left: pd.DataFrame, right: pd.DataFrame | None, schema: Schema, seed: int
) -> tuple[pd.DataFrame, pd.Series | None, dict[str, float]]:
    """Return all scored pairs, clusters of one frame, and the seconds that each step took."""
    start = time.perf_counter()
    model = train(left, right, schema, seed=seed)
    trained = time.perf_counter()
    pairs = link(left, right, model)
    done = time.perf_counter()
    clusters = cluster(left, model) if right is None else None
    ended = time.perf_counter()
    seconds = {"train": trained - start, "link": done - trained, "cluster": ended - done}
    return pairs, clusters, seconds


def main(folder: Path) -> None:
    """Read the frames, link them, write the answers, print the seconds."""
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    left = pd.read_parquet(folder / "left.parquet")
    other = folder / "right.parquet"
    right = pd.read_parquet(other) if other.exists() else None
    if job["family"] == "people":
        schema = people_schema(load_comparisons())
    else:
        schema = schema_for(job["columns"])
    pairs, clusters, seconds = solve(left, right, schema, job["seed"])
    pairs.to_parquet(folder / "pairs.parquet")
    if clusters is not None:
        pd.DataFrame({"cluster": clusters.to_numpy(np.int64)}).to_parquet(
            folder / "clusters.parquet"
        )
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
