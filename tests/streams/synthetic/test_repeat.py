"""The same seed is the same stream, however it is worked on; what is added changes nothing else."""

from collections import defaultdict
from collections.abc import Mapping
from hashlib import sha256

import pytest

from streams.events import Marker, encode_marker
from streams.source import Source, load_sources
from streams.synthetic import population
from streams.synthetic.world import World

CATALOGUE = load_sources()
PEOPLE = 290


def digest(world: World, stride: int | None = None) -> str:
    """Return the SHA-256 of all lines of the stream."""
    digest = sha256()
    for portion in world.stream(stride):
        if isinstance(portion, Marker):
            digest.update(encode_marker(portion) + b"\n")
        else:
            for topic, value in zip(
                portion["topic"].to_pylist(), portion["value"].to_pylist(), strict=True
            ):
                digest.update(f"{topic} {value}\n".encode())
    return digest.hexdigest()


def by_topic(world: World) -> dict[str, list[tuple[int, bytes, bytes]]]:
    """Return what comes on each topic: block of arrival, key and value."""
    found = defaultdict(list)
    block = -1
    for item in world.deliveries():
        if isinstance(item, Marker):
            block = item.marker + 1
        else:
            found[item.topic].append((block, item.key, item.value))
    return found


def some(*names: str) -> Mapping[str, Source]:
    return {name: CATALOGUE[name] for name in names}


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(population, "SHARD", 150)


@pytest.mark.usefixtures("small_shards")
def test_how_many_hours_are_worked_on_at_a_time_changes_nothing() -> None:
    world = World(PEOPLE, 1, 7, CATALOGUE)
    assert len(world.population.shards()) == 2
    again = World(PEOPLE, 1, 7, CATALOGUE)
    assert digest(world, 1) == digest(world, 5) == digest(world, 24) == digest(again)


def test_another_seed_is_another_stream_in_each_topic() -> None:
    seven, eight = (by_topic(World(PEOPLE, 1, seed, CATALOGUE)) for seed in (7, 8))
    assert seven.keys() == eight.keys() == {"registry", *(s.topic for s in CATALOGUE.values())}
    for topic, messages in seven.items():
        one, other = ({value for _, _, value in found} for found in (messages, eight[topic]))
        assert len(one & other) <= 0.01 * len(one)


@pytest.mark.parametrize("more", ["utility", "camera", "enterprise"])
def test_a_source_more_leaves_the_others_as_they_are(more: str) -> None:
    few = by_topic(World(PEOPLE, 1, 7, some("phone", "bank")))
    many = by_topic(World(PEOPLE, 1, 7, some(more, "bank", "phone")))
    assert many.keys() == {*few, f"events.{more}"}
    assert {topic: many[topic] for topic in few} == few


@pytest.mark.usefixtures("small_shards")
def test_a_longer_run_begins_as_a_shorter_one() -> None:
    one, two = (by_topic(World(PEOPLE, days, 7, CATALOGUE)) for days in (1, 2))
    for topic, messages in one.items():
        begin = [message for message in messages if message[0] < 24]
        assert begin == [message for message in two[topic] if message[0] < 24]
        assert begin
    assert 1.5 * sum(map(len, one.values())) < sum(map(len, two.values()))
