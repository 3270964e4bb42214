"""What a worker needs of aiokafka: outputs as one flush, the registry as it grows."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.kafka.topics import TopicError
from streams.partition import partition_of
from streams.store.protocol import Outgoing

BATCH_BYTES = 256 * 1024
ENDS_MS = 200


class Fetched(NamedTuple):
    """A message as a reader meets it; `topic` is the name on the broker."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


class BatchProducer:
    """Sends many messages as few batches, and returns when the broker has them all.

    acks=all and idempotent: per partition the order is kept and a retry leaves no double.
    """

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._producer: Any = None
        self._partitions: dict[str, int] = {}

    async def start(self) -> None:
        """Connect; raises aiokafka's KafkaConnectionError when nobody answers."""
        # Made here, since a client belongs to the event loop that runs when it is made.
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            acks="all",
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES,
        )
        await self._producer.start()

    async def stop(self) -> None:
        """Disconnect."""
        if self._producer is not None:
            await self._producer.stop()

    async def send(self, messages: Iterable[Outgoing]) -> None:
        """Send everything and wait until the broker has it; raise the first error it meets.

        A message without a partition goes to that of its key, or of its value if it has no key,
        so that a flush that is repeated after a crash takes the same way.
        """
        batches: dict[tuple[str, int], list[Any]] = defaultdict(list)
        for message in messages:
            partition = message.partition
            if partition is None:
                key = message.value if message.key is None else message.key
                partition = partition_of(key, await self._count(message.topic))
            self._append(batches[message.topic, partition], message)
        # One at a time would cost a round trip for each partition.
        outcomes = await asyncio.gather(
            *(self._deliver(*channel, builders) for channel, builders in batches.items()),
            return_exceptions=True,
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    def _append(self, builders: list[Any], message: Outgoing) -> None:
        record = {"timestamp": None, "key": message.key, "value": message.value}
        if not builders or builders[-1].append(**record) is None:
            builders.append(self._producer.create_batch())
            builders[-1].append(**record)

    async def _deliver(self, topic: str, partition: int, builders: Sequence[Any]) -> None:
        sent = []
        for builder in builders:
            builder.close()
            sent.append(await self._producer.send_batch(builder, topic, partition=partition))
        # Each batch tells its own fate; the producer's flush() would swallow a failure.
        await asyncio.gather(*sent)

    async def _count(self, topic: str) -> int:
        if topic not in self._partitions:
            self._partitions[topic] = len(await self._producer.partitions_for(topic))
        return self._partitions[topic]


class RegistryReader:
    """Reads all of the topic `registry`, beside any consumer group: every worker has it whole."""

    def __init__(self, bootstrap: str, topic: str = "registry") -> None:
        self._bootstrap, self._topic = bootstrap, topic
        self._consumer: Any = None
        self._backlog: list[tuple[int, int, bytes, bytes | None]] = []

    async def start(self) -> None:
        """Connect and read up to what the topic holds now; the first poll returns that."""
        self._consumer = await _reader(self._bootstrap, [self._topic], "beginning")
        await self.catch_up()

    async def stop(self) -> None:
        """Disconnect."""
        if self._consumer is not None:
            await self._consumer.stop()

    async def catch_up(self) -> None:
        """Read up to what the topic holds at the moment of the call; the next poll returns it."""
        ends = await self._consumer.end_offsets(list(self._consumer.assignment()))
        while not await _reached(self._consumer, ends):
            self._backlog += await self._fetch(ENDS_MS)

    async def poll(self, wait_ms: int = 0) -> list[tuple[int, int, bytes, bytes | None]]:
        """Return the (partition, offset, key, value) that came since, in order per partition.

        When there is nothing, waits at most `wait_ms` for something. Value None erases.
        """
        backlog, self._backlog = self._backlog, []
        return backlog or await self._fetch(wait_ms)

    async def _fetch(self, wait_ms: int) -> list[tuple[int, int, bytes, bytes | None]]:
        fetched = await _fetched(self._consumer, wait_ms)
        return [(m.partition, m.offset, m.key or b"", m.value) for m in fetched]


async def tail(
    bootstrap: str, topics: Sequence[str], start: Literal["beginning", "end"]
) -> AsyncIterator[list[Fetched]]:
    """Yield what these topics hold and get, in non-empty lists, for ever; close it to disconnect.

    Order holds within a partition. `start` 'end' leaves out what is there already.
    """
    consumer = await _reader(bootstrap, topics, start)
    try:
        while True:
            fetched = await _fetched(consumer, 1000)
            if fetched:
                yield fetched
    finally:
        await consumer.stop()


async def _reader(bootstrap: str, topics: Sequence[str], start: Literal["beginning", "end"]) -> Any:
    """Return a started consumer of all partitions of these topics, in no group."""
    partitions = await _partitions(bootstrap, topics)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest" if start == "beginning" else "latest",
        # stop() waits for the fetch that is under way, on an idle topic this long.
        fetch_max_wait_ms=100,
    )
    await consumer.start()
    try:
        # Assigned, not subscribed: a subscription is assigned anew, and read anew, when a broker
        # that restarts leaves a topic out of its metadata.
        consumer.assign(partitions)
        # A position is settled when it is first asked for: what comes before would be left out.
        for partition in partitions:
            await consumer.position(partition)
    except BaseException:
        await consumer.stop()
        raise
    return consumer


async def _partitions(bootstrap: str, topics: Sequence[str]) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        found = await admin.describe_topics(list(topics))
    finally:
        await admin.close()
    missing = [topic["topic"] for topic in found if not topic["partitions"]]
    if missing:
        raise TopicError(
            f"no topic {', '.join(missing)} on {bootstrap}; make them: `joinlens topics`"
        )
    return [TopicPartition(t["topic"], p["partition"]) for t in found for p in t["partitions"]]


async def _reached(consumer: Any, ends: Mapping[TopicPartition, int]) -> bool:
    for partition, end in ends.items():
        if await consumer.position(partition) < end:
            return False
    return True


async def _fetched(consumer: Any, wait_ms: int) -> list[Fetched]:
    batches = await consumer.getmany(timeout_ms=wait_ms)
    return [
        Fetched(m.topic, m.partition, m.offset, m.key, m.value)
        for messages in batches.values()
        for m in messages
    ]
