# Checked in no environment that mypy knows: its libraries are the peers'.
# mypy: ignore-errors
"""pycanon on one frame: `python with_pycanon.py FOLDER`, in an environment of its own.

FOLDER has released.parquet, a row for each person, and job.json: by name of a set of columns the
`columns`, and the `secret`. What pycanon says of each set is printed as JSON.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from pycanon import anonymity, metrics
from pycanon.anonymity.utils.aux_anonymity import get_equiv_class


def asked(frame, columns, secret):
    """Return everything that pycanon says of these columns that somebody else could count."""
    classes = metrics.sizes_ec(frame, columns)
    sizes = np.bincount([len(one) for one in get_equiv_class(frame, columns)])
    alpha, _ = anonymity.alpha_k_anonymity(frame, columns, [secret])
    return {
        "k": anonymity.k_anonymity(frame, columns),
        "classes": classes["n_ec"],
        "sizes": {str(size): int(many) for size, many in enumerate(sizes) if many},
        "largest_risk": metrics.max_rir(frame, columns),
        "average_risk": metrics.average_rir(frame, columns),
        "l": anonymity.l_diversity(frame, columns, [secret]),
        "alpha": alpha,
        "wrong": metrics.classification_metric(frame, frame, columns, [secret]),
        "entropy": metrics.sa_entropy(frame, secret),
    }


def main(folder):
    """Read the frame and print what is asked of it."""
    # Its classes are labels that it uses as places, so rows must be numbered from 0.
    frame = pd.read_parquet(folder / "released.parquet").astype(object).reset_index(drop=True)
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    found = {name: asked(frame, columns, job["secret"]) for name, columns in job["columns"].items()}
    print(json.dumps({"version": version("pycanon"), "frames": found}, default=float))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
