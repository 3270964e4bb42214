"""Whoever is erased is gone from every cell of every runner, and the rest is as if never told."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from linkage.records import Record
from streams.delivery import Delivery
from streams.erasing.holdings import holdings
from streams.erasing.stopped import entry_of
from streams.events import Event, Marker, Registration
from streams.messages import RegistryEntry
from streams.risk.cells import all_rows, rows, tasks
from streams.stages.identify import Identify
from streams.stages.join import Join
from streams.stages.measure import Measure, histogram_of
from streams.store.protocol import Store
from streams.store.sqlite import SqliteStore
from streams.verdicts import ClerkVerdict, decode_verdict, filed, is_verdict
from streams.views import views_of
from tests.kafka.crew import ran
from tests.streams.pipeline import (
    Item,
    charges,
    check_release_ledger,
    digest,
    events,
    judged,
    outcomes,
    run_embedded,
    world,
)
from tests.streams.stages.town import CODEC, SOURCES, plan

PARTITIONS, LAST, AT = 2, 26, 14
MADE = judged(world(200))
Run = Callable[[Sequence[Item], Path], Store]
Told = tuple[str, str, int | str]
"""An event by topic, account and number, or a verdict by its id."""


def somebody(items: Sequence[Item]) -> tuple[int, Record]:
    """The person whose ID number most registrations state before the block of the erasure."""
    stated = Counter(record.id_number for _, _, record in registrations(items))
    for item in items:
        if isinstance(item, Delivery) and item.topic == "registry":
            entry = msgspec.json.decode(item.value, type=RegistryEntry)
            if entry.record and entry.record.id_number == stated.most_common(1)[0][0]:
                return entry.person, entry.record
    raise AssertionError("nobody")


def registrations(items: Sequence[Item]) -> Iterator[tuple[str, str, Record]]:
    for item in items:
        if isinstance(item, Marker) and item.marker == AT:
            return
        if isinstance(item, Delivery) and item.topic.startswith("events."):
            event = CODEC.decode(item.value)
            if isinstance(event, Event) and isinstance(event.payload, Registration):
                record = event.payload.record()
                if record.id_number is not None:
                    yield event.source, event.subject, record


def speaks_of(item: Item, person: int) -> bool:
    said = isinstance(item, Delivery) and is_verdict(item.value)
    return said and decode_verdict(item.value).person == person


PERSON, RECORD = somebody(MADE)
PLACE = next(i for i, item in enumerate(MADE) if isinstance(item, Marker) and item.marker == AT)
# What a clerk says of them afterwards is news, and kept as that.
WORLD = [item for i, item in enumerate(MADE) if i < PLACE or not speaks_of(item, PERSON)]
ITEMS = [*WORLD[:PLACE], entry_of(PERSON), *WORLD[PLACE:]]
MINE = {(s, a) for s, a, record in registrations(WORLD) if record.id_number == RECORD.id_number}


def on_embedded(items: Sequence[Item], folder: Path) -> Store:
    run_embedded(folder, items, PARTITIONS)
    return SqliteStore(folder)


@pytest.fixture(params=["embedded", "kafka"])
def run(request: pytest.FixtureRequest) -> Run:
    if request.param == "embedded":
        return on_embedded
    broker, read = (request.getfixturevalue(name) for name in ("broker", "read"))
    return lambda items, folder: ran(items, folder, broker, read, LAST, PARTITIONS).store


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One partition, one process."""
    folder = tmp_path_factory.mktemp("oracle")
    run_embedded(folder, ITEMS, 1)
    return SqliteStore(folder)


def test_every_runner_erases_alike_and_leaves_no_byte(
    run: Run, oracle: Store, tmp_path: Path
) -> None:
    store = run(ITEMS, tmp_path / "cells")
    assert digest(store) == digest(oracle)
    assert outcomes(store) == outcomes(oracle)
    assert outcomes(store)["erased"] > 3
    assert sum(outcomes(store).values()) == events(ITEMS)
    check_release_ledger(store)
    assert not holdings(store, plan(1).joins, PERSON).any()
    assert RECORD.id_number is not None
    others = {account for account, _ in all_rows(store, "identify", Identify, "accounts")}
    # Others state this phone number as theirs.
    words = [RECORD.id_number, *({account for _, account in MINE} - others - {RECORD.phone})]
    assert len(words) > 3
    assert not [w for path in files(tmp_path / "cells") for w in words if w in held(path)]


def files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*.sqlite") if p.name.startswith(("identify", "join")))


def held(path: Path) -> str:
    """All that lies in the file of a cell, but messages that are still to be forgotten."""
    db = sqlite3.connect(path)
    db.execute("DELETE FROM outbox")
    db.commit()
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return path.read_bytes().decode("latin-1")


def test_the_rest_is_as_if_their_accounts_had_never_been_told(
    oracle: Store, tmp_path: Path
) -> None:
    """Nothing of the person was ever registered: not their record, not what their accounts said."""
    gone = dropped(oracle, tmp_path / "whole")
    other = on_embedded([i for i in WORLD if not is_gone(i, gone)], tmp_path / "never")
    assert not all(is_gone(i, gone) for i in WORLD) and len(gone) > 3
    assert links(oracle) == links(other)
    assert dict(all_rows(oracle, "join", Join, "profiles")) == dict(
        all_rows(other, "join", Join, "profiles")
    )
    assert histograms(oracle) == histograms(other)
    theirs = {key: n for key, n in charges(oracle).items() if key[1] != PERSON}
    assert theirs == charges(other)
    for name in ("entries", "verdicts"):
        mine, wanted = (dict(all_rows(s, "identify", Identify, name)) for s in (oracle, other))
        assert mine == wanted, name
    shown = dict(all_rows(oracle, "join", Join, "shown"))
    spent = [shown.pop(key) for key in list(shown) if key[1] == PERSON]
    assert [one.sum for one in spent] == [0] * len(spent)
    assert shown == dict(all_rows(other, "join", Join, "shown"))


def dropped(oracle: Store, folder: Path) -> set[Told]:
    """What the erasure took: events and verdicts that a run without it holds, and this does not."""
    run_embedded(folder, WORLD, 1)
    whole, left = (set(evidence(s)) for s in (SqliteStore(folder), oracle))
    return whole - left


def evidence(store: Store) -> Iterator[Told]:
    for task in tasks(store, "identify"):
        topic = task.split("/")[1]
        for (subject, seq), _ in rows(store, task, Identify, "entries"):
            yield topic, subject, seq
        for subject, said in rows(store, task, Identify, "verdicts"):
            yield from ((topic, subject, verdict.id) for _, verdict in said)


def is_gone(item: Item, gone: set[Told]) -> bool:
    if isinstance(item, Marker):
        return False
    if item.topic == "registry":
        return item.key == str(PERSON).encode()
    said = CODEC.decode(item.value)
    if isinstance(said, ClerkVerdict):
        return (item.topic, said.subject, filed(said).id) in gone
    assert isinstance(said, Event)
    return (item.topic, said.subject, said.seq) in gone


def links(store: Store) -> dict[tuple[str, int], tuple[object, ...]]:
    return {
        (subject, t.start): (t.status, t.person, t.weight, t.runner_up, t.verdicts)
        for subject, account in all_rows(store, "identify", Identify, "accounts")
        for t in account.tenancies
        if t.status != "retracted"
    }


def histograms(store: Store) -> int:
    said = [data for _, data in all_rows(store, "measure", Measure, "said")]
    return histogram_of(said, views_of(tuple(SOURCES), plan(1).joins), tuple(SOURCES)).digest()
