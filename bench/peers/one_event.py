# Checked in no environment that mypy knows: its libraries are the peers'.
# mypy: ignore-errors
"""What one event costs the peers: `python one_event.py FOLDER`, in the peers' environment.

FOLDER holds right.parquet, the registry, and left.parquet, registrations of the demo's people. The
median seconds by peer are printed as JSON. What can be made ready beforehand is: models,
frequencies, tables.
"""

import json
import sys
import time
from pathlib import Path
from statistics import median

import pandas as pd
import recordlinkage
from splink_settings import prepared
from with_recordlinkage import ALIKE, blocked, compared
from with_splink import trained

FITTED_ON, SPLINK_EVENTS, TOOLKIT_EVENTS = 5_000, 20, 5


def with_splink(left, right, seed):
    """Return seconds by event of `predict_between`, which replaced find_matches_to_new_records."""
    job = {"family": "people", "columns": list(left.columns), "seed": seed}
    linker = trained(left.head(FITTED_ON), right, job)
    for column in ("full_name", "surname", "given", "address", "street", "area"):
        linker.table_management.compute_tf_table(column)
    database = linker._db_api
    registry = prepared(right, "people").assign(source_dataset="b_right")
    table = database.register(registry, dataset_display_name="registry")
    events = prepared(left, "people").assign(source_dataset="a_left")
    taken = []
    for n in range(SPLINK_EVENTS):
        row = events.iloc[n : n + 1]
        start = time.perf_counter()
        event = database.register(row, dataset_display_name=f"event_{n}")
        linker.inference.predict_between(event, table).as_pandas_dataframe()
        taken.append(time.perf_counter() - start)
    return median(taken)


def with_recordlinkage(left, right):
    """Return seconds by event of index, compare and classify."""
    some = left.head(FITTED_ON)
    classifier = recordlinkage.ECMClassifier(binarize=ALIKE)
    classifier.fit(compared(blocked(some, right, "people"), some, right, "people"))
    taken = []
    for n in range(TOOLKIT_EVENTS):
        row = left.iloc[n : n + 1]
        start = time.perf_counter()
        classifier.prob(compared(blocked(row, right, "people"), row, right, "people"))
        taken.append(time.perf_counter() - start)
    return median(taken)


def main(folder):
    """Read the frames and print the seconds."""
    left, right = (
        pd.read_parquet(folder / f"{side}.parquet").astype(object) for side in ("left", "right")
    )
    seed = json.loads((folder / "job.json").read_text(encoding="utf-8"))["seed"]
    seconds = {
        "Splink 5.0.0": with_splink(left, right, seed),
        "recordlinkage 0.16": with_recordlinkage(left, right),
    }
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
