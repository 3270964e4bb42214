"""The parts of the world's bench, small: what they count, and that they compare the same things."""

import hashlib
from pathlib import Path

import pytest

from bench.harness import Options, Row
from bench.rig import afresh, encoding, lines, producers
from bench.rig.kafka import PARTITIONS, Site
from bench.rig.world import plan
from streams.delivery import Delivery
from streams.events import encode_marker
from streams.kafka.topics import Names, end_offsets, inputs
from streams.synthetic.world import World

PEOPLE, SEED = 200, 5


def world(days: int = 2) -> World:
    return World(PEOPLE, days, SEED)


def events(days: int) -> int:
    found = (d for d in world(days).deliveries() if isinstance(d, Delivery))
    return sum(d.topic != "registry" for d in found)


def named(rows: list[Row]) -> dict[str, Row]:
    return {row.name: row for row in rows}


def test_rates_are_of_all_events_once_each_and_of_days_apart() -> None:
    rows = named(encoding.rows(world(), repeat=1))
    first, later = (rows[f"JSON, sorted, {part}, wall clock"].n or 0 for part in encoding.PARTS)
    assert first + later == events(2)
    assert first > later > 0
    made = sum(rows[f"simulated, {part}, wall clock"].n or 0 for part in encoding.PARTS)
    copies = 1 - made / (first + later)
    assert 0 < copies < 0.02
    assert all(row.value > 0 for row in rows.values())


def test_a_day_can_be_cut_into_strides() -> None:
    assert [encoding.stride_of(n) for n in (1, 20_000, 50_000, 200_000, 10**6)] == [24, 8, 4, 1, 1]


def test_the_hash_is_that_of_the_lines_that_arrive() -> None:
    sha = hashlib.sha256()
    for one in world().deliveries():
        sha.update((one.value if isinstance(one, Delivery) else encode_marker(one)) + b"\n")
    assert lines.digest(world().stream()) == sha.hexdigest()
    assert lines.digest(list(world().stream())[:-1]) != sha.hexdigest()


def test_every_way_to_make_a_world_makes_the_same_lines() -> None:
    rows = lines.rows(PEOPLE, 1, SEED)
    assert [row.reached for row in rows] == [True] * 4
    assert len({row.name for row in rows}) == 4


def test_processes_of_their_own_count_the_same_events_and_weigh_something() -> None:
    day = named(afresh.day_rows(PEOPLE, SEED))
    assert {row.n for row in day.values()} == {events(1)}
    held, peak, _ = afresh.month_rows(PEOPLE, 5, SEED)
    assert (held.n, held.peer, peak.peer) == (events(5), "days 2-4", "4 days")
    assert 20 < (held.peer_value or 0) <= peak.value * 1.01
    assert held.at_most == pytest.approx(1.1 * (held.peer_value or 0))


def test_people_are_ready_within_bounds_that_are_the_issues() -> None:
    rows = named(afresh.ready_rows(PEOPLE, SEED))
    assert rows["people ready, wall clock"].at_most == 30
    assert rows["people ready, peak memory"].at_most == 1500
    assert rows["people and accounts ready, peak memory"].value > 20


def test_every_producer_brings_every_message(broker: str, tmp_path: Path) -> None:
    site = Site(broker, tmp_path, Options(people=PEOPLE, seed=SEED, repeat=1))
    rows = named(producers.rows(site, world()))
    layout = plan(site.options, PARTITIONS).layout
    names = Names("producers.")
    held = sum(end_offsets(map(names.of, inputs(layout)), broker).values())
    (sent,) = {row.n or 0 for row in rows.values()}
    registry = sum(d.topic == "registry" for d in _later())
    assert (
        sent - registry
        == named(encoding.rows(world(), 1))["JSON, sorted, following days, wall clock"].n
    )
    markers = len(inputs(layout)) * PARTITIONS * (world().blocks - 24)
    assert held == 5 * sent + markers
    live = rows["Kafka, kafka-python, from World.stream(), wall clock"]
    assert live.at_least == 0.9 * (live.peer_value or 0)


def _later() -> list[Delivery]:
    stream = list(world().deliveries())
    first = next(i for i, one in enumerate(stream) if getattr(one, "marker", None) == 23)
    return [one for one in stream[first:] if isinstance(one, Delivery)]
