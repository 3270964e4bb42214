"""A figure before and after a join, and the difference, each with its interval.

A 95 % interval has these parts. Which people were sampled, and how the dependence between sources
turned out among them: the delete-a-group jackknife (Kott 2001, Journal of Official Statistics
17:521), less the share of people who were sampled (Cochran 1977, Sampling Techniques, 2.6), with
Student's t. Which points of each person the adversary happens to know, among everybody: the spread
over draws. Near what a figure can be at least or at most it is drawn as Wilson's interval, with as
many trials as tell as much; see `estimate.sampled_mean`. The interval of the difference is made
from both, and from how far they go together (Zou and Donner 2008, Statistics in Medicine 27:1693).
"""

from dataclasses import dataclass
from math import hypot, isfinite, sqrt
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from linkage.intervals import Floats, wilson_bounds
from linkage.privacy.estimate import Bounds


class Interval(NamedTuple):
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


class Changed(NamedTuple):
    """A figure before and after, and the difference."""

    before: Interval
    after: Interval
    change: Interval


@dataclass(frozen=True)
class Scale:
    """How many people have a point, of the sampled and of all, and which share was sampled."""

    sampled: int
    people: int
    share: float


@dataclass(frozen=True)
class Repeats:
    """The same figure of parts of a pilot: of `whole` of it, and of the others a row each.

    `groups` are without one group of people each, `draws` of one draw of points each, `steps` with
    the dependence between sources as far off as may be, pairs of both ways in each direction, and
    `ends` with the least classes taken to occur, and not to.
    """

    whole: float
    groups: Floats
    draws: Floats
    steps: Floats
    ends: Floats

    @property
    def bare(self) -> Interval:
        """Return the figure, unsure of nothing but the least classes."""
        ends = self.whole, *self.ends.tolist()
        return Interval(self.whole, min(ends), max(ends))

    @property
    def off(self) -> tuple[float, float]:
        """Return how far below and above the figure is, as far as the dependence is not known."""
        off = np.column_stack((self.steps - self.whole, np.zeros_like(self.steps[:, :1])))
        low, high = off.min(axis=1), off.max(axis=1)
        return float(np.sqrt(low @ low)), float(np.sqrt(high @ high))


def changed(
    before: Repeats, after: Repeats, scale: Scale, bounds: tuple[Bounds, Bounds]
) -> Changed:
    """Return what changes with its intervals, those of both figures within their bounds."""
    pair = before, after
    error = [sqrt(_covariance(x, x, scale)) for x in pair]
    both = error[0] * error[1]
    together = _covariance(*pair, scale) / both if both > 1e-24 else 0.0
    b, a = (_sampled(*one, scale) for one in zip(pair, error, bounds, strict=True))
    sampled = difference(b, a, together)
    change = _further(sampled, after.off[0], before.off[1], after.off[1], before.off[0])
    b, a = (
        _within(_further(one, x.off[0], 0.0, x.off[1], 0.0), ends)
        for one, x, ends in zip((b, a), pair, bounds, strict=True)
    )
    return Changed(b, a, change)


def difference(before: Interval, after: Interval, together: float) -> Interval:
    """Return after - before; `together` is the correlation of the two.

    >>> difference(Interval(1.0, 0.0, 2.0), Interval(4.0, 3.0, 5.0), 1.0)
    Interval(value=3.0, low=3.0, high=3.0)
    """
    value = after.value - before.value
    low = _facing(after.value - after.low, before.high - before.value, together)
    high = _facing(after.high - after.value, before.value - before.low, together)
    return Interval(value, value - low, value + high)


def at_least(one: Interval, low: float, high: float) -> Interval:
    """Return an interval that also holds these."""
    return Interval(one.value, min(one.low, low), max(one.high, high))


def _covariance(x: Repeats, y: Repeats, scale: Scale) -> float:
    """Return the covariance of two figures by who was sampled and which points were known."""
    groups, draws = len(x.groups), len(x.draws)
    sampled = (groups - 1) / groups * float(_centred(x.groups) @ _centred(y.groups))
    known = float(_centred(x.draws) @ _centred(y.draws)) / max(draws - 1, 1)
    return sampled * (1.0 - scale.share) + known * scale.sampled / max(scale.people, 1)


def _centred(x: Floats) -> Floats:
    off: Floats = x - x.mean()
    return off


def _sampled(x: Repeats, error: float, bounds: Bounds, scale: Scale) -> Interval:
    """Return a figure's interval as far as people and points were sampled."""
    trials = scale.sampled / max(1.0 - scale.share, 1e-12)
    t = float(stdtrit(len(x.groups) - 1, 0.975))
    low, high = _ends(x.whole, error, t, trials, bounds)
    bare = x.bare
    return Interval(x.whole, low + bare.low - x.whole, high + bare.high - x.whole)


def _ends(value: float, error: float, t: float, trials: float, bounds: Bounds) -> Bounds:
    least, most = bounds
    width = most - least
    if least < 0.0 or not isfinite(width):  # no share of anything
        return value - t * error, value + t * error
    share = min(max((value - least) / width, 0.0), 1.0)
    spread = share * (1.0 - share)
    if spread > 1e-12 and error > 1e-12 * width:
        trials = spread / (error / width) ** 2
    low, high = wilson_bounds(np.array(share), np.array(trials), t)
    return min(least + width * float(low), value), max(least + width * float(high), value)


def _further(one: Interval, *off: float) -> Interval:
    """Return an interval that is off by more: twice below, and twice above, all squared."""
    low = hypot(one.value - one.low, off[0], off[1])
    high = hypot(one.high - one.value, off[2], off[3])
    return Interval(one.value, one.value - low, one.value + high)


def _within(one: Interval, bounds: Bounds) -> Interval:
    low, high = max(one.low, bounds[0]), min(one.high, bounds[1])
    return Interval(one.value, min(low, one.value), max(high, one.value))


def _facing(one: float, other: float, together: float) -> float:
    return sqrt(max(one * one + other * other - 2.0 * together * one * other, 0.0))
