"""What topics hold at the moment of asking, for readers who do not stay."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kafka import KafkaConsumer, TopicPartition

from streams.kafka.topics import end_offsets

READ_MS = 10_000


class Held(NamedTuple):
    """A message as it stands in a topic (its name on the broker)."""

    topic: str
    key: bytes | None
    value: bytes | None


def standing(topics: Iterable[str], bootstrap: str) -> Iterator[Held]:
    """Yield every message that these topics hold now, in order within a partition.

    Raises BrokerError when nobody answers, TimeoutError when the broker falls silent.
    """
    ends = {TopicPartition(*at): n for at, n in end_offsets(topics, bootstrap).items() if n}
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    try:
        consumer.assign(list(ends))
        left = {p for p, end in ends.items() if consumer.position(p) < end}
        while left:
            batch = consumer.poll(timeout_ms=READ_MS)
            if not batch:
                raise TimeoutError(f"the broker at {bootstrap} stopped answering")
            for partition, messages in batch.items():
                for m in messages:
                    if m.offset < ends[partition]:
                        yield Held(m.topic, m.key, m.value)
            left = {p for p in left if consumer.position(p) < ends[p]}
    finally:
        consumer.close()
