"""Two views of a pilot, without and with one more source, measured over all parts of the pilot."""

from collections.abc import Mapping
from dataclasses import replace
from math import inf, log2

import numpy as np

from linkage.intervals import Floats
from linkage.privacy.estimate import Bounds, Estimate
from linkage.privacy.how import How
from linkage.privacy.metric import Context, Metric, Need
from linkage.privacy.pricing.changed import (
    Changed,
    Interval,
    Repeats,
    Scale,
    at_least,
    changed,
    difference,
)
from linkage.privacy.pricing.expected import NotTold, Told
from linkage.privacy.pricing.extrapolation import NUMBERS
from linkage.privacy.pricing.nested import Nested
from linkage.privacy.pricing.outlook import DRAWS, Outlooks, Part
from linkage.privacy.pricing.pilot import GROUPS, Ground

RARE = (0.02, 4.0)
"""How many classes of a size are expected where one occurs with a chance of .02, and of .98."""
_STEPS = NUMBERS
"""Directions in which the dependence between sources may be off."""
_FAR = 2.0
"""How many standard deviations it may be off."""
_RANKS = ("hidden_among",)
"""Medians: the jackknife is not right for them, order statistics are."""
_LEASTS = ("prosecutor",)
"""Of the smallest class: whether it occurs is all there is to be unsure of."""
Pair = tuple[float, float]
"""Before and after."""


class Replicates:
    """The figures of two views, and how sure they and their difference are."""

    def __init__(
        self, ground: Ground, before: Context, after: Context, seed: int, how: How
    ) -> None:
        self._pair = before, after
        self._looks = Outlooks(ground, seed)
        self._nested = Nested(ground, before.adversary, self._looks.seeds, how)
        groups = (Part(without=group) for group in range(GROUPS))
        draws = (Part(draw=draw) for draw in range(DRAWS))
        steps = (Part(step=step, far=far) for step in range(_STEPS) for far in (-_FAR, _FAR))
        self._parts = (Part(), *groups, *draws, *steps, *(Part(least=least) for least in RARE))
        self._told = [
            (self._looks.told(before, part), self._looks.told(after, part)) for part in self._parts
        ]
        share = ground.drawn / ground.population
        self._scale = Scale(len(ground.sample.people), ground.people, share)

    @property
    def errs(self) -> bool:
        """Return whether some of what the adversary knows is wrong."""
        return any(self._looks.errs(context) for context in self._pair)

    def has(self, need: Need) -> bool:
        """Return whether a metric finds here what it needs."""
        return all(told.has(need) for told in self._told[0])

    def changes(self, metric: Metric) -> Mapping[str, Changed]:
        """Return what changes of a metric, by its parts ("" where it has none)."""
        try:
            values = [_measured(metric, pair) for pair in self._told]
        except NotTold:
            values = [
                dict(self._nested.told(metric, part.without, part.draw, (b.expected, a.expected)))
                for part, (b, a) in zip(self._parts, self._told, strict=True)
            ]
        return {
            part: self._changed(metric, np.array([each[part] for each in values]))
            for part in values[0]
        }

    def _changed(self, metric: Metric, values: Floats) -> Changed:
        x, told = [_repeats(values[:, place]) for place in (0, 1)], self._told[0]
        if metric.name in _RANKS:
            before, after = (self._own(metric, one.bare, t) for one, t in zip(x, told, strict=True))
            return Changed(before, after, difference(before, after, 0.0))
        if metric.name in _LEASTS or ("doubts" in metric.needs and not values.any()):
            return Changed(x[0].bare, x[1].bare, difference(x[0].bare, x[1].bare, 0.0))
        bounds = _bounds(metric, told[0]), _bounds(metric, told[1])
        return changed(x[0], x[1], self._scale, bounds)

    def _own(self, metric: Metric, one: Interval, told: Told) -> Interval:
        """Return an interval as wide as the metric's own of as many attacked as were sampled."""
        found = metric.measure(replace(told, attacked=self._scale.sampled))
        return at_least(one, found.low, found.high) if isinstance(found, Estimate) else one


def _repeats(values: Floats) -> Repeats:
    ends = np.cumsum([1, GROUPS, DRAWS, 2 * _STEPS])
    whole, groups, draws, steps, least = np.split(values, ends)
    return Repeats(float(whole[0]), groups, draws, steps.reshape(-1, 2), least)


def _measured(metric: Metric, pair: tuple[Told, Told]) -> dict[str, Pair]:
    before, after = (_parts(metric, told) for told in pair)
    # A source that is not there yet has no share in anything.
    return {name: (before.get(name, 0.0), value) for name, value in after.items()}


def _parts(metric: Metric, told: Told) -> dict[str, float]:
    found = metric.measure(told)
    each = {"": found} if isinstance(found, Estimate) else found
    return {part: estimate.value for part, estimate in each.items()}


def _bounds(metric: Metric, told: Told) -> Bounds:
    """Return between what a figure lies: where a metric leaves the most open, bits or people."""
    least, most = metric.bounds
    if most == inf and least == 0.0:
        most = log2(max(told.population, 2)) if "bits" in metric.unit else float(told.population)
    return least, most
