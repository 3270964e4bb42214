"""The Pareto front: which choices no other choice beats, and how surely.

Each choice has a risk, of which less is better, and a use, of which more is. One choice dominates
another if it is at least as good in both and better in one (Pareto 1906); the front are those that
nothing dominates. Choices that are equal in both do not dominate each other.
"""

from dataclasses import dataclass

import numpy as np

from linkage.intervals import Floats
from linkage.privacy.metric import Flags


@dataclass(frozen=True)
class Figures:
    """Values of all choices with the ends of their intervals, an array each."""

    value: Floats
    low: Floats
    high: Floats

    def turned(self) -> "Figures":
        """Return the same with more for less: a figure of which more is better becomes a risk."""
        return Figures(-self.value, -self.high, -self.low)


def front(risk: Floats, use: Floats) -> Flags:
    """Return which choices are on the front.

    >>> front(np.array([0.9, 0.5, 0.6, 0.1]), np.array([1.0, 0.8, 0.7, 0.2])).tolist()
    [True, True, False, True]
    """
    no_worse = (risk[:, None] <= risk) & (use[:, None] >= use)
    better = (risk[:, None] < risk) | (use[:, None] > use)
    dominated = np.asarray((no_worse & better).any(axis=0), dtype=np.bool_)
    return ~dominated


def clearly(risk: Figures, use: Figures) -> Flags:
    """Return of which choices the intervals leave no doubt that they are on the front, or off it.

    Clearly on it is what nothing with other figures could dominate wherever in the intervals the
    truth is; clearly off it is what something dominates wherever it is.
    """
    on = front(risk.value, use.value)
    alike = (risk.value[:, None] == risk.value) & (use.value[:, None] == use.value)
    could = (risk.low[:, None] <= risk.high) & (use.high[:, None] >= use.low)
    must = (risk.high[:, None] <= risk.low) & (use.low[:, None] >= use.high)
    must &= (risk.high[:, None] < risk.low) | (use.low[:, None] > use.high)
    doubted, lost = (np.asarray(x.any(axis=0), dtype=np.bool_) for x in (could & ~alike, must))
    return np.where(on, ~doubted, lost)
