# Checked in no environment that mypy knows: its libraries are the peers'.
# mypy: ignore-errors
"""Splink on one data set: `python with_splink.py FOLDER`, in the peers' environment.

FOLDER has left.parquet, perhaps right.parquet, and job.json; pairs.parquet and clusters.parquet
come beside them, and the seconds that each step took are printed as JSON.
"""

import json
import logging
import sys
import time
from pathlib import Path

import pandas as pd
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink_settings import SETTINGS, prepared

PAIRS_FOR_U = 1e7


def trained(left, right, job):
    """Return a linker with all its parameters estimated without labels."""
    comparisons, training, rules, sure, recall = SETTINGS[job["family"]](job["columns"])
    database = DuckDBAPI()
    frames = {"a_left": left} if right is None else {"a_left": left, "b_right": right}
    tables = [
        database.register(prepared(frame, job["family"]), dataset_display_name=name)
        for name, frame in frames.items()
    ]
    settings = SettingsCreator(
        link_type="dedupe_only" if right is None else "link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
        retain_matching_columns=False,
    )
    linker = Linker(tables if right is not None else tables[0], settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match(
        [block_on(*rule) for rule in sure], recall=recall
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS_FOR_U, seed=job["seed"])
    for rule in training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    return linker


def main(folder):
    """Read the frames, link them, write the answers, print the seconds."""
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    left = pd.read_parquet(folder / "left.parquet")
    other = folder / "right.parquet"
    right = pd.read_parquet(other) if other.exists() else None
    start = time.perf_counter()
    linker = trained(left, right, job)
    ready = time.perf_counter()
    predicted = linker.inference.predict()
    frame = predicted.as_pandas_dataframe()
    done = time.perf_counter()
    if right is None:
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.5)
        table = found.as_pandas_dataframe().sort_values("unique_id")
        codes = table["cluster_id"].astype("category").cat.codes.astype("int64")
        pd.DataFrame({"cluster": codes.to_numpy()}).to_parquet(folder / "clusters.parquet")
    ended = time.perf_counter()
    names = {"unique_id_l": "left", "unique_id_r": "right"}
    names |= {"match_weight": "weight", "match_probability": "probability"}
    frame.rename(columns=names)[list(names.values())].to_parquet(folder / "pairs.parquet")
    print(json.dumps({"train": ready - start, "link": done - ready, "cluster": ended - done}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
