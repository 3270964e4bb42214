"""A stream as a Parquet file for analysis: one row a message, all fields as typed columns.

It is no recording: it has no markers and cannot be played. `block` is the block that a message
arrives in (-1 is the registry before the stream).
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from streams.landing import LandingError, claim
from streams.recording import (
    Contents,
    Overwrite,
    RecordingError,
    RecordingManifest,
    manifest_of,
    manifest_path,
    recording_error,
    truth_path,
)
from streams.source import Source
from streams.synthetic.flat import flat_entries, flat_events, flat_schema

SUFFIX = ".parquet"
_GROUP = 250_000
"""Rows that are kept until they are written: the size of a row group."""


class Tabulator:
    """Writes a Parquet file as a context manager; without `finish` nothing of it is left."""

    def __init__(self, path: Path, overwrite: Overwrite = "refuse") -> None:
        self._path = path
        try:
            self._landing = claim([path, manifest_path(path), truth_path(path)], overwrite)
        except (LandingError, OSError) as error:
            raise self._said(error) from error
        self._writer: pq.ParquetWriter | None = None
        self._kept: list[pa.Table] = []
        self._rows = 0

    def write(self, table: pa.Table, block: int, sources: Mapping[str, Source]) -> None:
        """Write the messages of a table of arrivals.SCHEMA, all events or all registry entries."""
        n, schema = table.num_rows, tabular_schema(sources)
        values = table["value"].combine_chunks()
        registry = table["topic"][0].as_py() == "registry"
        flat = flat_entries(values) if registry else flat_events(values, sources)
        there = {
            "topic": table["topic"].cast(pa.string()),
            "block": pa.array([block] * n, pa.int64()),
        }
        there |= {name: flat[name] for name in flat.column_names}
        columns = [there.get(f.name, pa.nulls(n, f.type)) for f in schema]
        self._kept.append(pa.table(columns, schema))
        self._rows += n
        if sum(kept.num_rows for kept in self._kept) >= _GROUP:
            self._flush()

    def finish(self, contents: Contents) -> RecordingManifest:
        """Bring everything to the disk and give the files their names; return the manifest.

        The manifest's `bytes` and `sha256` are of the Parquet file.
        """
        self._flush()
        try:
            if self._writer is not None:
                self._writer.close()
            size, digest = _measured(self._landing.stream)
            manifest = manifest_of(contents, self._rows, size, digest)
            others = {manifest_path(self._path): msgspec.json.encode(manifest) + b"\n"}
            if contents.truth is not None:
                others[truth_path(self._path)] = msgspec.msgpack.encode(contents.truth)
            self._landing.land(others)
        except OSError as error:
            raise self._said(error) from error
        return manifest

    def __enter__(self) -> "Tabulator":
        return self

    def __exit__(self, *_: object) -> None:
        self._landing.abandon()

    def _flush(self) -> None:
        if self._kept:
            group = pa.concat_tables(self._kept)
            try:
                if self._writer is None:
                    sink = pa.PythonFile(self._landing.stream, "w")
                    self._writer = pq.ParquetWriter(sink, group.schema, compression="zstd")
                self._writer.write_table(group)
            except OSError as error:
                raise self._said(error) from error
            self._kept = []

    def _said(self, error: OSError) -> RecordingError:
        return recording_error(error, self._path, "--out")


def tabular_schema(sources: Mapping[str, Source]) -> pa.Schema:
    """Return the columns: topic, block, person (of registry entries), and those of the events."""
    events = flat_schema(sources)
    entries = flat_entries(pa.array([], pa.string())).schema
    further = [field for field in entries if field.name not in events.names]
    return pa.schema([("topic", pa.string()), ("block", pa.int64()), *further, *events])


def _measured(stream: BinaryIO) -> tuple[int, str]:
    """Return the size and SHA-256 of what was written."""
    stream.flush()
    stream.seek(0)
    digest = hashlib.sha256()
    while part := stream.read(1 << 20):
        digest.update(part)
    return stream.tell(), digest.hexdigest()
