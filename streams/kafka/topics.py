"""The topics of a layout on a broker: made, checked, measured."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    KafkaError,
    TopicAlreadyExistsError,
)
from kafka.structs import OffsetAndMetadata

from streams.kafka.status import BrokerError
from streams.topology import TOPOLOGY, Layout, Topic

DAY_MS = 86_400_000
COORDINATOR_TRIES = 100
CONNECT_MS = 10_000


class TopicError(Exception):
    """A topic on the broker is not as the layout wants it; the message names the fix."""


@dataclass(frozen=True)
class Names:
    """The names of topics on the broker: those of TOPOLOGY behind a prefix.

    >>> Names("t1.").of("events.phone"), Names("t1.").bare("t1.events.phone")
    ('t1.events.phone', 'events.phone')
    """

    prefix: str = ""

    def of(self, topic: str) -> str:
        """Return the name on the broker."""
        return self.prefix + topic

    def bare(self, name: str) -> str:
        """Return the name in TOPOLOGY."""
        return name.removeprefix(self.prefix)


def inputs(layout: Layout) -> dict[str, int]:
    """Return the topics that feed and clerks write, with their partitions: no stage writes them.

    >>> inputs(Layout(("phone",), 2))
    {'registry': 2, 'events.phone': 2}
    """
    written = {name for stage in TOPOLOGY for name in stage.writes}
    return {
        name: count for name, (topic, count) in layout.topics().items() if topic.name not in written
    }


def ensure(layout: Layout, bootstrap: str, prefix: str = "") -> list[str]:
    """Create the layout's topics that are missing and wait for them; return the created names.

    Raises TopicError when one exists with another number of partitions: keys would move.
    """
    wanted = {Names(prefix).of(name): spec for name, spec in layout.topics().items()}
    with administration(bootstrap) as admin:
        existing = set(admin.list_topics())
        _check_partitions(admin, wanted, existing)
        missing = {name: _creation(*spec) for name, spec in wanted.items() if name not in existing}
        try:
            if missing:
                admin.create_topics(missing)
        except TopicAlreadyExistsError:
            # Somebody else made some in between; the others were created.
            _check_partitions(admin, wanted, set(admin.list_topics()))
        admin.wait_for_topics(list(wanted), timeout_ms=30_000)
    return sorted(missing)


def end_offsets(topics: Iterable[str], bootstrap: str) -> dict[tuple[str, int], int]:
    """Return the next offset of every partition of these topics (names on the broker).

    Topics that do not exist are left out.
    """
    with administration(bootstrap) as admin:
        return _ends(admin, topics)


def lag(group: str, topics: Iterable[str], bootstrap: str) -> dict[tuple[str, int], int]:
    """Return how many messages a consumer group has still to acknowledge, by partition."""
    with administration(bootstrap) as admin:
        ends = _ends(admin, topics)
        done = _committed(admin, group, ends)
    behind = {}
    for partition, end in ends.items():
        committed = done.get(TopicPartition(*partition))
        behind[partition] = end - max(0, committed.offset if committed else 0)
    return behind


@contextmanager
def administration(bootstrap: str) -> Iterator[KafkaAdminClient]:
    """Give an administration client of the broker; BrokerError when nobody answers there."""
    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap, bootstrap_timeout_ms=CONNECT_MS)
    except (KafkaError, OSError) as error:
        raise BrokerError(
            f"no Kafka answers on {bootstrap}: {error}. Start one with `joinlens broker start` "
            "or give another --bootstrap."
        ) from error
    try:
        yield admin
    finally:
        admin.close()


def _creation(topic: Topic, partitions: int) -> dict[str, object]:
    settings = {"cleanup.policy": "compact" if topic.compacted else "delete"}
    if topic.name == "registry":
        # A replay must meet each entry of a person in the block it was written in. Compaction
        # keeps a person's last entry only, so what a run may still replay is left alone for a day.
        settings["min.compaction.lag.ms"] = str(DAY_MS)
    return {"num_partitions": partitions, "replication_factor": 1, "configs": settings}


def _check_partitions(
    admin: KafkaAdminClient, wanted: dict[str, tuple[Topic, int]], existing: set[str]
) -> None:
    known = sorted(existing & wanted.keys())
    for found in admin.describe_topics(known) if known else []:
        name, count = found["name"], len(found["partitions"])
        if count not in (0, wanted[name][1]):
            raise TopicError(
                f"topic {name} has {count} partitions, --partitions wants {wanted[name][1]}: use "
                f"--partitions {count}, or a broker with a fresh folder, or delete the topic"
            )


def _committed(
    admin: KafkaAdminClient, group: str, partitions: Iterable[tuple[str, int]]
) -> Mapping[TopicPartition, OffsetAndMetadata]:
    asked = {group: [TopicPartition(*partition) for partition in partitions]}
    for _ in range(COORDINATOR_TRIES):
        try:
            found: Mapping[TopicPartition, OffsetAndMetadata] = admin.list_group_offsets(asked)
            return dict(found.get(group, {}))
        except (CoordinatorNotAvailableError, CoordinatorLoadInProgressError):
            # A young broker makes the topic of groups' offsets when it is first asked for one.
            time.sleep(0.1)
    raise BrokerError(f"the broker has no coordinator for the consumer group {group}")


def _ends(admin: KafkaAdminClient, topics: Iterable[str]) -> dict[tuple[str, int], int]:
    found = admin.describe_topics(sorted(topics))
    wanted = {
        TopicPartition(topic["name"], partition["partition_index"]): OffsetSpec.LATEST
        for topic in found
        for partition in topic["partitions"]
    }
    if not wanted:
        return {}
    ends = admin.list_partition_offsets(wanted)
    return {(p.topic, p.partition): end.offset for p, end in ends.items()}
