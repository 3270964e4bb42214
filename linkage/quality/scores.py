"""Precision, recall and F1 as ratios of sums over accounts, each with an interval by person."""

import msgspec
import numpy as np

from linkage.intervals import Floats, Ints, Share, effective_n, share_of


class Scores(msgspec.Struct, frozen=True):
    """How right what was found is, how much of what is true was found, and both in one."""

    precision: Share
    recall: Share
    f1: Share


class Ratio(msgspec.Struct, frozen=True):
    """A sum over accounts as a part of another; `n` is how many things the parts are of."""

    part: Floats
    whole: Floats
    n: int

    @property
    def value(self) -> float:
        """Return the ratio; 1 where there is nothing."""
        whole = float(self.whole.sum())
        return float(self.part.sum()) / whole if whole else 1.0

    @property
    def influence(self) -> Floats:
        """Return what each account adds to the error of the ratio, linearised."""
        whole = float(self.whole.sum())
        out: Floats = (self.part - self.value * self.whole) / (whole or 1.0)
        return out

    def share(self, unit: Ints) -> Share:
        """Return it with an interval; `unit` numbers each account's person from 0."""
        there = self.whole > 0
        effective = effective_n(self.value, self.influence[there], unit[there], self.n)
        return share_of(self.value, effective, self.n)


def scores_of(precision: Ratio, recall: Ratio, unit: Ints, n: int) -> Scores:
    """Return both ratios and F1 = 2 P R / (P + R), their harmonic mean, over n accounts or pairs.

    The influence on F1 is 2 R^2 / (P + R)^2 of that on P, and the other way round (delta method;
    Takahashi et al. 2022, Applied Intelligence 52:4961).

    >>> one, none = np.ones(2), np.zeros(2)
    >>> right = np.array([1.0, 0.0])
    >>> s = scores_of(Ratio(right, one, 2), Ratio(right, right, 1), np.array([0, 1]), 2)
    >>> s.precision.value, s.recall.value, round(s.f1.value, 3)
    (0.5, 1.0, 0.667)
    """
    p, r = precision.value, recall.value
    value = 2.0 * p * r / (p + r) if p + r else 0.0
    total = (p + r) ** 2 or 1.0
    influence = 2.0 * (r * r * precision.influence + p * p * recall.influence) / total
    there = (precision.whole > 0) | (recall.whole > 0)
    f1 = share_of(value, effective_n(value, influence[there], unit[there], n), n)
    return Scores(precision.share(unit), recall.share(unit), f1)


def numbered(labels: Ints) -> Ints:
    """Return labels as numbers from 0, the same for the same label.

    >>> numbered(np.array([7, 3, 7])).tolist()
    [1, 0, 1]
    """
    numbers: Ints = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    return numbers
