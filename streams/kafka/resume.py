"""What the feed's topics hold already, so that a feed run again goes on where it stopped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kafka import KafkaConsumer, TopicPartition

from streams.kafka.topics import end_offsets

READ_MS = 10_000

Channel = tuple[str, int]


class FeedError(Exception):
    """The broker did not take what was fed, or holds another run's events."""


@dataclass(frozen=True)
class Held:
    """How many messages a partition was ever given, and the last one if it is still there."""

    count: int
    last: tuple[bytes | None, bytes] | None


def held(topics: Iterable[str], bootstrap: str) -> dict[Channel, Held]:
    """Return what every non-empty partition of these topics (names on the broker) holds."""
    ends = {channel: end for channel, end in end_offsets(topics, bootstrap).items() if end}
    last = _last_messages(ends, bootstrap) if ends else {}
    return {channel: Held(end, last.get(channel)) for channel, end in ends.items()}


class Resume:
    """Tells, message by message of a partition, whether the partition holds it already."""

    def __init__(self, found: Mapping[Channel, Held]) -> None:
        self._found = found
        self._seen = dict.fromkeys(found, 0)

    def holds(self, channel: Channel, key: bytes, value: bytes) -> bool:
        """Return whether the partition's next message is there; FeedError when another is."""
        there = self._found.get(channel)
        if there is None or self._seen[channel] == there.count:
            return False
        self._seen[channel] += 1
        at_end = self._seen[channel] == there.count
        if at_end and there.last not in (None, (key, value)):
            raise _another_run(channel)
        return True

    def finish(self) -> None:
        """Raise FeedError when a partition holds more than was asked for."""
        for channel, seen in self._seen.items():
            if seen < self._found[channel].count:
                raise _another_run(channel)


def _another_run(channel: Channel) -> FeedError:
    topic, partition = channel
    return FeedError(
        f"topic {topic}, partition {partition}, holds another run's events: give the options of "
        "that run (--people, --days, --seed, --scenario), or start with a fresh broker folder"
    )


def _last_messages(
    ends: Mapping[Channel, int], bootstrap: str
) -> dict[Channel, tuple[bytes | None, bytes]]:
    partitions = [TopicPartition(*channel) for channel in ends]
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="latest",
        consumer_timeout_ms=READ_MS,
    )
    found: dict[Channel, tuple[bytes | None, bytes]] = {}
    try:
        consumer.assign(partitions)
        starts = consumer.beginning_offsets(partitions)
        wanted = {p for p in partitions if starts[p] < ends[p.topic, p.partition]}
        consumer.assign(list(wanted))
        for partition in wanted:
            consumer.seek(partition, ends[partition.topic, partition.partition] - 1)
        while len(found) < len(wanted):
            batch = consumer.poll(timeout_ms=READ_MS)
            if not batch:
                break
            for partition, messages in batch.items():
                channel = (partition.topic, partition.partition)
                found.setdefault(channel, (messages[0].key, messages[0].value))
    finally:
        consumer.close()
    return found
