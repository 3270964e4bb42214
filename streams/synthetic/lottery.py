"""Weighted choice by the million: who is next, in constant time."""

from dataclasses import dataclass

import numpy as np

from streams.synthetic.chance import Floats, Ints

_BUCKETS = 1
"""Buckets of the guide table for each row; more are quicker and larger."""


@dataclass(frozen=True)
class Lottery:
    """Rows with weights. Drawing searches from a guide table (Chen and Asau 1974, AIIE Trans. 6).

    `cumulative` is the running total of the weights, `guide` the first row of each bucket of it.
    """

    cumulative: Floats
    guide: Ints

    @property
    def total(self) -> float:
        """Return the sum of the weights."""
        return float(self.cumulative[-1]) if len(self.cumulative) else 0.0

    def draw(self, uniform: Floats) -> Ints:
        """Return for each number in [0, 1) a row, with probability proportional to its weight."""
        at = uniform * self.total
        found = self.guide[(uniform * len(self.guide)).astype(np.int64)]
        behind = np.flatnonzero(self.cumulative[found] <= at)
        while len(behind):
            found[behind] += 1
            behind = behind[self.cumulative[found[behind]] <= at[behind]]
        return found


def lottery(weights: Floats) -> Lottery:
    """Return the lottery of these weights (0 or more, not all 0 if anybody is to be drawn).

    >>> lottery(np.array([1.0, 0.0, 3.0])).draw(np.array([0.0, 0.24, 0.26, 0.99])).tolist()
    [0, 0, 2, 2]
    """
    cumulative = np.cumsum(weights)
    buckets = _BUCKETS * len(weights)
    edges = np.arange(buckets) / max(buckets, 1) * (cumulative[-1] if len(weights) else 0.0)
    guide = np.searchsorted(cumulative, edges, side="right")
    return Lottery(cumulative, np.minimum(guide, max(len(weights) - 1, 0)))
