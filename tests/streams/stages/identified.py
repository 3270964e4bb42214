"""One identify task over the town, with its counts checked after every step."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from streams.messages import OUTCOMES, Link, Pulse
from streams.stage import Batch
from streams.stages.identify import Identify
from streams.stages.work import News
from tests.streams.stages.rig import Rig, net_doubts, net_moves
from tests.streams.stages.town import CODEC, PEOPLE, Desk, wire


@dataclass
class Town:
    """One identify task before an empty stream: people of the registry, no events."""

    people: Sequence[int] = tuple(PEOPLE)
    horizon: int = 24
    partitions: int = 3
    pairs: int | None = None
    desk: Desk = field(default_factory=Desk)
    rig: Rig = field(init=False)
    read: int = 0

    def __post_init__(self) -> None:
        self.rig = Rig(self._stage())
        self.close(self.people)

    def _stage(self) -> Identify:
        task, registry = "identify/events.phone/0", self.desk.registry
        return Identify(task, "phone", self.partitions, CODEC, registry, self.horizon, self.pairs)

    def open_again(self) -> None:
        self.rig.reopen(self._stage())

    def close(self, people: Sequence[int] = (), erased: Sequence[int] = ()) -> None:
        affected = self.desk.close(people, erased)
        self.rig.step(Batch(close=self.desk.registry.block, affected=affected))
        self._check_counts()

    def feed(self, *news: News) -> None:
        self.feed_bytes(wire(news))

    def feed_bytes(self, messages: Sequence[bytes]) -> None:
        self.rig.feed(messages)
        self.read += len(messages)
        self._check_counts()

    def count(self, outcome: str) -> int:
        return self.rig.tables["totals"].get(outcome, 0)

    def counts(self) -> dict[str, int]:
        return {name: self.count(name) for name in OUTCOMES if self.count(name)}

    def tenancies(self) -> dict[tuple[str, int], tuple[object, ...]]:
        return {
            (subject, t.start): (t.status, t.person, t.weight, t.runner_up, t.margin, t.verdicts)
            for subject, account in self.rig.tables["accounts"].items()
            for t in account.tenancies
            if t.status != "retracted"
        }

    def state(self) -> tuple[object, ...]:
        counts = {name: n for name, n in self.counts().items() if name != "duplicate"}
        said = dict(self.rig.tables["verdicts"])
        points, doubts = net_moves(self.rig.said), net_doubts(self.rig.said)
        return self.tenancies(), counts, points, doubts, self.said_links(), said

    def said_links(self) -> dict[str, tuple[object, ...]]:
        """What a reader of the compacted topic holds: the highest revision of each tenancy."""
        newest: dict[str, Link] = {}
        for out in self.rig.topic("links"):
            link = msgspec.json.decode(out.value, type=Link)
            assert out.key is not None
            old = newest.get(out.key.decode())
            assert old is None or link.revision > old.revision
            newest[out.key.decode()] = link
        return {
            key: (link.status, link.person, link.weight, link.decided_by, link.verdicts)
            for key, link in newest.items()
            if link.status != "retracted"
        }

    def holders(self) -> dict[int, int]:
        """How many usages each person has now."""
        held: Counter[int] = Counter()
        for (person, *_), n in net_moves(self.rig.said).items():
            assert n == 1
            held[person] += n
        return dict(held)

    def _check_counts(self) -> None:
        counts = self.counts()
        assert sum(counts.values()) == self.read
        assert min(counts.values(), default=0) >= 0
        pulse = msgspec.json.decode(self.rig.topic("pulse")[-1].value, type=Pulse)
        assert pulse.extra.get("deferred", 0) == len(self.rig.tables["deferred"])
        assert {name: n for name, n in pulse.outcomes.items() if n} == counts
        assert pulse.events == self.read


def one_batch(history: Sequence[News], **town: Any) -> Town:
    made = Town(**town)
    made.feed(*history)
    return made
