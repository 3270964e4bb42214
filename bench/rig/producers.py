"""How fast events get into Kafka: made on the way, beside the same bytes lying ready."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import repeat
from statistics import median

import pyarrow as pa
from aiokafka import AIOKafkaProducer
from kafka import KafkaProducer

from bench.harness import Row
from bench.rig.encoding import stride_of, until
from bench.rig.kafka import PARTITIONS, Site
from bench.rig.stopwatch import Stopwatch, Taken
from bench.rig.world import plan
from streams.delivery import Delivery
from streams.events import Marker
from streams.kafka.feed import FLUSH_EVERY, Feed
from streams.kafka.pace import Pace
from streams.kafka.topics import Names
from streams.partition import partition_of
from streams.synthetic.arrivals import unpacked
from streams.synthetic.world import World

SHARE = 0.9
"""Of the producer's own limit, that a stream made on the way has to reach."""
BATCH = 128 * 1024
"""Bytes of a producer's batch, as the feed has it; its other settings are the feed's too."""


Message = tuple[str, int, bytes, bytes]
"""Topic on the broker, partition, key and value."""

LIMIT, LIVE = "kafka-python, ready bytes", "kafka-python, from World.stream()"
OTHER_LIMIT, OTHER_LIVE = "aiokafka, ready bytes", "aiokafka, from World.stream()"
FEED = "the feed: gate, encode again, kafka-python"
_SHOWN = ((LIVE, LIMIT, SHARE), (OTHER_LIVE, OTHER_LIMIT, None), (FEED, LIMIT, None))


def rows(site: Site, world: World) -> list[Row]:
    """Return messages a second of all after the first day, in turn, into the same topics."""
    names = site.fed("producers", ())
    ready = list(messages(later(world), names))
    contenders: dict[str, Callable[[], Taken]] = {
        LIMIT: lambda: with_kafka_python(site, iter(ready)),
        LIVE: lambda: with_kafka_python(site, messages(later(world), names)),
        OTHER_LIMIT: lambda: with_aiokafka(site, iter(ready)),
        OTHER_LIVE: lambda: with_aiokafka(site, messages(later(world), names)),
        FEED: lambda: with_feed(site, later(world), names),
    }
    runs: defaultdict[str, list[Taken]] = defaultdict(list)
    for _ in range(site.options.repeat):
        for name, run in contenders.items():
            runs[name].append(run())
    out: list[Row] = []
    for clock in ("wall", "cpu"):
        seconds = {n: median(getattr(t, clock) for t in taken) for n, taken in runs.items()}
        rates = {name: len(ready) / spent for name, spent in seconds.items()}
        out += _compared(clock, rates, world.seed, len(ready))
    return out


def later(world: World) -> Iterator[pa.Table | Marker]:
    """Return a world's stream after its first day, which is full of registrations."""
    stream = world.stream(stride_of(len(world.population)))
    until(stream, 23)
    return stream


def messages(stream: Iterator[pa.Table | Marker], names: Names) -> Iterator[Message]:
    """Yield what a producer is to send of a stream; markers are the feed's own."""
    for one in stream:
        if not isinstance(one, Marker):
            topics, keys, values = unpacked(one)
            partitions = map(partition_of, keys, repeat(PARTITIONS))
            yield from zip(map(names.of, topics), partitions, keys, values, strict=True)


def with_kafka_python(site: Site, what: Iterator[Message]) -> Taken:
    """Send everything with the feed's producer; the clock stops when the broker has it all."""
    producer = KafkaProducer(
        bootstrap_servers=site.bootstrap,
        acks="all",
        enable_idempotence=True,
        linger_ms=Pace(None).linger_ms,
        batch_size=BATCH,
        metrics_enabled=False,
    )
    try:
        watch = Stopwatch()
        for n, (topic, partition, key, value) in enumerate(what, 1):
            producer.send(topic, value=value, key=key, partition=partition)
            if n % FLUSH_EVERY == 0:
                producer.flush()
        producer.flush()
        return watch.taken()
    finally:
        producer.close()


def with_aiokafka(site: Site, what: Iterator[Message]) -> Taken:
    """Do the same with aiokafka's producer."""
    return asyncio.run(_sent(site, what))


async def _sent(site: Site, what: Iterator[Message]) -> Taken:
    producer = AIOKafkaProducer(
        bootstrap_servers=site.bootstrap,
        acks="all",
        enable_idempotence=True,
        linger_ms=Pace(None).linger_ms,
        max_batch_size=BATCH,
    )
    await producer.start()
    try:
        watch = Stopwatch()
        for n, (topic, partition, key, value) in enumerate(what, 1):
            await producer.send(topic, value=value, key=key, partition=partition)
            if n % FLUSH_EVERY == 0:
                await producer.flush()
        await producer.flush()
        return watch.taken()
    finally:
        await producer.stop()


def with_feed(site: Site, stream: Iterator[pa.Table | Marker], names: Names) -> Taken:
    """Feed a stream as `joinlens feed` does: each message through the gate, with the markers."""
    chosen = plan(site.options, PARTITIONS)
    feed = Feed(chosen.codec(), chosen.layout, site.bootstrap, names)
    watch = Stopwatch()
    feed.append(_deliveries(stream))
    return watch.taken()


def _deliveries(stream: Iterator[pa.Table | Marker]) -> Iterator[Delivery | Marker]:
    for one in stream:
        if isinstance(one, Marker):
            yield one
        else:
            yield from map(Delivery, *unpacked(one))


def _compared(clock: str, rates: Mapping[str, float], seed: int, n: int) -> list[Row]:
    said = "wall clock" if clock == "wall" else "processor time"
    return [
        Row(
            name=f"Kafka, {name}, {said}",
            value=rates[name],
            unit="messages/s",
            at_least=share * rates[peer] if share and clock == "wall" else None,
            peer=peer,
            peer_value=rates[peer],
            seed=seed,
            n=n,
        )
        for name, peer, share in _SHOWN
    ]
