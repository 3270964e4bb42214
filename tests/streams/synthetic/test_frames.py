"""The frames of a world: documented columns, and the same that the stream and the truth say."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import numpy as np
import pandas as pd
import pytest

from linkage.records import FIELDS
from streams.delivery import Delivery
from streams.events import HOUR, Codec, Event, Marker
from streams.gate import checked_entry
from streams.source import kinds_of, load_sources
from streams.synthetic.life import Rates
from streams.synthetic.preset import PRESETS
from streams.synthetic.world import World

SOURCES = load_sources()
CODEC = Codec(kinds_of(SOURCES), key=b"")
QUICK = replace(PRESETS["typical"], life=Rates(pace=150, deaths=0.1))
"""So that some of everything happens in a small world."""
PEOPLE = 800
WORLD = World(PEOPLE, 2, 7, SOURCES, QUICK)
END = WORLD.hours * HOUR


@pytest.fixture(scope="module")
def feed() -> list[Delivery | Marker]:
    return list(WORLD.deliveries())


def decoded(feed: list[Delivery | Marker]) -> Iterator[Event]:
    for item in feed:
        if isinstance(item, Delivery) and item.topic != "registry":
            event = CODEC.decode(item.value)
            assert isinstance(event, Event)
            yield event


@pytest.fixture(scope="module")
def events(feed: list[Delivery | Marker]) -> list[Event]:
    return list(decoded(feed))


def plain(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return rows as plain values, None where one is missing."""
    objects = frame.astype(object)
    rows = objects.where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def test_people_are_as_the_registry_last_knows_them(feed: list[Delivery | Marker]) -> None:
    newest, block = {}, -1
    for item in feed:
        if isinstance(item, Marker):
            block = item.marker + 1
        elif item.topic == "registry" and block <= WORLD.hours:  # it learns a block later
            entry = checked_entry(item.value)
            assert entry.record is not None
            newest[entry.person] = entry.record
    people = WORLD.people()
    assert people.index.tolist() == list(range(1, PEOPLE + 1))
    assert people.index.name == "person"
    for person, row in zip(people.index, plain(people[list(FIELDS)]), strict=True):
        if person in newest:
            assert row == msgspec.structs.asdict(newest[person])
    assert len(newest) > 0.98 * PEOPLE


def test_what_changed_in_the_run_is_seen_in_people() -> None:
    people, life = WORLD.people(), WORLD.population.life
    assert people.columns.tolist() == [
        *("household", *FIELDS, "home", "work", "moved", "married", "renewed", "died")
    ]
    for name in ("moved", "married", "renewed", "died"):
        times = getattr(life, name)
        assert people[name].dtype == "Int64"
        assert people[name].dropna().tolist() == times[times < END].tolist()
        assert people[name].notna().sum() > 3
    moved = people["moved"].notna().to_numpy()
    population = WORLD.population
    assert (people["home"][moved] == population.home[moved] + 1).all()
    assert (people["home"][~moved] == population.former[~moved] + 1).all()
    lived = people["address"].str.extract(r"^a(\d+)-")[0].astype(int) + 1
    assert (lived == people["home"]).all()
    again = people["id_number"].str[14].astype(int) >= 5  # 500 more in the place of the order
    assert again.equals(people["renewed"].notna())
    employed = population.employer >= 0
    assert people["work"].notna().to_numpy().tolist() == employed.tolist()
    offices = population.businesses.cell[population.employer[employed]] + 1
    assert people["work"].dropna().tolist() == offices.tolist()


def test_people_of_a_household_live_together() -> None:
    people = WORLD.people()
    assert (people.groupby("household")["home"].nunique() == 1).all()
    assert (people.groupby("household")["address"].nunique() == 1).all()
    assert people["household"].nunique() > 300


def test_businesses_are_led_by_people_and_employ_them() -> None:
    people, firms = WORLD.people(), WORLD.businesses()
    shareholders = [str(name) for name in firms if str(name).startswith("shareholder_")]
    assert firms.columns.tolist() == [
        *("code", "cell", "representative", *shareholders, "employees")
    ]
    assert shareholders
    assert firms["code"].is_unique
    assert firms["code"].str.fullmatch(r"9109[0-9A-Y]{14}").all()
    assert firms["employees"].sum() == people["work"].notna().sum() > 100
    assert firms[["representative", *shareholders]].isin(people.index).all(axis=None)
    assert set(people["work"].dropna()) <= set(firms["cell"])


def test_accounts_tell_nothing_of_the_truth() -> None:
    accounts, truth = WORLD.accounts(), WORLD.truth()
    assert accounts.columns.tolist() == ["source", "account", "start", "until"]
    assert accounts.equals(truth[accounts.columns])
    assert truth.columns.tolist() == [
        *accounts.columns,
        *("described", "holder", "stratum", "claimed", "mate", "household"),
    ]
    assert set(accounts["source"]) == set(SOURCES)
    assert not accounts.duplicated(["source", "account", "start"]).any()


def test_accounts_are_those_that_are_registered(events: list[Event]) -> None:
    registered = {
        (e.source, e.subject, e.payload.opened)  # type: ignore[union-attr]
        for e in events
        if e.kind == SOURCES[e.source].emit.registers
    }
    accounts = WORLD.accounts()
    assert set(zip(accounts["source"], accounts["account"], accounts["start"])) == registered  # noqa: B905


def test_truth_is_the_ground_truth() -> None:
    truth, ground = WORLD.truth(), WORLD.ground_truth().tenancies
    names = ["source", "account", "start", "described", "holder", "stratum", "claimed"]
    names += ["mate", "household"]
    expected = [{name: getattr(t, name) for name in names} for t in ground]
    assert plain(truth[names]) == expected
    untils = [t.until if t.until is not None and t.until < END else None for t in ground]
    assert [row["until"] for row in plain(truth[["until"]])] == untils
    assert sum(until is not None for until in untils) > 0
    assert {str(truth[name].dtype) for name in ("until", "claimed", "mate")} == {"Int64"}
    assert truth["stratum"].dtype == "category"


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return WORLD.events()


def test_events_are_the_stream(events: list[Event], frame: pd.DataFrame) -> None:
    assert len(frame) == len(events)
    head = ["source", "kind", "id", "subject", "seq", "time", "ingest", "op", "ref"]
    assert frame.columns[: len(head)].tolist() == head
    assert plain(frame[head]) == [{name: getattr(e, name) for name in head} for e in events]
    numbers = {name for name in frame if frame[name].dtype == "Int64"}
    assert {"seq", "time", "ingest", "ref", "opened", "seconds"} <= numbers
    assert {frame[name].dtype for name in set(frame) - numbers} == {np.dtype(object)}
    payloads = plain(frame[[name for name in frame if name not in head]])
    for event, row in zip(events, payloads, strict=True):
        said = {} if event.payload is None else msgspec.structs.asdict(event.payload)
        assert {k: v for k, v in row.items() if v is not None} == {
            k: v for k, v in said.items() if v is not None
        }


def test_there_is_one_actor_for_each_event(events: list[Event]) -> None:
    actors = WORLD.actors()
    assert actors.columns.tolist() == ["topic", "account", "seq", "person"]
    found = list(zip(actors["topic"], actors["account"], actors["seq"], strict=True))
    assert len(found) == len(set(found)) < len(events)
    assert set(found) == {(f"events.{e.source}", e.subject, e.seq) for e in events}
    assert actors["person"].between(1, PEOPLE).all()


def test_who_acts_has_or_shares_the_account(events: list[Event]) -> None:
    """Of utilities and cameras this is not so: a meter reads whoever is at home."""
    held = {(f"events.{t.source}", t.account, t.start): t for t in WORLD.ground_truth().tenancies}
    starts: dict[tuple[str, str], list[int]] = {}
    for topic, account, start in held:
        starts.setdefault((topic, account), []).append(start)
    times = {(f"events.{e.source}", e.subject, e.seq): e.time for e in events if e.op == "create"}
    shared = alone = 0
    for topic, account, seq, person in WORLD.actors().itertuples(index=False):
        begun = starts.get((topic, account), [])
        if topic not in {"events.phone", "events.bank", "events.internet"} or len(begun) != 1:
            continue
        if (topic, account, seq) in times:
            tenancy = held[topic, account, begun[0]]
            assert person in {tenancy.holder, tenancy.mate}
            shared += person == tenancy.mate
            alone += tenancy.mate is None
    assert shared > 20
    assert alone > 1_000


def test_frames_of_a_hamlet_have_all_columns(frame: pd.DataFrame) -> None:
    hamlet = World(1, 1, 3, SOURCES)
    assert hamlet.people().columns.tolist() == WORLD.people().columns.tolist()
    assert hamlet.truth().columns.tolist() == WORLD.truth().columns.tolist()
    assert hamlet.businesses().columns.tolist() == WORLD.businesses().columns.tolist()
    assert hamlet.events().dtypes.equals(frame.dtypes)
