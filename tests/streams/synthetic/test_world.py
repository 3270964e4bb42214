"""The world's feed: in order of arrival, block by block, with the disorder that is documented."""

from collections import Counter, defaultdict
from pathlib import Path

import msgspec
import numpy as np
import pytest

from linkage.records import Identity
from streams.delivery import Delivery
from streams.events import HOUR, Codec, Event, Marker, Registration, Usage
from streams.messages import RegistryEntry
from streams.scenario import default_sources
from streams.source import kinds_of
from streams.synthetic.life import NEVER
from streams.synthetic.particulars import id_numbers
from streams.synthetic.registration import NEVER_REGISTERED
from streams.synthetic.shards import CLOSING
from streams.synthetic.truth import load_truth
from streams.synthetic.world import World

PEOPLE, DAYS = 3_000, 2
SOURCES = default_sources()
WORLD = World(PEOPLE, DAYS, seed=7, sources=SOURCES)
CODEC = Codec(kinds_of(SOURCES), key=b"")


@pytest.fixture(scope="module")
def feed() -> list[Delivery | Marker]:
    return list(WORLD.deliveries())


@pytest.fixture(scope="module")
def events(feed: list[Delivery | Marker]) -> list[Event]:
    values = [d.value for d in feed if isinstance(d, Delivery) and d.topic != "registry"]
    decoded = [CODEC.decode(value) for value in values]
    return [e for e in decoded if isinstance(e, Event)]


def test_markers_come_in_order_and_the_very_last_is_last(feed: list[Delivery | Marker]) -> None:
    markers = [m for m in feed if isinstance(m, Marker)]
    assert [m.marker for m in markers] == list(range(-1, 24 * DAYS + CLOSING))
    assert [m.last for m in markers] == [False] * (len(markers) - 1) + [True]
    assert feed[-1] is markers[-1]


def test_events_come_in_order_of_arrival_and_before_the_marker_of_its_block(
    feed: list[Delivery | Marker],
) -> None:
    block = arrived = -1
    for item in feed:
        if isinstance(item, Marker):
            block = item.marker
        elif item.topic != "registry":
            event = CODEC.decode(item.value)
            assert isinstance(event, Event)
            assert event.ingest // HOUR == block + 1
            assert event.ingest >= arrived
            assert event.ingest >= event.time
            assert item.key == event.subject.encode()
            assert item.topic == f"events.{event.source}"
            arrived = event.ingest


def test_the_registry_ends_as_identities_says(feed: list[Delivery | Marker]) -> None:
    before, newest, entries, started = 0, {}, Counter[int](), False
    for item in feed:
        started |= isinstance(item, Marker)
        if isinstance(item, Delivery) and item.topic == "registry":
            entry = msgspec.json.decode(item.value, type=RegistryEntry)
            assert item.key == str(entry.person).encode()
            newest[entry.person] = entry.record
            entries[entry.person] += 1
            before += not started
    assert [Identity(p, r) for p, r in sorted(newest.items()) if r] == list(WORLD.identities())
    assert 0.96 < before / len(newest) < 0.99
    assert max(entries.values()) == 2
    unregistered = WORLD.ground_truth().unregistered
    assert not set(unregistered) & set(newest)
    assert 0 < len(unregistered) < 3 * NEVER_REGISTERED * PEOPLE


def test_disorder_is_as_documented(events: list[Event]) -> None:
    n, created = len(events), [e for e in events if e.op == "create"]
    late = sum(e.ingest - e.time > HOUR / 60 for e in created)
    copies = Counter((e.source, e.subject, e.seq) for e in events)
    same = n - len({e.id for e in events})
    twice = sum(c - 1 for c in copies.values())
    fixes = sum(e.op != "create" for e in events)
    assert 0.022 < late / n < 0.034  # late, on paper, or held back by an outage
    assert 0.004 < twice / n < 0.006
    assert 0.35 < same / twice < 0.65
    assert 0.002 < fixes / n < 0.004
    assert {e.op for e in events} == {"create", "correct", "retract"}


def test_copies_say_the_same(events: list[Event]) -> None:
    seen: dict[tuple[str, str, int], tuple[object, ...]] = {}
    for e in events:
        said = (e.kind, e.time, e.op, e.ref, e.payload)
        assert seen.setdefault((e.source, e.subject, e.seq), said) == said


def test_a_fix_names_an_earlier_event_of_its_account_and_keeps_its_time(
    events: list[Event],
) -> None:
    by = {(e.source, e.subject, e.seq): e for e in events}
    fixes = [e for e in events if e.op != "create"]
    for fix in fixes:
        assert fix.ref is not None
        changed = by[fix.source, fix.subject, fix.ref]
        assert (changed.kind, changed.time, changed.op) == (fix.kind, fix.time, "create")
        assert fix.ref < fix.seq
        if isinstance(fix.payload, Registration) and isinstance(changed.payload, Registration):
            assert fix.payload.opened == changed.payload.opened
    usage = [e for e in fixes if isinstance(e.payload, Usage)]
    changed_usage = [e for e in usage if e.payload != by[e.source, e.subject, e.ref or 0].payload]
    assert len(changed_usage) > 0.9 * len(usage) > 10


def test_usage_belongs_to_a_tenancy_and_some_comes_before_its_registration(
    events: list[Event],
) -> None:
    starts = defaultdict(list)
    for t in WORLD.ground_truth().tenancies:
        starts[t.source, t.account].append(t.start)
    registered, waiting = set(), 0
    for e in events:
        account = (e.source, e.subject)
        if isinstance(e.payload, Registration):
            assert e.payload.opened in starts[account]
            registered.add(account)
        elif isinstance(e.payload, Usage):
            assert e.time >= min(starts[account])
            waiting += account not in registered
    assert waiting > 0


def test_a_number_is_recycled_to_another_holder(events: list[Event]) -> None:
    tenancies = defaultdict(list)
    for t in WORLD.ground_truth().tenancies:
        tenancies[t.source, t.account].append(t)
    twice = {account: ts for account, ts in tenancies.items() if len(ts) > 1}
    assert {source for source, _ in twice} == {"phone"}
    for (source, account), (old, new) in twice.items():
        assert old.holder != new.holder
        assert old.start < new.start
        times = [
            e.time
            for e in events
            if (e.source, e.subject) == (source, account) and isinstance(e.payload, Usage)
        ]
        assert not [t for t in times if new.start - HOUR // 2 < t < new.start]


def test_some_register_again_with_the_same_start(events: list[Event]) -> None:
    firsts = Counter(
        (e.source, e.subject, e.payload.opened)
        for e in {(e.source, e.subject, e.seq): e for e in events}.values()
        if isinstance(e.payload, Registration) and e.op == "create"
    )
    again = sum(c == 2 for c in firsts.values()) / len(firsts)
    assert set(firsts.values()) == {1, 2}
    assert 0.02 < again < 0.04


def test_volumes_are_as_designed(events: list[Event]) -> None:
    kinds = Counter(e.kind for e in events)
    assert 3.8 * PEOPLE * DAYS * 0.8 < kinds["cdr"] < 3.8 * PEOPLE * DAYS
    assert 3.0 * PEOPLE * DAYS * 0.8 < kinds["login"] + kinds["page"] < 3.0 * PEOPLE * DAYS
    assert 0.9 * PEOPLE * DAYS * 0.8 < kinds["card"] + kinds["transfer"] < 0.9 * PEOPLE * DAYS
    hours = Counter(e.time // HOUR % 24 for e in events if e.kind == "cdr")
    assert hours[19] > 5 * hours[4]


def test_the_truth_comes_back_from_its_file(tmp_path: Path) -> None:
    truth = WORLD.ground_truth()
    truth.save(tmp_path / "truth.bin")
    assert load_truth(tmp_path / "truth.bin") == truth
    assert [p.name for p in tmp_path.iterdir()] == ["truth.bin"]


def test_truth_has_every_stratum_and_holders_who_are_not_described() -> None:
    truth = WORLD.ground_truth()
    strata = Counter(t.stratum for t in truth.tenancies)
    n = len(truth.tenancies)
    assert abs(strata["missing"] / n - 0.08) < 0.015
    assert abs(strata["mistyped"] / n - 0.04) < 0.012
    assert 0.004 < strata["borrowed"] / n < 0.018
    assert all((t.claimed == t.described) for t in truth.tenancies if t.stratum == "ok")
    assert all(t.claimed is None for t in truth.tenancies if t.stratum in {"missing", "mistyped"})
    sims = [t for t in truth.tenancies if t.source == "phone"]
    assert 0.06 < sum(t.holder != t.described for t in sims) / len(sims) < 0.11


def test_the_claimed_number_is_as_its_stratum_says(events: list[Event]) -> None:
    everybody = np.arange(PEOPLE)
    always = np.zeros(PEOPLE, dtype=np.int64)
    first = id_numbers(WORLD.population, everybody, always).to_pylist()
    last = id_numbers(WORLD.population, everybody, always + NEVER).to_pylist()
    assert first != last  # somebody got a new number
    numbers = dict(enumerate(zip(first, last, strict=True), start=1))
    truth = WORLD.ground_truth().by_tenancy()
    for e in events:
        if isinstance(e.payload, Registration):
            t = truth[e.source, e.subject, e.payload.opened]
            owner = numbers[t.claimed or t.described]
            if t.stratum == "missing":
                assert e.payload.id_number is None
            elif t.stratum == "mistyped":
                assert e.payload.id_number not in {None, *owner}
            else:
                assert e.payload.id_number in owner


@pytest.mark.parametrize(("people", "days"), [(0, 1), (-3, 1), (10, 0), (10, 116)])
def test_a_world_without_people_or_days_is_refused(people: int, days: int) -> None:
    with pytest.raises(ValueError, match="a world needs people and 1 to 115 days"):
        World(people, days, 1, SOURCES)


@pytest.mark.parametrize("people", [1, 2, 5])
def test_a_hamlet_works(people: int) -> None:
    items = list(World(people, 1, 3, SOURCES).deliveries())
    assert items[-1] == Marker(marker=24 + CLOSING - 1, last=True)
