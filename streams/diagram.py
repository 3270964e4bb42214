"""TOPOLOGY for people: a Mermaid diagram and a table, never written by hand."""

from collections.abc import Iterable, Sequence

from streams.topology import TOPOLOGY, Layout, Stage, Topic

FEED = "the feed"
READERS = "the page"


def mermaid(layout: Layout) -> str:
    """Return the stages and the real topics of a layout as a Mermaid flow chart.

    Boxes with round ends are stages, cylinders compacted topics, dotted arrows broadcasts.

    >>> print(mermaid(Layout(("phone",), 2)).splitlines()[2])
        registry[("registry<br/>key: person, 2 partitions")]
    """
    lines = ["flowchart LR", f"    feed([{FEED}])"]
    lines += [_topic_node(name, topic, n) for name, (topic, n) in layout.topics().items()]
    for stage in TOPOLOGY:
        count = _counted(len(layout.tasks(stage)), "task")
        lines.append(f'    {stage.name}(["{stage.name}<br/>{stage.question}<br/>{count}"])')
    for name, (topic, _) in layout.topics().items():
        if not _writers(topic):
            lines.append(f"    feed --> {_id(name)}")
    for stage in TOPOLOGY:
        reads = dict.fromkeys(topic for topic, _ in layout.channels(stage))
        lines += [f"    {_id(topic)} --> {stage.name}" for topic in reads]
        if stage.broadcast is not None:
            lines.append(f"    {_id(stage.broadcast)} -. read whole .-> {stage.name}")
        lines += [f"    {stage.name} --> {_id(topic)}" for topic in stage.writes]
    return "\n".join(lines) + "\n"


def table(layout: Layout) -> str:
    """Return the stages and the real topics of a layout as two Markdown tables."""
    stages = [
        (
            stage.name,
            stage.question,
            ", ".join(dict.fromkeys(topic for topic, _ in layout.channels(stage))),
            stage.broadcast or "",
            stage.by,
            ", ".join(stage.writes),
            str(len(layout.tasks(stage))),
        )
        for stage in TOPOLOGY
    ]
    topics = [
        (
            name,
            topic.holds,
            topic.key,
            str(count),
            "compact" if topic.compacted else "delete",
            ", ".join(s.name for s in _writers(topic)) or FEED,
            ", ".join(s.name for s in _readers(topic)) or READERS,
        )
        for name, (topic, count) in layout.topics().items()
    ]
    first = ("stage", "question", "reads", "reads whole", "state by", "writes", "tasks")
    second = ("topic", "holds", "key", "partitions", "cleanup", "written by", "read by")
    return "\n".join([*_aligned([first, *stages]), "", *_aligned([second, *topics])]) + "\n"


def _topic_node(name: str, topic: Topic, partitions: int) -> str:
    left, right = ("[(", ")]") if topic.compacted else ("[", "]")
    key = "no key" if topic.key == "none" else f"key: {topic.key}"
    return f'    {_id(name)}{left}"{name}<br/>{key}, {_counted(partitions, "partition")}"{right}'


def _writers(topic: Topic) -> list[Stage]:
    return [stage for stage in TOPOLOGY if topic.name in stage.writes]


def _readers(topic: Topic) -> list[Stage]:
    return [stage for stage in TOPOLOGY if topic.name in (stage.reads, stage.broadcast)]


def _id(topic: str) -> str:
    return topic.replace(".", "_")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = ["-" * width for width in widths]
    for row in (rows[0], rule, *rows[1:]):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"| {' | '.join(cells)} |"
