"""What a worker on Kafka does with messages: take, process, flush, and say what may be acked.

No Faust in here: whatever consumes hands over (topic, partition, offset, value) with a token, and
gets back the tokens of what is committed and flushed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

import msgspec

from streams.events import Marker, Rejected
from streams.gate import rejected
from streams.runners.outfit import Outfit
from streams.runners.task import Inbound, inbound_frame
from streams.store.protocol import Outgoing
from streams.topology import Stage, stage_reading, task_name

_marker = msgspec.json.Decoder(Marker).decode


class Received(NamedTuple):
    """A message of an input topic (its name in TOPOLOGY) with the consumer's own token."""

    topic: str
    partition: int
    offset: int
    value: bytes
    token: Any


class Sender(Protocol):
    """Sends messages and returns when all of them have arrived."""

    async def send(self, messages: Iterable[Outgoing]) -> None:
        """Send everything, or raise."""


class Hand:
    """One worker's tasks on Kafka: partitions come and go, messages are settled."""

    def __init__(self, fitted: Outfit, sender: Sender) -> None:
        self._log, self._worker, self._shop = fitted
        self._sender, self._codec = sender, self._shop.plan.codec()
        self._refused: dict[int, list[Outgoing]] = {}

    def assign(self, channels: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
        """Open the tasks of these (topic, partition) pairs that are not open yet; return them."""
        opened = []
        for topic, partition in sorted(channels):
            spec = _reader(topic)
            if task_name(spec, topic, partition) not in self._worker.tasks:
                self._worker.add(self._shop.task(spec, topic, partition), spec)
                opened.append((topic, partition))
        return opened

    def revoke(self, channels: Iterable[tuple[str, int]]) -> None:
        """Close the tasks of these (topic, partition) pairs; what they held comes again."""
        for topic, partition in channels:
            name = task_name(_reader(topic), topic, partition)
            if name in self._worker.tasks:
                self._worker.remove(name)

    def know(self, entries: Iterable[tuple[int, int, bytes, bytes | None]]) -> None:
        """Take what the registry topic said: (partition, offset, key, value)."""
        for partition, _, _, value in entries:
            if value is None:
                continue
            try:
                self._log.take(partition, value)
            except Rejected as refusal:
                reject = rejected(self._codec, refusal, value, "registry")
                self._refused.setdefault(partition, []).append(reject)

    async def settle(self, messages: Sequence[Received]) -> list[Any]:
        """Process messages and all that they set free; return the tokens that may be acked.

        Messages of partitions that are not assigned any more are dropped without an ack: they
        come again to whoever has the partition now.
        """
        for name, inputs in self._by_task(messages).items():
            self._worker.tasks[name].offer(inputs)
        self._worker.advance()
        tasks = list(self._worker.tasks.values())
        outboxes = [(task, *task.outbox()) for task in tasks]
        said = [out for _, outgoing, _ in outboxes for out in outgoing]
        await self._sender.send([*said, *self._registry_rejects()])
        for task, outgoing, number in outboxes:
            if outgoing:
                task.flushed(number)
        return [token for task in tasks for token in task.done()]

    def _registry_rejects(self) -> list[Outgoing]:
        """Return what is ours to report of refused registry entries.

        Every worker reads them all; who has the same partition of the first source reports them.
        """
        first = f"events.{self._shop.plan.layout.sources[0]}"
        spec = _reader(first)
        ours = [p for p in self._refused if task_name(spec, first, p) in self._worker.tasks]
        return [reject for partition in ours for reject in self._refused.pop(partition)]

    def _by_task(self, messages: Sequence[Received]) -> dict[str, list[Inbound]]:
        found: defaultdict[str, list[Inbound]] = defaultdict(list)
        for message in messages:
            name = task_name(_reader(message.topic), message.topic, message.partition)
            if name in self._worker.tasks:
                found[name].append(_inbound(message))
        return found


def _reader(topic: str) -> Stage:
    stage = stage_reading(topic)
    if stage is None:
        raise ValueError(f"no stage reads {topic}")
    return stage


def _inbound(message: Received) -> Inbound:
    if not message.topic.startswith("events."):
        return inbound_frame(message.value, message.token)
    marker = _marked(message.value)
    return Inbound(
        f"{message.topic}/{message.partition}",
        message.offset,
        message.value,
        None if marker is None else marker.marker,
        marker is not None and marker.last,
        message.token,
    )


def _marked(value: bytes) -> Marker | None:
    """Return the marker in a message; what only looks like one is left for the stage to reject."""
    if value.startswith(b'{"marker":'):
        with suppress(msgspec.DecodeError):
            return _marker(value)
    return None
