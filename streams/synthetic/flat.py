"""Messages as a flat table: one row each, the envelope and all payload fields as typed columns."""

import io
from collections.abc import Mapping

import msgspec
import pyarrow as pa
import pyarrow.json
from msgspec import inspect

from linkage.records import FIELDS
from streams.source import Source

_ENVELOPE = (
    *(("source", pa.string()), ("kind", pa.string()), ("id", pa.string())),
    *(("subject", pa.string()), ("seq", pa.int64()), ("time", pa.int64())),
    *(("ingest", pa.int64()), ("op", pa.string()), ("ref", pa.int64())),
)
_REGISTRY = (("person", pa.int64()), ("record", pa.struct([(f, pa.string()) for f in FIELDS])))


def flat_schema(sources: Mapping[str, Source]) -> pa.Schema:
    """Return the columns of the flat table of these sources' events.

    The envelope comes first: `time` and `ingest` in milliseconds of the stream. Then each field
    that a payload of any kind has, by name, null where a kind lacks it.
    """
    return pa.schema([*_ENVELOPE, *_payload(sources)])


def flat_events(values: pa.StringArray, sources: Mapping[str, Source]) -> pa.Table:
    """Return events (as JSON, one each) as a flat table, in the same order."""
    payload = pa.struct(list(_payload(sources)))
    table = _read(values, pa.schema([("v", pa.int64()), *_ENVELOPE, ("payload", payload)]))
    said = table["payload"].combine_chunks()
    columns = {name: table[name] for name, _ in _ENVELOPE}
    columns |= {field.name: said.field(place) for place, field in enumerate(payload)}
    return pa.table(columns, flat_schema(sources))


def flat_entries(values: pa.StringArray) -> pa.Table:
    """Return registry entries (as JSON, one each) as a table: person and the record's fields."""
    table = _read(values, pa.schema(list(_REGISTRY)))
    record = table["record"].combine_chunks()
    fields = {field: record.field(place) for place, field in enumerate(FIELDS)}
    return pa.table({"person": table["person"], **fields})


def _payload(sources: Mapping[str, Source]) -> list[tuple[str, pa.DataType]]:
    fields: dict[str, pa.DataType] = {}
    for source in sources.values():
        for kind in source.kinds.values():
            for field in msgspec.structs.fields(kind):
                fields[field.encode_name] = _type(inspect.type_info(field.type))
    return list(fields.items())


def _type(found: inspect.Type) -> pa.DataType:
    if isinstance(found, inspect.Metadata):
        return _type(found.type)
    if isinstance(found, inspect.UnionType):
        return _type(next(t for t in found.types if not isinstance(t, inspect.NoneType)))
    return pa.int64() if isinstance(found, inspect.IntType) else pa.string()


def _read(values: pa.StringArray, schema: pa.Schema) -> pa.Table:
    if not len(values):
        return schema.empty_table()
    lines = pa.py_buffer(b"\n".join(values.cast(pa.binary()).to_pylist()))
    options = pyarrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")
    reading = pyarrow.json.ReadOptions(use_threads=False, block_size=max(len(lines), 1))
    return pyarrow.json.read_json(io.BytesIO(lines), read_options=reading, parse_options=options)
