"""Metrics that ask who is in a crowd, not only how many: told from ever smaller samples.

As fewer people are sampled crowds fall apart, and such a figure changes with them. Over nested
samples it goes in a straight line with the mean of log2 of the crowd's size; so the line is taken
on to the mean that is to be expected among everybody. Measured on synthetic towns of 3,000 people
over a factor of 64: the slope of `inference` by two points was -.034 to -.037 at each halving of
the samples, down to 100 people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import cached_property

import numpy as np

from linkage.intervals import Floats
from linkage.privacy.adversary import Adversary
from linkage.privacy.estimate import Estimate
from linkage.privacy.frames import contexts
from linkage.privacy.how import How
from linkage.privacy.metric import Context, Metric
from linkage.privacy.points import shuffled
from linkage.privacy.pricing.extrapolation import Spectrum
from linkage.privacy.pricing.pilot import GROUPS, Ground

LEVELS = (1, 2, 5)
"""Into how many samples of their own the pilot is divided."""
Figures = dict[str, Floats]
"""Draws x views, by part; `_BITS` is the mean log2 of the crowd."""
_BITS = "/bits"


class Nested:
    """A pilot and its parts, in two views."""

    def __init__(
        self, ground: Ground, adversary: Adversary, seeds: tuple[int, ...], how: How
    ) -> None:
        self._ground, self._adversary, self._seeds, self._how = ground, adversary, seeds, how
        self._contexts: dict[tuple[int, ...], list[Context]] = {}
        self._measured: dict[tuple[str, tuple[int, ...]], Figures] = {}

    def told(
        self, metric: Metric, without: int, draw: int, crowds: tuple[Spectrum, Spectrum]
    ) -> Mapping[str, tuple[float, float]]:
        """Return a metric's figures of everybody, by part, if crowds are to be expected like that.

        `without` is a group to leave out, `draw` one draw of points to be taken alone; -1: none.
        """
        levels = [self._level(metric, many, without) for many in LEVELS]
        aim = np.array([_mean_bits(spectrum) for spectrum in crowds])
        chosen = slice(None) if draw < 0 else slice(draw, draw + 1)
        found = {}
        for part in levels[0]:
            if part != _BITS:
                values = np.stack([level[part].mean(axis=0) for level in levels])
                bits = np.stack([level[_BITS].mean(axis=0) for level in levels])
                here = levels[0][part][chosen].mean(axis=0)
                start = levels[0][_BITS][chosen].mean(axis=0)
                slope = _slopes(bits, values)
                before, after = np.clip(here + slope * (aim - start), *metric.bounds)
                found[part] = (float(before), float(after))
        return found

    def _level(self, metric: Metric, many: int, without: int) -> Figures:
        """Return the mean over the samples of a level."""
        parts = np.array_split(np.arange(GROUPS), many)
        groups = [tuple(g for g in part.tolist() if g != without) for part in parts]
        each = [self._of(metric, some) for some in groups if some]
        return {name: np.mean([one[name] for one in each], axis=0) for name in each[0]}

    def _of(self, metric: Metric, groups: tuple[int, ...]) -> Figures:
        key = metric.name, groups
        if key not in self._measured:
            found: dict[str, list[list[float]]] = {}
            for seed in self._seeds:
                pair = [_drawn(context, seed) for context in self._pair(groups)]
                for name, numbers in _both(metric, pair).items():
                    found.setdefault(name, []).append(numbers)
            self._measured[key] = {name: np.array(rows) for name, rows in found.items()}
        return self._measured[key]

    def _pair(self, groups: tuple[int, ...]) -> list[Context]:
        if groups not in self._contexts:
            points = self._ground.points_of(groups)
            how = replace(self._how, sample=max(len(points.people), 1))
            pair = contexts(points, self._adversary, self._seeds[0], how)
            self._contexts[groups] = sorted(pair, key=lambda context: len(context.sources))
        return self._contexts[groups]


def _both(metric: Metric, pair: Sequence[Context]) -> dict[str, list[float]]:
    """Return the figures of two views by part, 0 for a part that the first has not."""
    each = []
    for context in pair:
        measured = metric.measure(context)
        parts = {"": measured} if isinstance(measured, Estimate) else measured
        bits = float(np.log2(np.maximum(context.crowds, 1)).mean()) if len(context.crowds) else 0.0
        each.append({part: estimate.value for part, estimate in parts.items()} | {_BITS: bits})
    return {part: [each[0].get(part, 0.0), each[1][part]] for part in each[1]}


def _slopes(x: Floats, y: Floats) -> Floats:
    """Return the slope of y over x in each column, by least squares; 0 where x does not change."""
    off = x - x.mean(axis=0)
    squares = (off * off).sum(axis=0)
    slopes: Floats = (off * y).sum(axis=0) / np.where(squares > 1e-12, squares, np.inf)
    return slopes


def _mean_bits(crowds: Spectrum) -> float:
    total = max(float(crowds.share.sum()), 1e-300)
    return float(crowds.share @ np.log2(np.maximum(crowds.size, 1.0))) / total


def _drawn(context: Context, seed: int) -> "_Once":
    p = context.profiles
    own = {field.name: getattr(context, field.name) for field in fields(Context)}
    own["profiles"] = shuffled(seed, p.people, p.owner, p.source, p.point)
    return _Once(**(own | {"seed": seed}))


class _Once(Context):
    """A context of which only figures are wanted, not what the draw has to do with them."""

    @cached_property
    def again(self) -> None:
        """Return no second draw."""
        return None
