"""The table of a finished experiment as files, and a manifest that vouches for them."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from streams.experiments.design import Design
from streams.experiments.parts import FORMAT, Parts, config_of
from streams.landing import claim
from streams.recording import Overwrite, config_hash

ENDINGS = (".manifest.json", ".parquet", ".csv", ".png")
"""The files of an experiment, by what follows their common name; the figure is not always there."""


class ExperimentManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a table is of: the whole configuration, its hash, and the SHA-256 of each file."""

    format: int = FORMAT
    config: dict[str, Any]
    config_hash: str
    worlds: int
    rows: int
    sha256: dict[str, str]


class Outcome:
    """Writes an experiment's files as a context manager; without `finish` nothing is left.

    `name` is the common beginning of their names. Raises LandingError for what is in the way.
    """

    def __init__(self, name: Path, overwrite: Overwrite) -> None:
        self.manifest, self.parquet, self.csv, self.figure = files_of(name)
        files = [self.manifest, self.parquet, self.csv, self.figure]
        self._landing = claim(files, overwrite)

    def finish(self, design: Design, parts: Parts, figure: bytes | None) -> ExperimentManifest:
        """Write the table, and a figure of it if there is one; return the manifest."""
        table = together(design, parts)
        contents = {
            self.parquet: bytes(table.to_parquet(index=False)),
            self.csv: table.to_csv(index=False, lineterminator="\n").encode(),
            **({} if figure is None else {self.figure: figure}),
        }
        config = config_of(design)
        manifest = ExperimentManifest(
            config=config,
            config_hash=config_hash(config),
            worlds=len(design.settings()),
            rows=len(table),
            sha256={path.name: sha256(content).hexdigest() for path, content in contents.items()},
        )
        self._landing.stream.write(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
        self._landing.land(contents)
        return manifest

    def __enter__(self) -> "Outcome":
        return self

    def __exit__(self, *_: object) -> None:
        self._landing.abandon()


def files_of(name: Path) -> Sequence[Path]:
    """Return the files of an experiment of some name, in the order of ENDINGS."""
    return [name.with_name(name.name + ending) for ending in ENDINGS]


def together(design: Design, parts: Parts) -> pd.DataFrame:
    """Return the whole table, in the order of the experiment's worlds and cells."""
    return pd.concat(map(parts.get, design.settings()), ignore_index=True)
