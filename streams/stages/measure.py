"""measure: who can be singled out? Class moves and points in; risk by view, at every close.

State is what join said, kept as it came; histograms and point indexes are derived from it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from linkage.privacy.adversary import Knowledge
from linkage.privacy.exposure import Purpose
from linkage.privacy.metric import Context, load_metrics
from linkage.privacy.points import PointIndex
from linkage.privacy.view import ClassHistogram, View
from streams.messages import Pulse, Risk, ViewRisk
from streams.stage import Batch, Change, Draft, Step, Table
from streams.stages.classes import OPERATOR, parse_classes
from streams.store.protocol import Outgoing
from streams.views import views_of

_JSON = msgspec.json.Encoder()


@dataclass(frozen=True)
class Attack:
    """What the attacker of the headline holds: `total` points in every view, or some per source."""

    total: int
    per_source: int
    sample: int
    seed: int


class Measure:
    """The measure stage: one task over all people."""

    tables: Sequence[Table] = (Table("said", int, bytes, "journal"), Table("totals", str, int))

    def __init__(
        self,
        task: str,
        sources: tuple[str, ...],
        purposes: Sequence[Purpose],
        resolutions: Mapping[str, str],
        attack: Attack,
    ) -> None:
        self._task, self._sources, self._attack = task, sources, attack
        self._views, self._resolutions = views_of(sources, purposes), dict(resolutions)
        self._metrics = load_metrics()
        self.histogram = ClassHistogram(len(self._views))
        self._layers = [PointIndex(attack.seed, attack.sample) for _ in range(1 + len(purposes))]

    def step(self, tables: Mapping[str, Mapping[Any, Any]], batch: Batch) -> Step:
        """Keep what join says; at the close of a block, measure every view."""
        draft = Draft(tables)
        serial = draft.get("totals", "said") or 0
        for number, data in enumerate(batch.messages):
            draft.put("said", serial + number, data)
        draft.put("totals", "said", serial + len(batch.messages))
        outputs = []
        if batch.close is not None:
            risk = Risk(block=batch.close, last=batch.last, views=self._measure())
            outputs.append(Outgoing("risk", 0, str(batch.close).encode(), _JSON.encode(risk)))
            pulse = Pulse(task=self._task, block=batch.close, events=serial, event_time=0)
            outputs.append(Outgoing("pulse", None, self._task.encode(), _JSON.encode(pulse)))
        return Step(draft.changes(), outputs)

    def applied(self, changes: Iterable[Change]) -> None:
        """Bring histograms and point indexes up to date."""
        for table, _, data in changes:
            if table != "said":
                continue
            moves, points = parse_classes(data)
            self.histogram.move(moves["view"], moves["old"], moves["new"])
            for layer, index in enumerate(self._layers):
                rows = points["layer"] == layer
                if rows.any():
                    index.add(*(points[c][rows] for c in ("person", "source", "point", "sign")))

    def _measure(self) -> tuple[ViewRisk, ...]:
        attack, operator = self._attack, self._layers[OPERATOR]
        same = Knowledge(attack.total, False, "", f"any {attack.total} points of a person's trace")
        each = Knowledge(attack.per_source, True, "", f"{attack.per_source} points of each source")
        profiles = operator.profiles(operator.targets())
        layers = iter(self._layers[1:])
        risks = []
        for number, view in enumerate(self._views):
            codes = tuple(self._sources.index(source) for source in view.sources)
            visible = operator if view.purpose is None else next(layers)
            base = (view, number, codes, self.histogram, visible, profiles)
            # A purpose may still be shown people of whom the operator has no point any more.
            population = max(operator.people(), self.histogram.people(number))
            total = Context(*base, same, attack.seed, population)
            split = Context(*base, each, attack.seed, population)
            risks.append(self._view_risk(view, number, total, split))
        return tuple(risks)

    def _view_risk(self, view: View, number: int, total: Context, split: Context) -> ViewRisk:
        figures = {name: metric.measure(total) for name, metric in self._metrics.items()}
        resolution = ", ".join(dict.fromkeys(self._resolutions[s] for s in view.sources))
        return ViewRisk(
            view=view.name,
            sources=view.sources,
            purpose=view.purpose,
            points=total.knowledge.points,
            resolution=resolution,
            adversary=total.knowledge.describes,
            identified=figures["unicity"],
            identified_per_source=self._metrics["unicity"].measure(split),
            points_per_source=split.knowledge.points,
            hidden_among=figures["hidden_among"].value,
            vulnerability=figures["vulnerability"],
            bits=figures["bits"],
            below_5=figures["small_classes"],
            figures=figures,
            people=self.histogram.people(number),
            classes=self.histogram.classes(number),
        )


def histogram_of(rows: Iterable[bytes], views: int) -> ClassHistogram:
    """Return the class histograms that join's messages add up to."""
    histogram = ClassHistogram(views)
    parts = [parse_classes(data)[0] for data in rows]
    if parts:
        columns = [np.concatenate([part[c] for part in parts]) for c in ("view", "old", "new")]
        histogram.move(*columns)
    return histogram
