"""The pipeline on Kafka: Faust consumes, our own producer writes, nothing is acked early.

The one form of agent that loses nothing (docs/decisions): noack_take, process, flush, ack, under a
supervisor that lets bad code crash the process. A table is never used: state is in the store.
"""

import asyncio
import sys
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import faust

from streams.kafka.lag import GROUP
from streams.kafka.topics import Names
from streams.kafka.wire import BatchProducer, RegistryReader
from streams.runners.hand import Hand, Received
from streams.runners.outfit import Outfit
from streams.store.protocol import Outgoing
from streams.topology import TOPOLOGY

TAKE = 500
WITHIN = 0.02
"""Seconds that a batch may wait for more: the floor of the latency."""


class KafkaWorker:
    """One worker process: an agent for each stage, one registry, one hand for all of them."""

    def __init__(
        self,
        fitted: Outfit,
        bootstrap: str,
        names: Names,
        datadir: Path,
    ) -> None:
        self._names, self._layout = names, fitted.shop.plan.layout
        self._producer = BatchProducer(bootstrap)
        self._registry = RegistryReader(bootstrap, names.of("registry"))
        self._hand = Hand(fitted, _Named(self._producer, names))
        self._guard = asyncio.Lock()
        self._started = False
        self._unacked: defaultdict[tuple[str, int], deque[Received]] = defaultdict(deque)
        self._settled: set[int] = set()
        self.app = _app(bootstrap, names, datadir)
        self._wire()

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; the process ends with an error when an agent crashes."""
        worker = faust.Worker(self.app, loglevel="ERROR", quiet=True, redirect_stdouts=False)
        worker.execute_from_commandline()
        if self.app.crash_reason is not None:
            print(f"joinlens worker: crashed: {self.app.crash_reason!r}", file=sys.stderr)
            sys.exit(1)

    def _wire(self) -> None:
        app = self.app
        assigned: Any = app.on_partitions_assigned
        revoked: Any = app.on_partitions_revoked
        assigned.connect(self._assigned, weak=False)
        revoked.connect(self._revoked, weak=False)
        app.task(self._follow_registry)
        for spec in TOPOLOGY:
            topics = dict.fromkeys(topic for topic, _ in self._layout.channels(spec))
            source = app.topic(
                *map(self._names.of, topics),
                key_serializer="raw",
                value_serializer="raw",
                value_type=bytes,
            )
            app.agent(source, name=spec.name, concurrency=1)(self._agent)

    async def _agent(self, stream: Any) -> None:
        async for events in stream.noack_take(TAKE, within=WITHIN):
            generation = self.app.consumer_generation_id
            # What was buffered before a rebalance comes again, in order: only that is processed.
            fresh = [e for e in events if e.message.generation_id == generation]
            await self._settle([self._received(event, stream) for event in fresh])

    async def _settle(self, messages: Sequence[Received]) -> None:
        async with self._guard:
            await self._start()
            self._hand.know(await self._registry.poll())
            for message in messages:
                self._unacked[message.topic, message.partition].append(message)
            self._settled.update(map(id, await self._hand.settle(messages)))
            for waiting in self._unacked.values():
                await self._ack(waiting)

    async def _ack(self, waiting: deque[Received]) -> None:
        """Acknowledge what is settled, in order, up to the first that is not.

        Faust commits the highest of the offsets that were acked, whatever was left out below: a
        message that is held for its block would be lost with the process.
        """
        while waiting and id(waiting[0].token) in self._settled:
            stream, event = token = waiting.popleft().token
            self._settled.discard(id(token))
            await stream.ack(event)

    async def _assigned(self, _app: Any, partitions: Any, **_: Any) -> None:
        async with self._guard:
            await self._start()
            self._hand.know(await self._registry.poll())
            # What came for a closed task was dropped, and comes again.
            for channel in self._hand.assign(self._channels(partitions)):
                self._unacked.pop(channel, None)

    async def _revoked(self, _app: Any, partitions: Any, **_: Any) -> None:
        async with self._guard:
            self._hand.revoke(self._channels(partitions))
            for channel in self._channels(partitions):
                for message in self._unacked.pop(channel, ()):
                    self._settled.discard(id(message.token))

    async def _start(self) -> None:
        """Connect what is ours, once, inside the event loop that will use it."""
        if not self._started:
            self._started = True
            await self._producer.start()
            await self._registry.start()

    async def _follow_registry(self) -> None:
        """Take in what the registry says while no event comes that would make us look."""
        while not self.app.should_stop:
            await self._settle(())
            await asyncio.sleep(0.05)
        await self._registry.stop()
        await self._producer.stop()

    def _channels(self, partitions: Iterable[Any]) -> list[tuple[str, int]]:
        return [(self._names.bare(tp.topic), tp.partition) for tp in partitions]

    def _received(self, event: Any, stream: Any) -> Received:
        message = event.message
        topic = self._names.bare(message.topic)
        token = (stream, event)
        # A tombstone is no event: as empty bytes it is rejected like any other.
        return Received(topic, message.partition, message.offset, message.value or b"", token)


class _Named:
    """Sends to the topics of this run: those of TOPOLOGY behind its prefix."""

    def __init__(self, producer: BatchProducer, names: Names) -> None:
        self._producer, self._names = producer, names

    async def send(self, messages: Iterable[Outgoing]) -> None:
        """Send everything, or raise."""
        await self._producer.send(
            [message._replace(topic=self._names.of(message.topic)) for message in messages]
        )


def _app(bootstrap: str, names: Names, datadir: Path) -> faust.App:
    return faust.App(
        names.of(GROUP),
        broker=f"aiokafka://{bootstrap}",
        store="memory://",
        agent_supervisor="mode.supervisors.CrashingSupervisor",
        datadir=str(datadir),
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=10.0,
        broker_heartbeat_interval=2.0,
        broker_commit_interval=0.5,
        broker_max_poll_records=2000,
        stream_wait_empty=False,
    )
