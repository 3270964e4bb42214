"""The digest: the same however a run was cut, another one for any event that is missing."""

from pathlib import Path

import msgspec
import pytest

from streams.delivery import Delivery
from streams.events import Event
from streams.sources.phone import Cdr
from streams.synthetic.identifiers import make_cell
from tests.streams.pipeline import Item, run_embedded, world
from tests.streams.stages.town import CODEC

PEOPLE = 25
ITEMS = world(PEOPLE)


def events_of(items: list[Item]) -> list[tuple[int, Event]]:
    """Each event once, with its place in the stream; repeats are left out."""
    found: dict[tuple[str, str, int], tuple[int, Event]] = {}
    for place, item in enumerate(items):
        if isinstance(item, Delivery) and item.topic.startswith("events."):
            event = CODEC.decode(item.value)
            assert isinstance(event, Event)
            found.setdefault((event.source, event.subject, event.seq), (place, event))
    return list(found.values())


EVENTS = events_of(ITEMS)
REGISTER = ("sim_registered", "kyc_opened", "signup")
# Spread over the day and the sources; each is missing in every copy that was sent.
USAGE = [event for _, event in EVENTS if event.kind not in REGISTER][:: len(EVENTS) // 8][:8]
FORMS = [event for _, event in EVENTS if event.kind in REGISTER][::20]


def without(dropped: Event) -> list[Item]:
    key = (dropped.source, dropped.subject, dropped.seq)
    kept = []
    for item in ITEMS:
        if isinstance(item, Delivery) and item.topic.startswith("events."):
            event = CODEC.decode(item.value)
            assert isinstance(event, Event)
            if (event.source, event.subject, event.seq) == key:
                continue
        kept.append(item)
    assert len(kept) < len(ITEMS)
    return kept


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> str:
    return run_embedded(tmp_path_factory.mktemp("whole"), ITEMS, 1)


@pytest.mark.parametrize("number", range(len(USAGE)))
def test_dropping_any_usage_changes_it(tmp_path: Path, wanted: str, number: int) -> None:
    assert run_embedded(tmp_path, without(USAGE[number]), 1) != wanted


@pytest.mark.parametrize("number", range(len(FORMS)))
def test_dropping_any_registration_changes_it(tmp_path: Path, wanted: str, number: int) -> None:
    assert run_embedded(tmp_path, without(FORMS[number]), 1) != wanted


def test_a_usage_in_another_place_changes_it(tmp_path: Path, wanted: str) -> None:
    """All counts stay the same, so this is seen by classes alone."""
    place, event = next((i, e) for i, e in EVENTS if isinstance(e.payload, Cdr))
    assert isinstance(event.payload, Cdr)
    elsewhere = msgspec.structs.replace(event.payload, cell=make_cell(7, 77))
    moved = ITEMS[place]
    assert isinstance(moved, Delivery)
    value = CODEC.encode(msgspec.structs.replace(event, payload=elsewhere))
    items = [*ITEMS[:place], moved._replace(value=value), *ITEMS[place + 1 :]]
    assert run_embedded(tmp_path, items, 1) != wanted


def test_dropping_a_person_from_the_registry_changes_it(tmp_path: Path, wanted: str) -> None:
    gone = next(i for i in ITEMS if isinstance(i, Delivery) and i.topic == "registry")
    rest = [i for i in ITEMS if not (isinstance(i, Delivery) and i.key == gone.key)]
    assert len(rest) < len(ITEMS)
    assert run_embedded(tmp_path, rest, 1) != wanted


def test_one_more_delivery_of_an_event_is_counted(tmp_path: Path, wanted: str) -> None:
    place, event = EVENTS[len(EVENTS) // 2]
    again = msgspec.structs.replace(event, id="d00000000000000ff")
    repeated = ITEMS[place]
    assert isinstance(repeated, Delivery)
    extra = repeated._replace(value=CODEC.encode(again))
    assert run_embedded(tmp_path, [*ITEMS[: place + 1], extra, *ITEMS[place + 1 :]], 1) != wanted


@pytest.mark.parametrize("partitions", [2, 4])
def test_partitions_do_not_change_it(tmp_path: Path, wanted: str, partitions: int) -> None:
    assert run_embedded(tmp_path, ITEMS, partitions) == wanted


def test_another_seed_is_another_digest(tmp_path: Path, wanted: str) -> None:
    assert run_embedded(tmp_path, world(PEOPLE, seed=8), 1) != wanted


def test_it_needs_no_luck_to_repeat(tmp_path: Path, wanted: str) -> None:
    assert run_embedded(tmp_path, world(PEOPLE), 1) == wanted
