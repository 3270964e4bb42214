"""What an experiment has finished, kept until all is: so one that was stopped goes on from there.

Each world has a file of its own, named by a hash over all that its figures depend on. A file is
there whole or not at all, and one of an experiment that has been changed since is of no use.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from linkage.model import Model
from streams.experiments.design import Design, Setting
from streams.held import alone
from streams.recording import config_hash

FORMAT = 1
"""Version of the figures and of their table."""


class PartsError(OSError):
    """The folder of finished worlds cannot be used; one line."""


def config_of(design: Design) -> dict[str, Any]:
    """Return all that the figures of an experiment depend on."""
    config: dict[str, Any] = msgspec.to_builtins(design)
    folder = Path(config.pop("adversary_folder")) if design.adversary_folder else None
    own = {} if folder is None else {path.name: _hash(path) for path in sorted(folder.glob("*.py"))}
    linked = {"model": Model.default().version} if True in design.linked else {}
    config.pop("adversary_folder", None)
    return {**config, "own_adversaries": own, **linked, "joinlens": version("joinlens")}


class Parts:
    """The finished worlds of an experiment in a folder."""

    def __init__(self, folder: Path, design: Design) -> None:
        config = {**config_of(design), "format": FORMAT}
        for axis in Setting._fields:
            del config[axis]
        self._folder, self._measured_as = folder, config

    def path(self, setting: Setting) -> Path:
        """Return the file of a world, whether it is there or not."""
        name = config_hash({**self._measured_as, **setting._asdict()})
        return self._folder / f"{name}.parquet"

    def put(self, setting: Setting, figures: pd.DataFrame) -> None:
        """Keep the figures of a finished world: whole, or not at all."""
        path = self.path(setting)
        beside = path.with_name(path.name + ".part")
        figures.to_parquet(beside, index=False)
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(path)

    def get(self, setting: Setting) -> pd.DataFrame:
        """Return the figures of a finished world."""
        return pd.read_parquet(self.path(setting))


@contextmanager
def kept(folder: Path, design: Design) -> Iterator[Parts]:
    """Give the folder to one experiment at a time; it is removed once all has gone well."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = PartsError(f"{folder}: another run of this experiment works there")
    with alone(folder / "lock", taken):
        yield Parts(folder, design)
        shutil.rmtree(folder)


def _hash(path: Path) -> str:
    return blake2b(path.read_bytes(), digest_size=16).hexdigest()
