# Checked in no environment that mypy knows: its libraries are the peers'.
# mypy: ignore-errors
"""anonymeter on one frame: `python with_anonymeter.py FOLDER`, in an environment of its own.

FOLDER has released.parquet and held_out.parquet, a row for each person, and job.json: the `seed`,
the `secret`, and `attacks` by name, each with its `kind` and what that kind needs. The released
frame is both the original and the synthetic one: what is released is the people themselves. What
each attack found is printed as JSON.
"""

import json
import logging
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator, SinglingOutEvaluator


def _univariate(released, held_out, attack, job):
    """Every value that one row alone has; there are never more than cells."""
    columns, most = attack["columns"], released[attack["columns"]].size
    frames = released[columns], released[columns]
    found = SinglingOutEvaluator(
        *frames, n_attacks=most, control=held_out[columns], seed=job["seed"]
    )
    return found.evaluate("univariate")


def _multivariate(released, held_out, attack, job):
    """As many rows and as many draws of columns as there are attacks, each tried once.

    Left alone it would draw until it has as many as were asked for, and leave untold how many
    draws that took.
    """
    columns, n = attack["columns"], attack["n"]
    found = SinglingOutEvaluator(
        released[columns],
        released[columns],
        n_attacks=n,
        n_cols=attack["known"],
        control=held_out[columns],
        max_attempts=n,
        seed=job["seed"],
    )
    return found.evaluate("multivariate")


def _linkability(released, held_out, attack, _):
    halves = tuple(attack["halves"])
    found = LinkabilityEvaluator(
        released, released, aux_cols=halves, n_attacks=attack["n"], control=held_out
    )
    return found.evaluate(n_jobs=1)


def _inference(released, held_out, attack, job):
    found = InferenceEvaluator(
        released,
        released,
        aux_cols=attack["columns"],
        secret=job["secret"],
        n_attacks=attack["n"],
        control=held_out,
    )
    return found.evaluate(n_jobs=1)


KINDS = {
    "univariate": _univariate,
    "multivariate": _multivariate,
    "linkability": _linkability,
    "inference": _inference,
}


def run(released, held_out, attack, job):
    """Return the rates of one attack, and the queries of one that singles out.

    `value`, `low` and `high` are of the attack itself, `excess` is what anonymeter calls the risk:
    that over the control.
    """
    np.random.seed(job["seed"])  # its targets are drawn from the global generator
    some = released.head(attack["people"]), held_out.head(attack["people"])
    found = KINDS[attack["kind"]](*some, attack, job)
    results, (excess, ends) = found.results(), found.risk()
    rate, tried = results.attack_rate, results.n_attacks_ori
    queries = found.queries() if hasattr(found, "queries") else []
    return {
        "successes": int(results.n_success),
        "tried": int(tried),
        "low": max(0.0, rate.value - rate.error),
        "high": min(1.0, rate.value + rate.error),
        "control": float(results.n_control) / results.n_attacks_control,
        "excess": [float(excess), *map(float, ends)],
        "queries": [str(query) for query in queries],
    }


def main(folder):
    """Read the frames, run the attacks and print what they found."""
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    released, held_out = (
        pd.read_parquet(folder / f"{name}.parquet").astype(object)
        for name in ("released", "held_out")
    )
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    found = {name: run(released, held_out, one, job) for name, one in job["attacks"].items()}
    print(json.dumps({"version": version("anonymeter"), "attacks": found}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
