"""Figures made of figures: their intervals by the square-and-add of the parts' own."""

from collections.abc import Sequence
from math import exp, hypot, log

import numpy as np

from linkage.privacy.estimate import Estimate, jackknife, sampled_mean
from streams.synthetic.chance import Floats, Ints

GROUPS = 40
"""Groups of units that are left out in turn, see `linkage.privacy.estimate.jackknife`."""


def combined(parts: Sequence[Estimate], weights: Sequence[float]) -> Estimate:
    """Return the sum of independent estimates times their weights: a difference, a mean, a slope.

    What faces away from zero is squared and added (MOVER, Zou and Donner 2008, Statistics in
    Medicine 27:1693): for two parts and weights 1 and -1 it is `estimate.difference`.

    >>> from linkage.privacy.estimate import wilson
    >>> e = combined([wilson(56, 70), wilson(48, 80)], [1, -1])
    >>> round(e.value, 4), round(e.low, 4), round(e.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    value = sum(w * e.value for e, w in zip(parts, weights, strict=True))
    ends = [
        sorted((w * e.low, w * e.value, w * e.high)) for e, w in zip(parts, weights, strict=True)
    ]
    return Estimate(
        value=value,
        low=value - hypot(*(middle - low for low, middle, _ in ends)),
        high=value + hypot(*(high - middle for _, middle, high in ends)),
        n=min(e.n for e in parts),
        estimand="sample",
    )


def mean(parts: Sequence[Estimate]) -> Estimate:
    """Return the mean of independent estimates."""
    return combined(parts, [1 / len(parts)] * len(parts))


def rise(before: Estimate, after: Estimate) -> Estimate | None:
    """Return after / before - 1 of two independent estimates; None where nothing can be divided by.

    Square-and-add of the logarithms.
    """
    if before.low <= 0 or after.low <= 0:
        return None
    logs = combined([_log(after), _log(before)], [1, -1])
    return Estimate(
        value=exp(logs.value) - 1,
        low=exp(logs.low) - 1,
        high=exp(logs.high) - 1,
        n=logs.n,
        estimand="sample",
    )


def resampled(value: float, again: Floats, n: int) -> Estimate:
    """Return a figure with the interval between the 2.5 and 97.5 % quantiles of its repeats.

    The interval is moved so far as to hold the figure itself, which repeats of a fit may miss.
    """
    low, high = np.percentile(again, [2.5, 97.5]).tolist()
    return Estimate(value=value, low=min(low, value), high=max(high, value), n=n, estimand="sample")


def of_process(value: Floats, unit: Ints) -> Estimate:
    """Return the mean over everybody, as of the process that made this world.

    `value` is each person's, between 0 and 1. Units (households, regions) are left out in GROUPS
    groups by their number; what people have in common beyond their unit goes unseen.
    """
    group = unit % GROUPS
    n, total = np.bincount(group, minlength=GROUPS), np.bincount(group, value, minlength=GROUPS)
    n, total = n[n > 0], total[n > 0]
    if len(n) < 2:
        return sampled_mean(value, 2**62)
    parts = np.clip((total.sum() - total) / (n.sum() - n), 0.0, 1.0)
    return jackknife(float(value.mean()), parts, len(value), units=len(np.unique(unit)))


def _log(e: Estimate) -> Estimate:
    return Estimate(value=log(e.value), low=log(e.low), high=log(e.high), n=e.n, estimand="sample")
