"""What topics hold at the moment of asking, for readers who do not stay."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kafka import KafkaConsumer, TopicPartition

READ_MS = 10_000


class Standing(NamedTuple):
    """A message as it stands in a topic (its name on the broker)."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


def standing(ends: Mapping[tuple[str, int], int], bootstrap: str) -> Iterator[Standing]:
    """Yield what (topic, partition) pairs still hold before these offsets, in order of each.

    `ends` is what `topics.end_offsets` returns. Raises TimeoutError when the broker falls silent.
    """
    wanted = {TopicPartition(*channel): end for channel, end in ends.items() if end}
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        metrics_enabled=False,
    )
    try:
        consumer.assign(list(wanted))
        left = {p for p, end in wanted.items() if consumer.position(p) < end}
        while left:
            batch = consumer.poll(timeout_ms=READ_MS, max_records=5000)
            if not batch:
                raise TimeoutError(f"the broker at {bootstrap} stopped answering")
            for partition, messages in batch.items():
                for m in messages:
                    if m.offset < wanted[partition]:
                        yield Standing(m.topic, m.partition, m.offset, m.key, m.value)
            left = {p for p in left if consumer.position(p) < wanted[p]}
    finally:
        consumer.close()
