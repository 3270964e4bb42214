"""What anonymeter and pycanon say, each asked in an environment of its own."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
import pandas as pd

from bench.harness import FOLDER
from bench.peers.environment import PLACE, peers_python

T = TypeVar("T")
_EQUAL = re.compile(r'col\("([^"]+)"\)\) == \("([^"]*)"\)')


class Anonymity(msgspec.Struct, frozen=True):
    """What pycanon says of one set of columns; `sizes` counts its classes by size.

    `average_risk` is the mean of 1 / size over classes, `wrong` its classification metric,
    `entropy` that of the secret in nats, `alpha` the largest share of a secret in any class.
    """

    k: int
    classes: int
    sizes: dict[int, int]
    largest_risk: float
    average_risk: float
    l: int  # noqa: E741 - that is its name
    alpha: float
    wrong: float
    entropy: float


class Attack(msgspec.Struct, frozen=True):
    """One attack of anonymeter's; `low` to `high` is its 95 % interval of successes / tried.

    `control` is the rate with people who were held out, `excess` what anonymeter calls the risk,
    (rate - control) / (1 - control), with its ends. `queries` are the descriptions that succeeded.
    """

    successes: int
    tried: int
    low: float
    high: float
    control: float
    excess: tuple[float, float, float]
    queries: tuple[str, ...]

    @property
    def rate(self) -> float:
        """Return the share of attacks that succeeded."""
        return self.successes / self.tried


class Anonymities(msgspec.Struct, frozen=True):
    """pycanon's answer: its version, and what it says by name of a set of columns."""

    version: str
    frames: dict[str, Anonymity]


class Attacks(msgspec.Struct, frozen=True):
    """anonymeter's answer: its version, and what came of the attacks by name."""

    version: str
    attacks: dict[str, Attack]


def ask_pycanon(
    released: pd.DataFrame, columns: Mapping[str, Sequence[str]], secret: str, folder: Path
) -> Anonymities:
    """Return what pycanon says of sets of columns of a frame."""
    job = {"columns": columns, "secret": secret}
    return _ask("pycanon", {"released": released}, job, folder, Anonymities)


def ask_anonymeter(
    released: pd.DataFrame,
    held_out: pd.DataFrame,
    attacks: Mapping[str, Mapping[str, object]],
    job: Mapping[str, object],
    folder: Path,
) -> Attacks:
    """Return what anonymeter's attacks on a frame come to; `job` has the seed and the secret."""
    frames = {"released": released, "held_out": held_out}
    return _ask("anonymeter", frames, {"attacks": attacks, **job}, folder, Attacks)


def conditions_of(query: str) -> dict[str, str]:
    """Return a description of anonymeter's as values by column; it knows no other than equality.

    >>> conditions_of('[([(col("sex")) == ("F")]) & ([(col("home")) == ("cell 3")])]')
    {'sex': 'F', 'home': 'cell 3'}
    """
    found = dict(_EQUAL.findall(query))
    if len(found) != query.count("col("):
        raise ValueError(f"query: {query!r} is no list of equalities; frames must be text only")
    return found


def _ask(
    peer: str,
    frames: Mapping[str, pd.DataFrame],
    job: Mapping[str, object],
    folder: Path,
    answer: type[T],
) -> T:
    for name, frame in frames.items():
        frame.to_parquet(folder / f"{name}.parquet")
    (folder / "job.json").write_bytes(msgspec.json.encode(job))
    peers = FOLDER / "peers"
    place = PLACE.with_name(f"bench-{peer}")
    python = peers_python(peers / f"{peer}_requirements.txt", place)
    command = [python, str(peers / f"with_{peer}.py"), str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{peer}: {' '.join(command)} ended with status {done.returncode}")
    return parsed(done.stdout, answer)


def parsed(output: str, answer: type[T]) -> T:
    """Return the last line of what a peer printed as its answer."""
    return msgspec.json.decode(output.strip().splitlines()[-1], type=answer)
