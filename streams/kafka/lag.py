"""How far workers are behind: messages of each input topic that are not acknowledged yet."""

from collections import Counter

from streams.kafka.topics import Names, lag
from streams.topology import Layout, stage_reading

GROUP = "joinlens"
"""The consumer group of all workers."""


class Lag:
    """Asks a broker how far the workers of a layout are."""

    def __init__(self, layout: Layout, bootstrap: str, names: Names | None = None) -> None:
        self._names, self._bootstrap = names or Names(), bootstrap
        self._topics = [topic for topic in layout.topics() if stage_reading(topic) is not None]

    def per_topic(self) -> dict[str, int]:
        """Return how many messages each topic is behind."""
        names = self._names
        behind: Counter[str] = Counter()
        topics = map(names.of, self._topics)
        for (topic, _), count in lag(names.of(GROUP), topics, self._bootstrap).items():
            behind[names.bare(topic)] += count
        return dict(behind)
