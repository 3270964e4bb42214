"""What a run's join and measure stages stand on, read from their cells beside the pipeline.

Histograms and points are folded from what measure has been told, as measure folds them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from linkage.errors import RiskError
from linkage.privacy.adversary import Adversary, Knowledge
from linkage.privacy.each import Alike, alike
from linkage.privacy.metric import Context
from linkage.privacy.points import Profiles
from linkage.privacy.rows import Ints, Keys
from linkage.privacy.view import View
from streams.plan import Plan
from streams.risk.cells import all_rows
from streams.stage import BEFORE_STREAM, Draft
from streams.stages.classes import OPERATOR
from streams.stages.join import Join
from streams.stages.measure import Measure
from streams.stages.watch import Watched
from streams.store.protocol import Store


@dataclass(frozen=True)
class Standing:
    """Who has which points, who looks like whom, and since when the attacked are alone.

    `person`, `counts`, `sums` and `doubts` are join's profiles: of everybody with a point,
    ascending, how many points, their sum and the doubt of the links by source. `measure` is the
    stage, as it stands.
    """

    plan: Plan
    block: int
    person: Ints
    counts: Ints
    sums: Keys
    doubts: Ints
    measure: Measure
    watched: Mapping[tuple[str, int], Watched]

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the names of the run's sources."""
        return self.plan.layout.sources

    @property
    def views(self) -> tuple[View, ...]:
        """Return every view; those without a budget come first."""
        return self.measure.views

    @property
    def free(self) -> tuple[View, ...]:
        """Return every subset of the sources."""
        return tuple(view for view in self.views if view.purpose is None)

    @cached_property
    def attacked(self) -> Profiles:
        """Return the people who are attacked, with their points."""
        operator = self.measure.layers[OPERATOR]
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
        draft = Draft({"watched": self.watched})
        return self.measure.contexts(draft, self.block, adversary, knowledge)


def standing(store: Store, plan: Plan) -> Standing:
    """Return what the cells of a run hold; safe while it works, it is then as of its last commits.

    Raises RiskError when nothing has been measured yet.
    """
    sources = plan.layout.sources
    said = [value for _, value in all_rows(store, "measure", Measure, "said")]
    if not said:
        raise RiskError("the run has no points yet; let it close its first block")
    measure = plan.measure("measure")
    measure.applied(("said", n, data) for n, data in enumerate(said))
    thinned = all_rows(store, "measure", Measure, "thinned")
    measure.applied(("thinned", view, level) for view, level in thinned)
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
        measure=measure,
        watched=dict(all_rows(store, "measure", Measure, "watched")),
    )
