"""The flat table of messages says what the codec reads, and null where nothing is said."""

from dataclasses import replace
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from linkage.records import FIELDS
from streams.delivery import Delivery
from streams.events import Codec, Event
from streams.gate import checked_entry
from streams.source import kinds_of, load_sources
from streams.synthetic.flat import flat_entries, flat_events, flat_schema
from streams.synthetic.preset import PRESETS
from streams.synthetic.world import World

SOURCES = load_sources()
CODEC = Codec(kinds_of(SOURCES), key=b"")
ENVELOPE = ("source", "kind", "id", "subject", "seq", "time", "ingest", "op", "ref")
NUMBERS = {
    *("seq", "time", "ingest", "ref", "opened", "seconds", "watt_hours"),
}


@pytest.fixture(scope="module")
def feed() -> list[Delivery]:
    world = World(300, 1, 7, SOURCES, PRESETS["hard"])
    return [item for item in world.deliveries() if isinstance(item, Delivery)]


def flat_of(event: Event) -> dict[str, Any]:
    """Return an event as the codec reads it, as one row."""
    said = {} if event.payload is None else msgspec.structs.asdict(event.payload)
    return {**{name: getattr(event, name) for name in ENVELOPE}, **said}


def test_events_are_what_the_codec_reads(feed: list[Delivery]) -> None:
    values = [d.value for d in feed if d.topic != "registry"]
    table = flat_events(pa.array(values).cast(pa.string()), SOURCES)
    assert table.schema == flat_schema(SOURCES)
    rows = table.to_pylist()
    assert len(rows) == len(values) > 1_000
    for value, row in zip(values, rows, strict=True):
        event = CODEC.decode(value)
        assert isinstance(event, Event)
        told = flat_of(event)
        assert {name: row[name] for name in told} == told
        assert not [n for n, v in row.items() if n not in told and v is not None]


def test_entries_are_what_the_gate_reads(feed: list[Delivery]) -> None:
    values = [d.value for d in feed if d.topic == "registry"]
    table = flat_entries(pa.array(values).cast(pa.string()))
    assert table.schema == pa.schema([("person", pa.int64()), *((f, pa.string()) for f in FIELDS)])
    assert table.num_rows > 250
    for value, row in zip(values, table.to_pylist(), strict=True):
        entry = checked_entry(value)
        assert entry.record is not None
        assert row == {"person": entry.person} | {f: getattr(entry.record, f) for f in FIELDS}


def test_the_columns_are_the_envelope_and_every_field_of_a_payload_once() -> None:
    schema = flat_schema(SOURCES)
    fields = {
        field.encode_name
        for kind in kinds_of(SOURCES).values()
        for field in msgspec.structs.fields(kind.payload)
    }
    assert schema.names[: len(ENVELOPE)] == list(ENVELOPE)
    assert set(schema.names) == {*ENVELOPE, *fields}
    assert len(schema.names) == len(set(schema.names))
    for name, kind in zip(schema.names, schema.types, strict=True):
        assert kind in {pa.int64(), pa.string()}
        assert name not in NUMBERS or kind == pa.int64()
    strings = {*FIELDS, "source", "kind", "id", "subject", "op", "cell"}
    assert all(schema.field(name).type == pa.string() for name in strings)


def test_fewer_sources_have_fewer_columns() -> None:
    phone = flat_schema({"phone": SOURCES["phone"]}).names
    assert phone == [*ENVELOPE, "opened", *FIELDS, "imsi", "imei", "cell", "seconds"]


def test_nothing_has_all_columns() -> None:
    nothing = pa.array([], pa.string())
    assert flat_events(nothing, SOURCES).schema == flat_schema(SOURCES)
    assert flat_events(nothing, SOURCES).num_rows == 0
    assert flat_entries(nothing).num_rows == 0


def test_a_field_that_the_sources_do_not_have_is_no_column_in_silence(
    feed: list[Delivery],
) -> None:
    one = next(d for d in feed if b'"kind":"cdr"' in d.value)
    values = pa.array([one.value]).cast(pa.string())
    poorer = replace(SOURCES["phone"], kinds={"cdr": SOURCES["utility"].kinds["read"]})
    with pytest.raises(pa.ArrowInvalid, match="unexpected field"):
        flat_events(values, {"phone": poorer})
