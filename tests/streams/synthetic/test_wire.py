"""What is written by the column is what the codec and the gate write, byte for byte."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from linkage.records import FIELDS
from streams.delivery import Delivery
from streams.events import Codec
from streams.gate import Gate
from streams.source import kinds_of, load_sources
from streams.sources.phone import Cdr, SimRegistered
from streams.synthetic.identifiers import make_cell, make_imei, make_imsi
from streams.synthetic.preset import PRESETS
from streams.synthetic.wire import Lines, write_entries, write_events
from streams.synthetic.world import World

SOURCES = load_sources()
GATE = Gate(Codec(kinds_of(SOURCES), key=b""))


@pytest.fixture(scope="module", params=["typical", "hard"])
def feed(request: pytest.FixtureRequest) -> list[Delivery]:
    world = World(400, 2, 7, SOURCES, PRESETS[request.param])
    return [item for item in world.deliveries() if isinstance(item, Delivery)]


def test_every_message_is_what_the_gate_would_write(feed: list[Delivery]) -> None:
    assert [GATE.check(d.topic, d.value) for d in feed] == [d.value for d in feed]


def test_all_kinds_and_ops_and_missing_fields_are_among_them(feed: list[Delivery]) -> None:
    events = [msgspec.json.decode(d.value) for d in feed if d.topic != "registry"]
    assert {e["kind"] for e in events} == kinds_of(SOURCES).keys()
    assert {e["op"] for e in events} == {"create", "correct", "retract"}
    assert all((e["ref"] is None) == (e["op"] == "create") for e in events)
    assert all((e["payload"] is None) == (e["op"] == "retract") for e in events)
    missing = Counter(
        field for e in events for field, value in (e["payload"] or {}).items() if value is None
    )
    assert missing.keys() == set(FIELDS), "each field is left out sometimes, and nothing else is"
    entries = [msgspec.json.decode(d.value)["record"] for d in feed if d.topic == "registry"]
    assert {frozenset(e) for e in entries} == {
        frozenset(FIELDS),
        frozenset(FIELDS) - {"mail"},
        frozenset(FIELDS) - {"mail", "phone"},
    }


def test_seqs_are_dense_and_refs_point_back(feed: list[Delivery]) -> None:
    seqs = defaultdict(set)
    for d in feed:
        if d.topic != "registry":
            e = msgspec.json.decode(d.value)
            seqs[d.topic, d.key].add(e["seq"])
            assert e["ref"] is None or 0 <= e["ref"] < e["seq"]
    assert all(found == set(range(len(found))) for found in seqs.values())


def lines(**changes: object) -> Lines:
    words = np.array([0x0123456789ABCDEF, 2**64 - 1], dtype=np.uint64)
    numbers = {name: np.array([n, n + 1]) for n, name in enumerate(("seq", "time", "ingest"), 5)}
    return Lines(
        **{
            **{"kind": "cdr", "source": "phone", "op": "create", "word": words, "ref": None},
            **{"subject": pa.array(["+999000000000", "+999618033989"]), **numbers, **changes},
        }
    )


CELLS = pa.array([make_cell(0, 1), make_cell(0, 2)])


def test_an_event_is_written_by_hand() -> None:
    columns = {"seconds": pa.array([60, 7]), "cell": CELLS}
    assert write_events(lines(), Cdr, columns).to_pylist() == [
        '{"v":1,"kind":"cdr","id":"d0123456789abcdef","source":"phone","subject":"+999000000000",'
        '"seq":5,"time":6,"ingest":7,"op":"create","ref":null,'
        '"payload":{"cell":"001-01-00000-00001","seconds":60}}',
        '{"v":1,"kind":"cdr","id":"dffffffffffffffff","source":"phone","subject":"+999618033989",'
        '"seq":6,"time":7,"ingest":8,"op":"create","ref":null,'
        '"payload":{"cell":"001-01-00000-00002","seconds":7}}',
    ]


def test_a_retraction_is_written_by_hand() -> None:
    gone = lines(op="retract", ref=np.array([0, 4]))
    assert write_events(gone, Cdr, None).to_pylist()[1] == (
        '{"v":1,"kind":"cdr","id":"dffffffffffffffff","source":"phone","subject":"+999618033989",'
        '"seq":6,"time":7,"ingest":8,"op":"retract","ref":4,"payload":null}'
    )


@pytest.mark.parametrize("coded", [CELLS.dictionary_encode(), CELLS])
def test_a_column_may_be_coded(coded: pa.Array) -> None:
    seconds = pa.array([1, 1])
    written = write_events(lines(), Cdr, {"cell": coded, "seconds": seconds})
    assert written.equals(write_events(lines(), Cdr, {"cell": CELLS, "seconds": seconds}))


def test_what_is_not_asked_and_what_is_not_given_are_null() -> None:
    columns = {
        "opened": pa.array([0, 1]),
        "surname": pa.array([None, "Miller"]),
        "imsi": pa.array([make_imsi(0), make_imsi(1)]),
        "imei": pa.array([make_imei(0), make_imei(1)]),
    }
    kind = lines(kind="sim_registered")
    first, second = map(msgspec.json.decode, write_events(kind, SimRegistered, columns).to_pylist())
    assert first["payload"].keys() == {"opened", *FIELDS, "imsi", "imei"}
    assert [field for field in FIELDS if first["payload"][field] is not None] == []
    assert [field for field in FIELDS if second["payload"][field] is not None] == ["surname"]


def test_a_column_that_is_no_field_is_refused() -> None:
    columns = {"cell": CELLS, "seconds": pa.array([1, 1]), "minutes": pa.array([1, 1])}
    with pytest.raises(ValueError, match=r"^cdr has no field minutes$"):
        write_events(lines(), Cdr, columns)


def entries() -> Iterator[tuple[str, list[str | None]]]:
    for field in FIELDS:
        yield field, [f"{field}-1", None if field in {"phone", "mail"} else f"{field}-2"]


def test_a_registry_entry_is_written_by_hand() -> None:
    record = {field: pa.array(values) for field, values in entries()}
    assert write_entries(np.array([1, 12]), record).to_pylist() == [
        '{"person":1,"record":{"id_number":"id_number-1","surname":"surname-1",'
        '"given":"given-1","birth":"birth-1","sex":"sex-1","address":"address-1",'
        '"phone":"phone-1","mail":"mail-1"}}',
        '{"person":12,"record":{"id_number":"id_number-2","surname":"surname-2",'
        '"given":"given-2","birth":"birth-2","sex":"sex-2","address":"address-2"}}',
    ]
