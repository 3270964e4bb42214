"""TOPOLOGY: which stage reads what, keyed by what, and writes what. The picture as data.

Feed, workers, topic creation, the CLI's `topology` table and the diagram in the documentation
all read these tuples; none keeps a list of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Spread = Literal["partitions", "one"]


@dataclass(frozen=True)
class Topic:
    """A topic: what its key is, whether Kafka compacts it, and how many partitions it has.

    `per_source` topics exist once for each source of the scenario, as `NAME.SOURCE`.
    """

    name: str
    key: str
    holds: str
    spread: Spread = "partitions"
    compacted: bool = False
    per_source: bool = False


@dataclass(frozen=True)
class Stage:
    """A stage: the topics it reads, what its state is kept by, the topics it writes.

    `reads` is split over tasks, one for each partition; `broadcast` is read whole by every worker.
    """

    name: str
    question: str
    reads: str
    by: str
    writes: tuple[str, ...]
    broadcast: str | None = None


TOPICS: tuple[Topic, ...] = (
    Topic("registry", "person", "verified people and their changes", compacted=True),
    Topic("events", "account", "what a source saw", per_source=True),
    Topic("rejects", "none", "inputs refused, with the reason"),
    Topic("moves", "person", "points that a person gains or loses"),
    Topic("links", "tenancy", "who holds an account", compacted=True),
    Topic("reviews", "tenancy", "links a clerk should look at", compacted=True),
    Topic("classes", "none", "profiles, class moves and points", spread="one"),
    Topic("activity", "none", "who did what in a block; questions", spread="one"),
    Topic("charges", "ledger", "what was granted, refused and spent"),
    Topic("risk", "block", "what each view reveals", spread="one"),
    Topic("releases", "request", "noisy answers", spread="one"),
    Topic("pulse", "task", "progress of every task", compacted=True),
)

TOPOLOGY: tuple[Stage, ...] = (
    Stage(
        name="identify",
        question="Whose account is this?",
        reads="events",
        by="account",
        writes=("moves", "links", "reviews", "rejects", "pulse"),
        broadcast="registry",
    ),
    Stage(
        name="join",
        question="What does joining add, and may it be seen?",
        reads="moves",
        by="person",
        writes=("classes", "activity", "charges", "pulse"),
    ),
    Stage(
        name="measure",
        question="Who can be singled out?",
        reads="classes",
        by="view and class",
        writes=("risk", "pulse"),
    ),
    Stage(
        name="release",
        question="What may be published?",
        reads="activity",
        by="purpose",
        writes=("releases", "charges", "pulse"),
    ),
)


@dataclass(frozen=True)
class Layout:
    """TOPOLOGY for given sources and a number of partitions: real topics and real tasks."""

    sources: tuple[str, ...]
    partitions: int

    def topics(self) -> dict[str, tuple[Topic, int]]:
        """Return every topic that exists, by name, with its number of partitions."""
        found: dict[str, tuple[Topic, int]] = {}
        for topic in TOPICS:
            count = self.partitions if topic.spread == "partitions" else 1
            for name in self._names(topic):
                found[name] = (topic, count)
        return found

    def channels(self, stage: Stage) -> list[tuple[str, int]]:
        """Return the (topic, partition) pairs that the tasks of a stage read, one task each."""
        topic = topic_named(stage.reads)
        count = self.partitions if topic.spread == "partitions" else 1
        return [(name, p) for name in self._names(topic) for p in range(count)]

    def tasks(self, stage: Stage) -> list[str]:
        """Return the names of a stage's tasks.

        >>> Layout(("phone",), 2).tasks(TOPOLOGY[0])
        ['identify/events.phone/0', 'identify/events.phone/1']
        """
        return [task_name(stage, *channel) for channel in self.channels(stage)]

    def upstream(self, stage: Stage) -> frozenset[str]:
        """Return the origins whose marker must arrive before a block closes in a task."""
        writers = [s for s in TOPOLOGY if stage.reads in s.writes]
        return frozenset(task for s in writers for task in self.tasks(s))

    def _names(self, topic: Topic) -> Iterable[str]:
        if topic.per_source:
            return [f"{topic.name}.{source}" for source in self.sources]
        return [topic.name]


def task_name(stage: Stage, topic: str, partition: int) -> str:
    """Return the name of the task that reads one partition."""
    return f"{stage.name}/{topic}/{partition}"


def topic_named(name: str) -> Topic:
    """Return the topic with this name; KeyError when TOPICS has none."""
    return {t.name: t for t in TOPICS}[name]


def stage_named(name: str) -> Stage:
    """Return the stage with this name; KeyError when TOPOLOGY has none."""
    return {s.name: s for s in TOPOLOGY}[name]


def stage_reading(topic: str) -> Stage | None:
    """Return the stage whose tasks read a real topic, such as `events.phone`; None if none does."""
    return next((s for s in TOPOLOGY if topic.split(".", maxsplit=1)[0] == s.reads), None)
