"""measure: who can be singled out? Profiles, class moves and points in; risk by view at each close.

State is what join said, kept as it came; histograms and point indexes are derived from it. Beside
it stand since when each attacked person has been identified, and how far views are thinned. When
people were erased, what join said is written anew at the close, without them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np

from linkage.privacy.adversary import Adversary, Knowledge, load_adversaries
from linkage.privacy.budget.exposure import Purpose
from linkage.privacy.histogram import ClassHistogram, Moves
from linkage.privacy.lattice import LIMIT, levels
from linkage.privacy.metric import Context, figures, load_metrics
from linkage.privacy.points import PointIndex
from linkage.privacy.rows import Ints
from linkage.privacy.view import View
from streams.messages import Pulse, Risk, ViewCount, ViewRisk
from streams.stage import Batch, Change, Draft, Step, Table
from streams.stages.classes import (
    NONE,
    OPERATOR,
    Heard,
    class_moves_in,
    is_forgotten,
    parse_classes,
)
from streams.stages.retold import gain_standing, retold
from streams.stages.watch import Watch, Watched
from streams.store.protocol import Outgoing
from streams.views import is_attacked, views_of

_JSON = msgspec.json.Encoder()
_SAME, _EACH = "points", "points_per_source"
"""The two adversaries of the headline: a total of points, and points of each source."""
_COUNTED = ("classes", "identified_share", "bits", "prosecutor", "vulnerability", "small_classes")
"""The metrics of every subset, also of those that are not attacked: they need no attack."""


@dataclass(frozen=True)
class Attack:
    """What the attacker of the headline holds: `total` points in every view, or some per source."""

    total: int
    per_source: int
    sample: int
    seed: int


class Measure:
    """The measure stage: one task over all people. `limit` is of classes, over all views."""

    tables: Sequence[Table] = (
        Table("said", int, bytes, "journal"),
        Table("watched", tuple[str, int], Watched),
        Table("thinned", int, int),
        Table("totals", str, int),
    )

    def __init__(
        self,
        task: str,
        sources: tuple[str, ...],
        purposes: Sequence[Purpose],
        resolutions: Mapping[str, str],
        attack: Attack,
        limit: int = LIMIT,
    ) -> None:
        self._task, self._sources, self._attack, self._limit = task, sources, attack, limit
        self.views, self._resolutions = views_of(sources, purposes), dict(resolutions)
        self._metrics, self._adversaries = load_metrics(), load_adversaries()
        self._counted = {name: self._metrics[name] for name in _COUNTED}
        self._purposes = len(purposes)
        self._start()

    def step(self, tables: Mapping[str, Mapping[Any, Any]], batch: Batch) -> Step:
        """Keep what join says; at the close of a block, measure every view."""
        draft = Draft(tables)
        serial = draft.get("totals", "said") or 0
        for number, data in enumerate(batch.messages):
            draft.put("said", serial + number, data)
            if is_forgotten(data):
                self._forget(draft, parse_classes(data).gone["person"])
        draft.put("totals", "said", serial + len(batch.messages))
        outputs: list[Outgoing] = []
        wiped: tuple[str, ...] = ()
        if batch.close is not None:
            risk = self._risk(draft, batch.close, batch.last)
            outputs.append(Outgoing("risk", 0, str(batch.close).encode(), _JSON.encode(risk)))
            heard = serial - (draft.get("totals", "retold") or 0)
            pulse = Pulse(task=self._task, block=batch.close, events=heard, event_time=0)
            outputs.append(Outgoing("pulse", None, self._task.encode(), _JSON.encode(pulse)))
            free = sum(view.purpose is None for view in self.views)
            for view, level in enumerate(levels(self.histogram, free, self._limit)):
                if level > self.histogram.level(view):
                    draft.put("thinned", view, level)
            if draft.get("totals", "gone"):
                self._retell(draft)
                wiped = "said", "watched"
        return Step(draft.changes(), outputs, wiped)

    def applied(self, changes: Iterable[Change]) -> None:
        """Bring histograms and point indexes up to date, from nothing if the journal is new."""
        changes = list(changes)
        if any(table == "said" and value is None for table, _, value in changes):
            self._start()
        for table, key, value in changes:
            if table == "thinned":
                self.histogram.thin(key, value)
            elif table == "said" and value is not None:
                self._hear(parse_classes(value))

    def _start(self) -> None:
        self.histogram = ClassHistogram(len(self.views))
        seed, sample = self._attack.seed, self._attack.sample
        self.layers = [PointIndex(seed, sample) for _ in range(1 + self._purposes)]

    def _hear(self, heard: Heard) -> None:
        gain_standing(self.histogram, heard)
        self.histogram.move(class_moves_in(heard, self.views, self._sources))
        points = heard.points
        for layer, index in enumerate(self.layers):
            rows = points["layer"] == layer
            if rows.any():
                index.add(*(points[c][rows] for c in ("person", "source", "point", "sign")))
            if heard.gone:
                index.drop(heard.gone["person"])

    def _forget(self, draft: Draft, people: Ints) -> None:
        """Take people out of what is watched, and note that the journal still has them."""
        draft.put("totals", "gone", (draft.get("totals", "gone") or 0) + len(people))
        for person in people.tolist():
            for view in self.views:
                if draft.get("watched", (view.name, person)) is not None:
                    draft.put("watched", (view.name, person), None)

    def _retell(self, draft: Draft) -> None:
        """Write the journal anew, from what it has come to."""
        first, end = draft.get("totals", "first") or 0, draft.get("totals", "said")
        for number in range(first, end):
            draft.put("said", number, None)
        rows = list(retold(self.histogram, len(self.views), self.layers))
        for number, data in enumerate(rows):
            draft.put("said", end + number, data)
        more = (draft.get("totals", "retold") or 0) + len(rows)
        for name, value in (("first", end), ("said", end + len(rows)), ("retold", more)):
            draft.put("totals", name, value)
        draft.put("totals", "gone", None)

    def contexts(
        self, draft: Draft, block: int, adversary: Adversary, knowledge: Knowledge
    ) -> Iterator[Context]:
        """Yield what metrics may look at in each view, at the close of a block.

        The resolution of `knowledge` is told by the view's sources. Since when people are
        identified is followed in views that are attacked, and noted in the draft's `watched`.
        """
        operator, layers = self.layers[OPERATOR], iter(self.layers[1:])
        profiles = operator.profiles(operator.targets())
        sums = operator.sums(profiles.people, len(self._sources))
        watch = Watch(draft, block, self._sources, profiles.people, sums)
        for number, view in enumerate(self.views):
            free = view.purpose is None
            told = ", ".join(dict.fromkeys(self._resolutions[s] for s in view.sources))
            watched = free and is_attacked(view, self._sources)
            yield Context(
                view=view,
                number=number,
                sources=tuple(self._sources.index(source) for source in view.sources),
                views=self.views,
                histogram=self.histogram,
                visible=operator if free else next(layers),
                profiles=profiles,
                adversary=adversary,
                knowledge=replace(knowledge, resolution=told),
                seed=self._attack.seed,
                # A purpose may still be shown people of whom the operator has no point any more.
                population=max(operator.people(), self.histogram.people(number)),
                followed=watch.follow(view, number, self.histogram) if watched else None,
            )

    def _risk(self, draft: Draft, block: int, last: bool) -> Risk:
        attacked, counted = [], []
        known = Knowledge(self._attack.total)
        for context in self.contexts(draft, block, self._adversaries[_SAME], known):
            counted.append(self._count(context))
            if is_attacked(context.view, self._sources):
                attacked.append(self._attacked(context))
        return Risk(block=block, last=last, views=tuple(attacked), lattice=tuple(counted))

    def _count(self, context: Context) -> ViewCount:
        return ViewCount(
            view=context.view.name,
            sources=context.view.sources,
            purpose=context.view.purpose,
            people=context.histogram.people(context.number),
            level=context.histogram.level(context.number),
            figures=figures(self._counted, context),
        )

    def _attacked(self, total: Context) -> ViewRisk:
        view, number = total.view, total.number
        found = figures(self._metrics, total)
        knowledge = Knowledge(self._attack.per_source, total.knowledge.resolution)
        split = replace(total, adversary=self._adversaries[_EACH], knowledge=knowledge)
        each = figures({"unicity": self._metrics["unicity"]}, split)
        return ViewRisk(
            view=view.name,
            sources=view.sources,
            purpose=view.purpose,
            points=total.knowledge.points,
            resolution=total.knowledge.resolution,
            adversary=total.adversary.says(total.knowledge),
            identified=found["unicity"],
            identified_per_source=each["unicity"],
            points_per_source=split.knowledge.points,
            hidden_among=found["hidden_among"].value,
            vulnerability=found["vulnerability"],
            bits=found["bits"],
            below_5=found["small_classes"],
            figures=found,
            people=self.histogram.people(number),
            classes=round(found["classes"].value) - (total.absent > 0),
        )


def histogram_of(
    rows: Iterable[bytes], views: tuple[View, ...], sources: tuple[str, ...]
) -> ClassHistogram:
    """Return the class histograms that join's messages add up to."""
    histogram = ClassHistogram(len(views))
    parts = []
    for data in rows:
        heard = parse_classes(data)
        gain_standing(histogram, heard)
        parts.append(class_moves_in(heard, views, sources))
    histogram.move(Moves(*(np.concatenate(c) for c in zip(NONE, *parts, strict=True))))
    return histogram
