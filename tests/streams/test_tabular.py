"""A Parquet file has a typed row for each message, and appears whole or not at all."""

from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.records import FIELDS
from streams import tabular
from streams.delivery import Delivery
from streams.events import Marker
from streams.playback import load_recording_truth
from streams.recording import Contents, Overwrite, RecordingError, RecordingManifest
from streams.source import load_sources
from streams.synthetic.truth import Truth
from streams.synthetic.world import World
from streams.tabular import Tabulator, tabular_schema

SOURCES = load_sources()
WORLD = World(60, 1, 7, SOURCES)
TRUTH = Truth(seed=7, people=60, days=1, tenancies=(), unregistered=())


def contents() -> Contents:
    return Contents(60, 1, 7, {"a": 1}, {"registry": 60}, TRUTH)


def write(path: Path, overwrite: Overwrite = "refuse") -> RecordingManifest:
    block = -1
    with Tabulator(path, overwrite) as tabulator:
        for portion in WORLD.stream():
            if isinstance(portion, Marker):
                block = portion.marker + 1
            elif portion.num_rows:
                tabulator.write(portion, block, SOURCES)
        return tabulator.finish(contents())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_rows_say_what_the_messages_say(tmp_path: Path) -> None:
    write(tmp_path / "w.parquet")
    rows = iter(pq.read_table(tmp_path / "w.parquet").to_pylist())
    block = -1
    for item in WORLD.deliveries():
        if isinstance(item, Marker):
            block = item.marker + 1
            continue
        row = next(rows)
        message = msgspec.json.decode(item.value)
        inner = message.pop("record" if item.topic == "registry" else "payload") or {}
        message.pop("v", None)
        told = {**message, **inner, "topic": item.topic, "block": block}
        assert {name: value for name, value in row.items() if value is not None} == {
            name: value for name, value in told.items() if value is not None
        }
    assert next(rows, None) is None


def test_columns_are_typed_and_each_is_there_once(tmp_path: Path) -> None:
    write(tmp_path / "w.parquet")
    found, schema = pq.read_schema(tmp_path / "w.parquet"), tabular_schema(SOURCES)
    assert found.remove_metadata() == schema
    assert len(schema.names) == len(set(schema.names))
    assert schema.names[:3] == ["topic", "block", "person"]
    assert {schema.field(name).type for name in ("topic", "subject", *FIELDS)} == {pa.string()}
    numbers = ("block", "person", "seq", "time", "ingest", "ref", "opened", "seconds")
    assert {schema.field(name).type for name in numbers} == {pa.int64()}


def test_rows_are_written_in_groups_and_none_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = write(tmp_path / "one.parquet")
    monkeypatch.setattr(tabular, "_GROUP", 100)
    many = write(tmp_path / "many.parquet")
    groups = [pq.ParquetFile(tmp_path / f"{n}.parquet").num_row_groups for n in ("one", "many")]
    assert groups[0] == 1
    assert groups[1] > 3
    assert one.lines == many.lines == sum(isinstance(i, Delivery) for i in WORLD.deliveries())
    tables = [pq.read_table(tmp_path / f"{n}.parquet") for n in ("one", "many")]
    assert tables[0].equals(tables[1])


def test_the_truth_and_the_manifest_lie_beside(tmp_path: Path) -> None:
    manifest = write(tmp_path / "w.parquet")
    assert load_recording_truth(tmp_path / "w.parquet") == TRUTH
    beside = tmp_path / "w.parquet.manifest.json"
    assert msgspec.json.decode(beside.read_bytes(), type=RecordingManifest) == manifest
    assert names(tmp_path) == ["w.parquet", beside.name, "w.parquet.truth.msgpack"]
    assert (manifest.people, manifest.days, manifest.seed) == (60, 1, 7)
    assert manifest.counts == {"registry": 60}


def test_nothing_is_left_of_one_that_is_not_finished(tmp_path: Path) -> None:
    portion = WORLD.register.block(-1)
    with pytest.raises(KeyboardInterrupt), Tabulator(tmp_path / "w.parquet") as tabulator:
        tabulator.write(portion, -1, SOURCES)
        raise KeyboardInterrupt
    assert names(tmp_path) == []


def test_what_exists_is_refused_or_replaced_whole(tmp_path: Path) -> None:
    write(tmp_path / "w.parquet")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(RecordingError, match=r"^--out: .* exists; .* --force"):
        write(tmp_path / "w.parquet")
    with pytest.raises(KeyboardInterrupt), Tabulator(tmp_path / "w.parquet", "replace"):
        raise KeyboardInterrupt
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    write(tmp_path / "w.parquet", "replace")
    assert names(tmp_path) == sorted(path.name for path in before)
