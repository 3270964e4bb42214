"""What a stranger writes straight into a source topic ends in `rejects`, and the stream goes on."""

from pathlib import Path

import msgspec
import pytest
from kafka import KafkaProducer

from streams.delivery import Delivery
from streams.events import Marker
from streams.kafka.feed import Feed
from streams.kafka.topics import Names, ensure
from tests.kafka.crew import Crew, Reading
from tests.streams.pipeline import events, links, outcomes, run_embedded, world
from tests.streams.stages.town import CODEC, plan

LAST = 26
ITEMS = world(20)
REAL = b"11010519491231002X"  # region 110105 is assigned


def _with_a_real_id() -> bytes:
    """An event of the world with somebody's ID number in it."""
    for item in ITEMS:
        if isinstance(item, Delivery) and item.topic == "events.phone":
            before, found, after = item.value.partition(b'"id_number":"')
            if found:
                return before + found + REAL + after[18:]
    raise AssertionError("no registration with an ID number")


POISON: dict[str, tuple[bytes | None, str]] = {
    "garbage": (b"\xff\xfe not an event", "undecodable"),
    "a blob of 900 KB": (b"x" * 900_000, "too_large"),
    "a real ID number": (_with_a_real_id(), "not_synthetic"),
    "a tombstone": (None, "undecodable"),
    "a broken marker": (b'{"marker":"x"}', "wrong_type"),
    "a marker out of turn": (b'{"marker":20,"last":true}', "unknown_kind"),
}


@pytest.fixture
def crew(broker: str, prefix: str, tmp_path: Path, request: pytest.FixtureRequest) -> Crew:
    ensure(plan(2).layout, broker, prefix)
    made = Crew(broker, prefix, tmp_path, 2)
    request.addfinalizer(made.stop)
    return made


def test_poison_ends_in_rejects_and_the_stream_goes_on(
    crew: Crew, broker: str, prefix: str, read: Reading, tmp_path: Path
) -> None:
    layout, topic = plan(2).layout, f"{prefix}events.phone"
    feed = Feed(CODEC, layout, broker, Names(prefix))
    half = ITEMS.index(Marker(marker=9)) + 1
    feed.append(ITEMS[:half])
    _produce(broker, topic)
    feed.append(ITEMS[half:])
    crew.start(2)
    crew.wait(read, LAST, 60)
    assert crew.ends == []

    rejects = [
        msgspec.json.decode(value)
        for found in read(f"{prefix}rejects").values()
        for _, value in found
    ]
    assert sorted(r["reason"] for r in rejects) == sorted(reason for _, reason in POISON.values())
    assert {r["topic"] for r in rejects} == {"events.phone"}
    by_reason = {r["reason"]: r for r in rejects}
    assert by_reason["too_large"]["length"] == 900_000
    assert len(msgspec.json.encode(by_reason["too_large"])) < 100_000
    assert by_reason["not_synthetic"]["place"] == "$.payload.id_number"
    assert by_reason["not_synthetic"]["original"] is None
    for name in layout.topics():
        if name != "events.phone":
            said = [m for found in read(prefix + name).values() for m in found]
            assert all(REAL not in value for _, value in said), name

    said = []
    run_embedded(tmp_path / "embedded", ITEMS, 2, said=said)
    linked = [value for found in read(f"{prefix}links").values() for _, value in found]
    assert links(linked) == links(out.value for out in said if out.topic == "links")
    counts = outcomes(crew.store)
    assert counts["rejected"] == len(POISON)
    assert sum(counts.values()) == events(ITEMS) + len(POISON)


def _produce(broker: str, topic: str) -> None:
    """All poison into one partition, by a client that knows nothing of this project."""
    producer = KafkaProducer(bootstrap_servers=broker)
    sent = [
        producer.send(topic, key=b"k", value=value, partition=0) for value, _ in POISON.values()
    ]
    producer.flush()
    for future in sent:
        future.get(timeout=10)
    producer.close()
