"""Registrations and decisions, as a stream and as the cells of a run have them."""

from pathlib import Path

import msgspec
import pytest

from linkage.records import Record
from streams.delivery import Delivery
from streams.events import Codec, Event, Marker, Registration
from streams.quality.answers import Answer, answers_of, registrations_of
from streams.scenario import default_sources
from streams.source import kinds_of
from streams.stages.tenancy import Account, Entry, Tenancy
from streams.store.open import open_store
from streams.synthetic.world import World
from streams.training import registrations

SOURCES = default_sources()
CODEC = Codec(kinds_of(SOURCES), b"")


@pytest.fixture(scope="module")
def world() -> World:
    return World(60, 1, 5, SOURCES)


def test_registrations_are_those_that_training_reads(world: World) -> None:
    expected = registrations(world)
    assert len(expected) > 100
    assert registrations_of(world.deliveries(), CODEC) == expected


def test_of_two_events_with_one_number_the_first_counts_and_refused_ones_never(
    world: World,
) -> None:
    items = list(world.deliveries())
    more = [_again(item) for item in items if _registration(item) is not None]
    refused = Delivery("events.phone", b"", b"{")
    assert len(more) > 100
    assert registrations_of([*items, *more, refused], CODEC) == registrations_of(items, CODEC)


def _again(item: Delivery | Marker) -> Delivery:
    """Return a registration that came before, now without a surname."""
    event = _registration(item)
    assert event is not None and isinstance(item, Delivery)
    payload = msgspec.structs.replace(event.payload, surname=None)
    value = CODEC.encode(msgspec.structs.replace(event, payload=payload))
    CODEC.decode(value)  # the gate lets it through
    return Delivery(item.topic, item.key, value)


def _registration(item: Delivery | Marker) -> Event | None:
    if isinstance(item, Marker) or not item.topic.startswith("events."):
        return None
    event = CODEC.decode(item.value)
    assert not isinstance(event, Marker)
    return event if isinstance(event.payload, Registration) else None


def test_cells_tell_what_was_decided_and_on_what(tmp_path: Path) -> None:
    """What was given up, what was retracted and usage are no evidence."""
    one, two, gone = (Record(surname=name) for name in ("one", "two", "gone"))
    entries = {
        0: Entry(5, "create", 0, opened=10, record=one),
        1: Entry(6, "create", 1, opened=10, record=two),
        2: Entry(7, "create", 2, opened=10, record=gone),
        3: Entry(7, "create", 3, place=4),
        4: Entry(8, "create", 4, opened=20, record=gone),
        5: Entry(9, "retract", 4),
    }
    account = Account(
        seen=((0, 6),),
        tenancies=(
            Tenancy(10, "linked", 7, 12.0, 8, 4.0, 1),
            Tenancy(20, "retracted", None, 0.0, None, 0.0, 2),
        ),
        expired=(2,),
    )
    store = open_store(str(tmp_path))
    cell = store.open("identify/events.phone/0")
    encode = msgspec.msgpack.encode
    rows = [("entries", encode(("n1", seq)), encode(e)) for seq, e in entries.items()]
    cell.commit([*rows, ("accounts", encode("n1"), encode(account))], {}, [], 0)
    cell.close()
    answers, groups = answers_of(store)
    assert answers == {("phone", "n1", 10): Answer("linked", 7, 12.0, 8.0)}
    assert groups == {("phone", "n1", 10): [one, two]}
