"""The feed: deliveries through the gate to the partition of their key, markers to every partition.

It can be run again after it stopped, however it stopped: what a partition holds already is passed
over. That is sound because nobody else writes the topics it feeds but clerks, whose verdicts are
told apart, its idempotent producer keeps each partition in order, and the same seed makes the same
deliveries.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import msgspec
from kafka import KafkaProducer
from kafka.errors import KafkaError

from streams.delivery import Delivery
from streams.events import Codec, Marker, Rejected, encode_marker
from streams.gate import Gate
from streams.kafka.pace import Pace
from streams.kafka.resume import FeedError, Resume, held
from streams.kafka.topics import Names, inputs
from streams.partition import partition_of
from streams.topology import Layout

FLUSH_EVERY = 20_000
"""The client's queue has no bound of its own; this is it, in messages."""


@dataclass
class Fed:
    """How much was fed: messages by topic, markers (each to all partitions), refusals, repeats."""

    topics: dict[str, int] = field(default_factory=dict)
    markers: int = 0
    rejected: int = 0
    already_there: int = 0

    @property
    def events(self) -> int:
        """Return how many messages were sent to source topics."""
        return sum(n for topic, n in self.topics.items() if topic.startswith("events."))


class Feed:
    """Writes a world's deliveries and markers to the input topics of a layout.

    The topics must exist (`topics.ensure`). Per partition the order is that of the deliveries.
    """

    def __init__(
        self, codec: Codec, layout: Layout, bootstrap: str, names: Names | None = None
    ) -> None:
        self._codec, self._gate = codec, Gate(codec)
        self._names = names or Names()
        self._bootstrap = bootstrap
        self._inputs = inputs(layout)
        self._rejects = layout.topics()["rejects"][1]

    def run(
        self,
        items: Iterable[Delivery | Marker],
        pace: Pace | None = None,
        report: Callable[[Fed], None] | None = None,
    ) -> Fed:
        """Feed a whole run, wait until the broker has it all, and return the counts.

        What the topics hold of this run is passed over. `report` hears the counts so far at
        every marker. Raises FeedError when the broker refuses a message, or holds another run.
        """
        names = [self._names.of(topic) for topic in self._inputs]
        resume = Resume(held(names, self._bootstrap))
        fed = self._feed(items, resume, pace, report)
        resume.finish()
        return fed

    def append(self, items: Iterable[Delivery | Marker], pace: Pace | None = None) -> Fed:
        """Feed items in addition to whatever the topics hold."""
        return self._feed(items, Resume({}), pace, None)

    def _feed(
        self,
        items: Iterable[Delivery | Marker],
        resume: Resume,
        pace: Pace | None,
        report: Callable[[Fed], None] | None,
    ) -> Fed:
        pace = pace or Pace(None)
        with _Sending(self._bootstrap, self._names, resume, pace.linger_ms) as sending:
            for item in items:
                if isinstance(item, Marker):
                    self._mark(item, sending)
                    if report is not None:
                        report(sending.fed)
                else:
                    before = sending.sent
                    self._deliver(item, sending)
                    if sending.sent > before:
                        pace.wait()
        return sending.fed

    def _deliver(self, item: Delivery, sending: "_Sending") -> None:
        try:
            checked = self._gate.check(item.topic, item.value)
        except Rejected as refusal:
            value = msgspec.json.encode(self._codec.reject(refusal, item.value, item.topic))
            sending.reject(value, partition_of(value, self._rejects))
        else:
            if item.topic not in self._inputs:
                known = ", ".join(self._inputs)
                raise FeedError(f"there is no input topic {item.topic}; this layout has {known}")
            partition = partition_of(item.key, self._inputs[item.topic])
            sending.send(item.topic, partition, item.key, checked)
            sending.fed.topics[item.topic] = sending.fed.topics.get(item.topic, 0) + 1

    def _mark(self, marker: Marker, sending: "_Sending") -> None:
        # A key of its own for every block: the registry is compacted and must keep them all.
        key = b"marker/%d" % marker.marker
        value = encode_marker(marker)
        for topic, partitions in self._inputs.items():
            for partition in range(partitions):
                sending.send(topic, partition, key, value)
        sending.fed.markers += 1
        sending.flush()


class _Sending:
    """One run's producer, what went through it, and what it need not send."""

    def __init__(self, bootstrap: str, names: Names, resume: Resume, linger_ms: int) -> None:
        self.fed = Fed()
        self._names, self._resume = names, resume
        self.sent = 0
        self._waiting = 0
        self._errors: list[BaseException] = []
        self._producer = KafkaProducer(
            bootstrap_servers=bootstrap,
            acks="all",
            enable_idempotence=True,
            linger_ms=linger_ms,
            batch_size=128 * 1024,
            metrics_enabled=False,
        )

    def __enter__(self) -> "_Sending":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.flush()
        finally:
            self._producer.close(timeout=10)

    def send(self, topic: str, partition: int, key: bytes, value: bytes) -> None:
        """Send unless the partition holds it since an earlier run."""
        name = self._names.of(topic)
        if self._resume.holds((name, partition), key, value):
            self.fed.already_there += 1
        else:
            self._put(name, partition, key, value)

    def reject(self, value: bytes, partition: int) -> None:
        """Send a refusal. Run again, it is sent again: workers write to that topic too."""
        self.fed.rejected += 1
        self._put(self._names.of("rejects"), partition, None, value)

    def flush(self) -> None:
        """Wait until the broker has everything; raise FeedError when it refused something."""
        try:
            self._producer.flush()
        except KafkaError as error:
            raise FeedError(f"the broker does not take the events: {error}") from error
        self._waiting = 0
        if self._errors:
            raise FeedError(f"the broker refused an event: {self._errors[0]}") from self._errors[0]

    def _put(self, name: str, partition: int, key: bytes | None, value: bytes) -> None:
        try:
            future = self._producer.send(name, value=value, key=key, partition=partition)
        except KafkaError as error:
            raise FeedError(f"the broker does not take the events: {error}") from error
        future.add_errback(self._errors.append)
        self.sent += 1
        self._waiting += 1
        if self._waiting >= FLUSH_EVERY:
            self.flush()
