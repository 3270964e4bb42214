"""The whole pipeline in one process: the same tasks over the same store, without a broker.

Deterministic: topics are queues, and everything said is delivered before more is fed. The queues
end with the process, so a task keeps what it said until whoever reads it has committed it.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable

from linkage.privacy.budget.mechanisms import Sampler
from streams.delivery import Delivery
from streams.events import Marker, Rejected, encode_marker
from streams.gate import rejected
from streams.partition import partition_of
from streams.plan import Plan
from streams.runners.outfit import outfit
from streams.runners.task import Inbound, Probe, Task, ignore, inbound_frame
from streams.store.protocol import Outgoing, Store
from streams.topology import TOPOLOGY, stage_reading

Sink = Callable[[Outgoing], None]


class Embedded:
    """Runs a plan; what leaves the pipeline goes to `sink`, one message at a time."""

    def __init__(
        self, plan: Plan, store: Store, sampler: Sampler, sink: Sink, probe: Probe = ignore
    ) -> None:
        self._layout, self._sink, self._codec = plan.layout, sink, plan.codec()
        self._log, self._worker, shop = outfit(plan, store, sampler, probe)
        self._readers: dict[tuple[str, int], Task] = {}
        for spec in TOPOLOGY:
            for topic, partition in self._layout.channels(spec):
                task = shop.task(spec, topic, partition)
                self._readers[topic, partition] = task
                self._worker.add(task, spec)
        self._counts = {name: count for name, (_, count) in self._layout.topics().items()}
        self._offsets: Counter[tuple[str, int]] = Counter()
        self._waiting: dict[tuple[str, int], list[Inbound]] = {}
        self._said: Counter[str] = Counter()
        self._unread: dict[str, deque[tuple[str, int]]] = {
            name: deque() for name in self._worker.tasks
        }
        self._read: set[tuple[str, int]] = set()

    def run(self, deliveries: Iterable[Delivery | Marker], chunk: int = 4096) -> None:
        """Feed everything, in chunks of at most `chunk` deliveries, and bring it to rest."""
        fed = 0
        for one in deliveries:
            if isinstance(one, Marker):
                self._mark(one)
            else:
                self._deliver(one.topic, partition_of(one.key, self._counts[one.topic]), one.value)
                fed += 1
            if fed >= chunk or isinstance(one, Marker):
                self.settle()
                fed = 0
        self.settle()

    def append(self, entries: Iterable[Delivery], marker: Marker) -> None:
        """Add a block to what was run: changes of the registry and the marker that ends them.

        It follows whatever the tasks have read; those that have closed the block are passed over.
        """
        value, count = encode_marker(marker), self._counts["registry"]
        for entry in entries:
            self._tell_registry(partition_of(entry.key, count), entry.value)
        for partition in range(count):
            self._tell_registry(partition, value)
        for (topic, partition), task in self._readers.items():
            if topic.startswith("events.") and task.block < marker.marker:
                expected = task.expects(f"{topic}/{partition}")
                self._offsets[topic, partition] = max(expected, self._offsets[topic, partition])
                self._deliver(topic, partition, value, marker)
        self.settle()

    def reached(self) -> dict[tuple[str, int], tuple[int, int]]:
        """Return for each source's partition the last closed block, and how much was read."""
        return {
            (topic, partition): (task.block, task.expects(f"{topic}/{partition}"))
            for (topic, partition), task in self._readers.items()
            if topic.startswith("events.")
        }

    def settle(self) -> None:
        """Process what was fed until nothing moves any more."""
        moving = True
        while moving:
            for channel, inputs in self._waiting.items():
                self._readers[channel].offer(inputs)
            self._waiting = {}
            self._worker.advance()
            tasks = self._worker.tasks.values()
            moving = sum([self._flush(task) for task in tasks]) > 0
            for task in tasks:
                self._read.update(token for token in task.done() if token is not None)
            for task in tasks:
                self._confirm(task)

    def close(self) -> None:
        """Let go of every cell."""
        for name in list(self._worker.tasks):
            self._worker.remove(name)

    def _flush(self, task: Task) -> int:
        """Deliver what the task has committed and not yet said; return how much that was."""
        outgoing, number = task.outbox()
        fresh = min(len(outgoing), number - self._said[task.name])
        new = outgoing[len(outgoing) - fresh :]
        for place, out in enumerate(new, start=number - len(new) + 1):
            if stage_reading(out.topic) is None:
                self._sink(out)
            else:
                token = (task.name, place)
                self._unread[task.name].append(token)
                self._queue(out.topic, out.partition or 0, inbound_frame(out.value, token))
        self._said[task.name] = number
        return len(new)

    def _confirm(self, task: Task) -> None:
        """Let the task forget what everybody has committed who reads it, in the order it said."""
        unread = self._unread[task.name]
        while unread and unread[0] in self._read:
            self._read.discard(unread.popleft())
        task.flushed(unread[0][1] - 1 if unread else self._said[task.name])

    def _mark(self, marker: Marker) -> None:
        value = encode_marker(marker)
        for topic, count in self._counts.items():
            if topic == "registry" or topic.startswith("events."):
                for partition in range(count):
                    self._deliver(topic, partition, value, marker)

    def _deliver(
        self, topic: str, partition: int, value: bytes, marker: Marker | None = None
    ) -> None:
        if topic == "registry":
            self._tell_registry(partition, value)
            return
        offset = self._offsets[topic, partition]
        self._offsets[topic, partition] += 1
        block, last = (None, False) if marker is None else (marker.marker, marker.last)
        one = Inbound(f"{topic}/{partition}", offset, value, block, last, None)
        self._queue(topic, partition, one)

    def _tell_registry(self, partition: int, value: bytes) -> None:
        try:
            self._log.take(partition, value)
        except Rejected as refusal:
            self._sink(rejected(self._codec, refusal, value, "registry"))

    def _queue(self, topic: str, partition: int, one: Inbound) -> None:
        self._waiting.setdefault((topic, partition), []).append(one)
