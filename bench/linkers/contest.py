"""Linkers on one data set, each in a process of its own, and what each answered and used."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.harness import FOLDER
from bench.linkers.demo import demo
from bench.linkers.sets import DataSet
from bench.rig.peak import used_by

OURS, SPLINK, TOOLKIT = "joinlens", "Splink 5.0.0", "recordlinkage 0.16"


class Answer(NamedTuple):
    """Scored pairs (left, right, weight, probability), clusters of one frame, and the cost.

    `seconds` by step, without starting Python and its imports; `megabytes` at the peak, with them.
    """

    pairs: pd.DataFrame
    clusters: NDArray[np.int64] | None
    seconds: Mapping[str, float]
    megabytes: float


def commands(peers: str | None) -> dict[str, list[str]]:
    """Return how each linker is started; `peers` is the Python that has the others, if wanted."""
    found = {OURS: [sys.executable, "-m", "bench.linkers.ours"]}
    if peers is not None:
        found[SPLINK] = [peers, str(FOLDER / "peers" / "with_splink.py")]
        found[TOOLKIT] = [peers, str(FOLDER / "peers" / "with_recordlinkage.py")]
    return found


def contest(
    data: DataSet, linkers: Mapping[str, list[str]], folder: Path, seed: int
) -> dict[str, Answer]:
    """Return the answer of every linker to one data set."""
    data.save(folder, seed)
    return {name: _answer(command, folder, data) for name, command in linkers.items()}


def _answer(command: list[str], folder: Path, data: DataSet) -> Answer:
    pairs, clusters = folder / "pairs.parquet", folder / "clusters.parquet"
    for old in (pairs, clusters):
        old.unlink(missing_ok=True)
    used = used_by([*command, str(folder)])
    if used.status:
        raise RuntimeError(
            f"{' '.join(command)} ended with status {used.status} on {data.name}; run it by hand "
            f"on {folder} to see why"
        )
    found = None
    if data.right is None:
        found = pd.read_parquet(clusters)["cluster"].to_numpy(np.int64)
    seconds = json.loads(used.output.splitlines()[-1])
    return Answer(pd.read_parquet(pairs), found, seconds, used.megabytes)


def seconds_of_an_event(peers: str, people: int, seed: int) -> dict[str, float]:
    """Return the median seconds by peer of one event against the registry of the typical demo."""
    with TemporaryDirectory() as folder:
        demo(people, "typical", seed).save(Path(folder), seed)
        used = used_by([peers, str(FOLDER / "peers" / "one_event.py"), folder])
    if used.status:
        raise RuntimeError(f"one_event.py ended with status {used.status} for {people} people")
    found: dict[str, float] = json.loads(used.output.splitlines()[-1])
    return found
