"""What a pilot lets expect of every view: its classes, and the crowds of the attacked."""

from dataclasses import dataclass, fields

import numpy as np

from linkage.intervals import Floats
from linkage.privacy.doubt import wrongs
from linkage.privacy.histogram import DOUBT
from linkage.privacy.metric import Context
from linkage.privacy.pricing.evidence import Evidence, of_points, of_traces
from linkage.privacy.pricing.expected import Expected, Outlook, Told
from linkage.privacy.pricing.extrapolation import Dependence, Spectrum, fitted
from linkage.privacy.pricing.pilot import Ground

DRAWS = 4
"""Times that the points known of each sampled person are drawn: chance that costs no people."""


@dataclass(frozen=True)
class Part:
    """Which part of a pilot is looked at: without one group, or one draw of points only; -1: all.

    `step` is a direction in which the dependence is `far` standard deviations off, -1 is none, and
    `least` how many classes of a size must be expected for it to occur, see `Expected`.
    """

    without: int = -1
    draw: int = -1
    step: int = -1
    far: float = 0.0
    least: float = 0.5


class Outlooks:
    """Everything that is to be expected, by view and by part of the pilot."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self._ground, self._seeds = ground, tuple(range(seed, seed + DRAWS))
        self._traces: dict[tuple[int, ...], Evidence] = {}
        self._points: dict[int, Evidence | None] = {}
        self._fitted: dict[tuple[object, ...], Dependence] = {}
        self._weights: dict[int, Floats] = {}

    @property
    def seeds(self) -> tuple[int, ...]:
        """Return the seeds by which points are drawn."""
        return self._seeds

    def told(self, context: Context, part: Part) -> Told:
        """Return a context of the sample as it is to be expected of everybody.

        Where the adversary errs, no crowd has a size.
        """
        people = self._people(part.without)
        classes: dict[int, Outlook] = {}

        def outlook(view: int) -> Outlook:
            if view not in classes:
                sources = tuple(map(self._ground.sources.index, context.views[view].sources))
                classes[view] = self._classes(sources, part, people)
            return classes[view]

        own = {field.name: getattr(context, field.name) for field in fields(Context)}
        own["histogram"] = Expected(len(context.views), people, outlook, part.least)
        own["population"] = people
        return Told(**own, expected=self._crowds(context, part))

    def errs(self, context: Context) -> bool:
        """Return whether some of what the adversary knows is wrong."""
        return self._evidence(context) is None

    def _classes(self, sources: tuple[int, ...], part: Part, people: int) -> Outlook:
        ground, weight = self._ground, self._weight(part.without)
        if sources not in self._traces:
            apart = ground.apart
            self._traces[sources] = of_traces(ground.sample, ground.sums, apart, sources)
        evidence = self._traces[sources]
        share = weight / weight.sum()
        wrong = wrongs(ground.doubts[:, list(sources)].sum(axis=1)) / 2.0**DOUBT
        classes = self._spectrum(evidence, ("traces", sources), part, share)
        doubted = self._spectrum(evidence, ("traces", sources), part, share * wrong)
        here = float(share[evidence.found].sum())
        if len(sources) == 1:  # known of everybody
            alike = ground.apart.customers[sources[0]].alike
            here = len(alike) / people
            classes = Spectrum(alike.astype(np.float64), np.full(len(alike), 1.0 / people))
        return Outlook(classes, doubted, here)

    def _crowds(self, context: Context, part: Part) -> Spectrum:
        evidence = self._evidence(context)
        if evidence is None:
            return Spectrum(np.zeros(1), np.ones(1))
        weight = self._weight(part.without)
        share = weight / weight.sum()
        found = self._spectrum(evidence, ("points", context.number), part, share)
        lost = max(1.0 - float(found.share.sum()), 0.0)
        return Spectrum(np.append(found.size, 0.0), np.append(found.share, lost))

    def _evidence(self, context: Context) -> Evidence | None:
        number, ground = context.number, self._ground
        if number not in self._points:
            asked = ground.sample, context, ground.apart, self._seeds
            self._points[number] = of_points(*asked)
        return self._points[number]

    def _spectrum(
        self, evidence: Evidence, name: tuple[object, ...], part: Part, share: Floats
    ) -> Spectrum:
        """Return the sizes to be expected, weighted by each person's share, over all draws."""
        draws = int(evidence.draw.max(initial=0)) + 1
        row = share[evidence.owner] * evidence.found / draws
        if part.draw >= 0 and draws > 1:
            row = row * draws * (evidence.draw == part.draw)
        kept = row != 0.0
        if not kept.any():
            return Spectrum(np.zeros(0), np.zeros(0))
        seen = evidence.seen(self._people(part.without), part.without).take(kept)
        dependence = self._dependence(evidence, name, part.without)
        if part.step >= 0:
            dependence = dependence.stepped(part.step, part.far)
        return dependence.expected(seen, row[kept])

    def _dependence(self, evidence: Evidence, name: tuple[object, ...], without: int) -> Dependence:
        key = (*name, without)
        if key not in self._fitted:
            start = None
            if without >= 0:
                start = self._dependence(evidence, name, -1).numbers
            kept = evidence.found & (self._ground.sample.group[evidence.owner] != without)
            people = self._people(without)
            seen = evidence.seen(people, without).take(kept)
            self._fitted[key] = fitted(seen, people, start)
        return self._fitted[key]

    def _people(self, without: int) -> int:
        return self._ground.people_by(self._weight(without))

    def _weight(self, without: int) -> Floats:
        if without not in self._weights:
            self._weights[without] = self._ground.weights(without)
        return self._weights[without]
