"""For all tests: no deadlines, and a real Apache Kafka; where it cannot start, tests fail."""

import itertools
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings
from kafka import KafkaConsumer, TopicPartition

from streams.kafka.local_broker import LocalBroker

Reading = Callable[[str], dict[int, list[tuple[bytes | None, bytes]]]]

_NUMBERS = itertools.count(1)

# No timed assertions: on a busy machine one slow example is no failure.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def local_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBroker]:
    """A broker that ends with the session."""
    local = LocalBroker(tmp_path_factory.mktemp("broker"))
    local.start()
    try:
        yield local
    finally:
        local.stop()


@pytest.fixture(scope="session")
def broker(local_broker: LocalBroker) -> str:
    """HOST:PORT of the session's broker."""
    return local_broker.start()


@pytest.fixture
def prefix() -> str:
    """A prefix for the topics of one test."""
    return f"t{next(_NUMBERS)}."


@pytest.fixture(scope="session")
def read(broker: str) -> Iterator[Reading]:
    """All messages of a topic by partition, as (key, value) in order, read by another client."""
    consumer = KafkaConsumer(
        bootstrap_servers=broker,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=50,
    )

    def reading(topic: str) -> dict[int, list[tuple[bytes | None, bytes]]]:
        numbers = sorted(consumer.partitions_for_topic(topic) or ())
        partitions = [TopicPartition(topic, n) for n in numbers]
        consumer.assign(partitions)
        consumer.seek_to_beginning()
        ends = consumer.end_offsets(partitions)
        found: dict[int, list[tuple[bytes | None, bytes]]] = {n: [] for n in numbers}
        while any(consumer.position(p) < ends[p] for p in partitions):
            for partition, messages in consumer.poll(timeout_ms=500).items():
                found[partition.partition] += [(m.key, m.value) for m in messages]
        return found

    yield reading
    consumer.close()
