"""An export: tables and a manifest that vouches for them, as files that appear together."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from streams.landing import claim
from streams.recording import Overwrite, config_hash

FORMAT = 1
"""Version of the export: these tables, with these columns."""
MANIFEST = "manifest.json"
TABLES = ("points", "links", "people", "truth")
FORMS = ("parquet", "csv")
Form = Literal["parquet", "csv"]


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of an export."""

    rows: int
    columns: tuple[str, ...]
    bytes: int
    sha256: str


class ExportManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an export is of.

    `config` holds all that the tables depend on besides the seed, `config_hash` is its hash, as in
    a recording's manifest. `digest` is the run's (`joinlens digest`), `resolutions` what a point of
    each source tells, `cells_per_row` how many cells make a row of the plane, None if nobody knows.
    """

    format: int = FORMAT
    people: int
    days: int
    seed: int
    scenario: str
    sources: tuple[str, ...]
    resolutions: dict[str, str]
    cells_per_row: int | None
    config: dict[str, Any]
    config_hash: str
    digest: str
    files: dict[str, File]


class Bundle:
    """Writes an export into a folder as a context manager; without `finish` nothing is left.

    An older export there is replaced as a whole if `overwrite` allows it. Raises LandingError for
    what is in the way, before any work is done.
    """

    def __init__(self, folder: Path, overwrite: Overwrite) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        names = [f"{table}.{ending}" for table in TABLES for ending in FORMS]
        self._folder = folder
        self._landing = claim([folder / MANIFEST, *(folder / name for name in names)], overwrite)

    def finish(
        self, tables: Mapping[str, pa.Table], form: Form, facts: Mapping[str, Any]
    ) -> ExportManifest:
        """Write everything, give the files their names, and return the manifest.

        `facts` are the manifest's fields but for `files` and `config_hash`.
        """
        contents = {f"{name}.{form}": _encoded(table, form) for name, table in tables.items()}
        files = {
            name: File(
                rows=table.num_rows,
                columns=tuple(table.column_names),
                bytes=len(content),
                sha256=sha256(content).hexdigest(),
            )
            for (name, content), table in zip(contents.items(), tables.values(), strict=True)
        }
        manifest = ExportManifest(**facts, config_hash=config_hash(facts["config"]), files=files)
        self._landing.stream.write(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
        self._landing.land({self._folder / name: content for name, content in contents.items()})
        return manifest

    def __enter__(self) -> "Bundle":
        return self

    def __exit__(self, *_: object) -> None:
        self._landing.abandon()


def load_export_manifest(folder: Path) -> ExportManifest:
    """Return the manifest of an export; FileNotFoundError when there is none."""
    return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=ExportManifest)


def _encoded(table: pa.Table, form: Form) -> bytes:
    sink = pa.BufferOutputStream()
    if form == "parquet":
        pyarrow.parquet.write_table(table, sink, compression="zstd")
    else:
        plain = [
            column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
            for column in table.columns
        ]
        options = pyarrow.csv.WriteOptions(quoting_style="needed")
        pyarrow.csv.write_csv(pa.table(plain, names=table.column_names), sink, options)
    return bytes(sink.getvalue())
