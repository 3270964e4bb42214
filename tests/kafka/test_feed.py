"""The feed: markers everywhere after what came before, order per key, nothing real on a topic."""

import json
import zlib
from collections import defaultdict
from collections.abc import Callable

import pytest

from streams.clerk.docket import verdict_on
from streams.events import Codec, Marker
from streams.kafka.feed import Feed
from streams.kafka.pace import Pace
from streams.kafka.resume import FeedError
from streams.kafka.topics import Names, ensure
from streams.source import kinds_of, load_sources
from streams.synthetic.world import Delivery, World
from streams.topology import Layout
from streams.verdicts import delivery_of, is_verdict
from tests.streams.pipeline import registered

SOURCES = load_sources()
CODEC = Codec(kinds_of(SOURCES), key=b"test")
LAYOUT = Layout(tuple(SOURCES), 3)
ITEMS = list(World(30, 1, seed=7, sources=SOURCES).deliveries())
MARKERS = sum(isinstance(item, Marker) for item in ITEMS)
INPUTS = ["registry", *(f"events.{source}" for source in SOURCES)]

Reading = Callable[[str], dict[int, list[tuple[bytes | None, bytes]]]]


@pytest.fixture
def feed(broker: str, prefix: str) -> Feed:
    ensure(LAYOUT, broker, prefix)
    return Feed(CODEC, LAYOUT, broker, Names(prefix))


def test_each_partition_has_its_keys_in_order_and_every_marker_in_its_place(
    feed: Feed, prefix: str, read: Reading
) -> None:
    fed = feed.run(ITEMS)
    expected = _expected()
    for topic in INPUTS:
        assert read(prefix + topic) == {p: expected[topic, p] for p in range(3)}, topic
    assert fed.markers == MARKERS
    assert fed.rejected == 0
    assert sum(fed.topics.values()) == sum(isinstance(item, Delivery) for item in ITEMS)
    assert fed.events == sum(n for topic, n in fed.topics.items() if topic != "registry")


def test_markers_have_keys_of_their_own_so_that_compaction_keeps_each(
    feed: Feed, prefix: str, read: Reading
) -> None:
    feed.run(ITEMS)
    for messages in read(prefix + "registry").values():
        keys = [key for key, value in messages if b'"marker"' in value]
        assert len(keys) == len(set(keys)) == MARKERS
        assert None not in keys


def test_poison_goes_to_rejects_with_its_bytes(feed: Feed, prefix: str, read: Reading) -> None:
    good = _first("events.phone")
    poison = Delivery("events.phone", b"+999000000001", b"\xff\xfe not an event")
    fed = feed.run([poison, good])
    (reject,) = _rejects(read, prefix)
    assert (reject["reason"], reject["topic"]) == ("undecodable", "events.phone")
    assert reject["original"] is not None
    assert fed.rejected == 1 and fed.events == 1
    assert sum(len(m) for m in read(prefix + "events.phone").values()) == 1


@pytest.mark.parametrize("topic", ["events.bank", "registry"])
def test_a_real_looking_id_reaches_no_topic(
    feed: Feed, prefix: str, read: Reading, topic: str
) -> None:
    real = "11010519491231002X"  # region 110105 is assigned
    sound = _first(topic)
    number = _id_number(json.loads(sound.value))
    real_looking = Delivery(topic, sound.key, sound.value.replace(number, real.encode()))
    assert real_looking.value != sound.value
    fed = feed.run([real_looking, sound])
    (reject,) = _rejects(read, prefix)
    assert (reject["reason"], reject["topic"]) == ("not_synthetic", topic)
    assert reject["place"].endswith("id_number")
    assert reject["original"] is None
    assert fed.rejected == 1
    for name in LAYOUT.topics():
        for messages in read(prefix + name).values():
            assert all(real.encode() not in value for _, value in messages), name


def test_a_marker_that_is_delivered_to_one_partition_is_refused(
    feed: Feed, prefix: str, read: Reading
) -> None:
    fed = feed.run([Delivery("events.phone", b"+999000000001", b'{"marker":0,"last":true}')])
    (reject,) = _rejects(read, prefix)
    assert (reject["reason"], reject["place"]) == ("unknown_kind", "$.marker")
    assert fed.events == 0


@pytest.mark.parametrize("cut", [200, len(ITEMS)])
def test_a_feed_run_again_goes_on_where_it_stopped(
    feed: Feed, prefix: str, read: Reading, cut: int
) -> None:
    feed.run(ITEMS[:cut])
    again = feed.run(ITEMS)
    expected = _expected()
    for topic in INPUTS:
        assert read(prefix + topic) == {p: expected[topic, p] for p in range(3)}, topic
    assert again.already_there > 0
    # What is there already is not paced.
    feed.run(ITEMS, Pace(0.001, sleep=lambda seconds: pytest.fail(f"waited {seconds} s")))


@pytest.mark.parametrize("cut", [200, len(ITEMS)])
def test_what_clerks_say_on_the_same_topics_is_passed_over(
    feed: Feed, prefix: str, read: Reading, cut: int
) -> None:
    said = [
        delivery_of(verdict_on(name, 1, "link", "clerk-1", f"2026-11-24T10:00:{n:02}.000Z"))
        for n, name in enumerate(registered(ITEMS, CODEC)[:30])
    ]
    start = 1 + next(i for i, item in enumerate(ITEMS) if isinstance(item, Marker))
    mine = [*ITEMS[:start], said[0], *ITEMS[start:]]  # one that the feed plays itself
    feed.run(mine[: cut // 2])
    feed.append(said[1:20])
    feed.run(mine[:cut])
    feed.append(said[20:])
    feed.run(mine)
    expected = _expected()
    for topic in INPUTS:
        found = read(prefix + topic)
        own = {p: [m for m in found[p] if not is_verdict(m[1])] for p in range(3)}
        assert own == {p: expected[topic, p] for p in range(3)}, topic
    values = [v for t in INPUTS for found in read(prefix + t).values() for _, v in found]
    assert sorted(one.value for one in said) == sorted(v for v in values if is_verdict(v))
    with pytest.raises(FeedError, match="another run's events"):
        feed.run(World(30, 1, seed=8, sources=SOURCES).deliveries())


def test_a_topic_that_holds_another_run_is_an_error(feed: Feed, prefix: str, read: Reading) -> None:
    feed.run(ITEMS[:300])
    before = {topic: read(prefix + topic) for topic in INPUTS}
    with pytest.raises(FeedError, match="another run's events"):
        feed.run(World(30, 1, seed=8, sources=SOURCES).deliveries())
    with pytest.raises(FeedError, match="another run's events"):
        feed.run(ITEMS[:100])
    after = {topic: read(prefix + topic) for topic in INPUTS}
    assert _lengths(before) == _lengths({t: after[t] for t in before})


def test_more_can_be_appended(feed: Feed, prefix: str, read: Reading) -> None:
    feed.run(ITEMS[:200])
    feed.append(ITEMS[200:])
    expected = _expected()
    for topic in INPUTS:
        assert read(prefix + topic) == {p: expected[topic, p] for p in range(3)}, topic


def test_a_topic_without_its_source_is_an_error_that_names_the_known(feed: Feed) -> None:
    stray = Delivery("events.clinic", b"1", _first("events.phone").value)
    with pytest.raises(FeedError, match=r"no input topic events\.clinic.*events\.phone"):
        feed.run([stray])


def test_progress_is_told_at_every_marker(feed: Feed) -> None:
    told: list[int] = []
    feed.run(ITEMS, report=lambda fed: told.append(fed.markers))
    assert told == list(range(1, MARKERS + 1))


def test_pace_waits_for_what_is_not_due() -> None:
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(100, clock=lambda: now[0], sleep=sleep)
    for _ in range(201):
        pace.wait()
    assert now[0] == pytest.approx(2.0)
    unhurried = Pace(None, clock=lambda: now[0], sleep=sleep)
    count = len(slept)
    unhurried.wait()
    assert len(slept) == count


def _expected() -> dict[tuple[str, int], list[tuple[bytes | None, bytes]]]:
    """What each partition should hold, worked out apart from the feed."""
    expected: dict[tuple[str, int], list[tuple[bytes | None, bytes]]] = defaultdict(list)
    for item in ITEMS:
        if isinstance(item, Delivery):
            expected[item.topic, zlib.crc32(item.key) % 3].append((item.key, item.value))
            continue
        last = "true" if item.last else "false"
        value = f'{{"marker":{item.marker},"last":{last}}}'.encode()
        for topic in INPUTS:
            for partition in range(3):
                expected[topic, partition].append((b"marker/%d" % item.marker, value))
    return expected


def _first(topic: str) -> Delivery:
    return next(
        item
        for item in ITEMS
        if not isinstance(item, Marker) and item.topic == topic and b'"id_number":"' in item.value
    )


def _id_number(message: dict[str, dict[str, str]]) -> bytes:
    return (message.get("payload") or message["record"])["id_number"].encode()


def _rejects(read: Reading, prefix: str) -> list[dict[str, str | None]]:
    return [json.loads(v) for messages in read(prefix + "rejects").values() for _, v in messages]


def _lengths(
    topics: dict[str, dict[int, list[tuple[bytes | None, bytes]]]],
) -> dict[tuple[str, int], int]:
    return {(t, p): len(m) for t, found in topics.items() for p, m in found.items()}
