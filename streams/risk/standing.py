"""What a run's join and measure stages stand on, read from their cells beside the pipeline.

Histograms and points are folded from what measure has been told, as measure folds them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from linkage.errors import RiskError
from linkage.privacy.adversary import Adversary, Knowledge
from linkage.privacy.each import Alike, alike
from linkage.privacy.histogram import ClassHistogram
from linkage.privacy.metric import Context
from linkage.privacy.points import PointIndex, Profiles
from linkage.privacy.rows import Ints, Keys
from linkage.privacy.view import View
from streams.plan import Plan
from streams.risk.cells import all_rows
from streams.stage import BEFORE_STREAM, Draft
from streams.stages.classes import OPERATOR, parse_classes
from streams.stages.join import Join
from streams.stages.measure import Measure, histogram_of
from streams.stages.watch import Watch, Watched
from streams.store.protocol import Store
from streams.views import views_of


@dataclass(frozen=True)
class Standing:
    """Who has which points, who looks like whom, and since when the attacked are alone.

    `person`, `counts`, `sums` and `doubts` are join's profiles: of everybody with a point,
    ascending, how many points, their sum and the doubt of the links by source. `layers` are the
    points that the operator sees, and those that each purpose may see.
    """

    plan: Plan
    block: int
    person: Ints
    counts: Ints
    sums: Keys
    doubts: Ints
    histogram: ClassHistogram
    layers: tuple[PointIndex, ...]
    watched: Mapping[tuple[str, int], Watched]

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the names of the run's sources."""
        return self.plan.layout.sources

    @property
    def views(self) -> tuple[View, ...]:
        """Return every view; those without a budget come first."""
        return views_of(self.sources, self.plan.joins)

    @property
    def free(self) -> tuple[View, ...]:
        """Return every subset of the sources."""
        return tuple(view for view in self.views if view.purpose is None)

    @cached_property
    def attacked(self) -> Profiles:
        """Return the people who are attacked, with their points."""
        operator = self.layers[OPERATOR]
        return operator.profiles(operator.targets())

    def chosen(self, view: View) -> list[int]:
        """Return the numbers of a view's sources."""
        return [self.sources.index(source) for source in view.sources]

    def alike(self, view: View) -> Alike:
        """Return how many look like each person in a view without a budget, counted exactly."""
        columns = self.chosen(view)
        return alike(self.sums[:, columns], self.doubts[:, columns])

    def contexts(self, adversary: Adversary, knowledge: Knowledge) -> Iterator[Context]:
        """Yield the context of every view, for an adversary; resolutions are the sources'."""
        operator, layers = self.layers[OPERATOR], iter(self.layers[1:])
        resolutions = {source.name: source.resolution for source in self.plan.sources}
        sums = operator.sums(self.attacked.people, len(self.sources))
        draft = Draft({"watched": self.watched})
        watch = Watch(draft, self.block, self.sources, self.attacked.people, sums)
        for number, view in enumerate(self.views):
            told = ", ".join(dict.fromkeys(resolutions[source] for source in view.sources))
            free = view.purpose is None
            yield Context(
                view=view,
                number=number,
                sources=tuple(self.chosen(view)),
                views=self.views,
                histogram=self.histogram,
                visible=operator if free else next(layers),
                profiles=self.attacked,
                adversary=adversary,
                knowledge=replace(knowledge, resolution=told),
                seed=self.plan.attack.seed,
                population=max(operator.people(), self.histogram.people(number)),
                followed=watch.follow(view, number, self.histogram) if free else None,
            )


def standing(store: Store, plan: Plan) -> Standing:
    """Return what the cells of a run hold; safe while it works, it is then as of its last commits.

    Raises RiskError when nothing has been measured yet.
    """
    sources, purposes, attack = plan.layout.sources, plan.joins, plan.attack
    said = [value for _, value in all_rows(store, "measure", Measure, "said")]
    if not said:
        raise RiskError("the run has no points yet; let it close its first block")
    histogram = histogram_of(said, views_of(sources, purposes), sources)
    for view, level in all_rows(store, "measure", Measure, "thinned"):
        histogram.thin(view, level)
    profiles = {
        p: held for p, held in all_rows(store, "join", Join, "profiles") if any(held.counts)
    }
    people = sorted(profiles)
    shape = len(people), len(sources)
    closed = [n for name, n in all_rows(store, "join", Join, "totals") if name == "block"]
    return Standing(
        plan=plan,
        block=min(closed, default=BEFORE_STREAM),
        person=np.array(people, np.int64),
        counts=np.array([profiles[p].counts for p in people], np.int64).reshape(shape),
        sums=np.array([profiles[p].sums for p in people], np.uint64).reshape(shape),
        doubts=np.array([profiles[p].doubts for p in people], np.int64).reshape(shape),
        histogram=histogram,
        layers=_layers(said, [PointIndex(attack.seed, attack.sample) for _ in (0, *purposes)]),
        watched=dict(all_rows(store, "measure", Measure, "watched")),
    )


def _layers(said: Sequence[bytes], layers: Sequence[PointIndex]) -> tuple[PointIndex, ...]:
    for data in said:
        points = parse_classes(data).points
        for number, layer in enumerate(layers):
            rows = points["layer"] == number
            if rows.any():
                layer.add(*(points[c][rows] for c in ("person", "source", "point", "sign")))
    return tuple(layers)
