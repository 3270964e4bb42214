"""Does a probability mean what it says: of the pairs given .9, are nine of ten right?"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from linkage.errors import LinkageError
from linkage.intervals import Floats, Share, wilson

Flags = NDArray[np.bool_]
EDGES = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)
"""Bins of probability: narrow at both ends, where most pairs are and the decisions are made."""
SURE = 0.99


class Bin(msgspec.Struct, frozen=True):
    """The pairs of a probability from `low` up to (not with) `high`; the last bin takes 1 too.

    `stated` is their mean probability, `right` which share is right.
    """

    low: float
    high: float
    stated: float
    right: Share


class Calibration(msgspec.Struct, frozen=True):
    """How probabilities compare with what is right.

    `expected_error` is the expected calibration error: the mean over pairs of |stated - right| of
    their bin (Naeini et al. 2015, AAAI; by these bins). `stated` and `right` are over all pairs;
    `sure` is the share right of the pairs given `SURE` or more.
    """

    pairs: int
    stated: float
    right: Share
    expected_error: float
    sure: Share
    bins: tuple[Bin, ...]


def calibration(probability: Floats, right: Flags, edges: tuple[float, ...] = EDGES) -> Calibration:
    """Return how the probabilities of pairs compare with whether they are right.

    Bins without pairs are left out. Raises LinkageError for a probability outside [0, 1].

    >>> c = calibration(np.array([0.8, 0.8, 0.8, 0.8, 0.8]), np.array([True] * 4 + [False]))
    >>> c.bins[0].low, c.bins[0].high, c.bins[0].right.value, round(c.expected_error, 9)
    (0.75, 0.9, 0.8, 0.0)
    """
    if len(probability) and not (probability.min() >= 0.0 and probability.max() <= 1.0):
        raise LinkageError("calibration: probabilities must be from 0 to 1, none missing")
    n, sure = len(probability), probability >= SURE
    at = np.clip(np.searchsorted(edges, probability, side="right") - 1, 0, len(edges) - 2)
    counts = np.bincount(at, minlength=len(edges) - 1)
    stated = np.bincount(at, probability, len(edges) - 1) / np.maximum(counts, 1)
    correct = np.bincount(at, right, len(edges) - 1)
    bins = tuple(
        Bin(edges[i], edges[i + 1], float(stated[i]), wilson(int(correct[i]), int(counts[i])))
        for i in np.flatnonzero(counts).tolist()
    )
    return Calibration(
        pairs=n,
        stated=float(probability.sum()) / max(n, 1),
        right=wilson(int(right.sum()), n),
        expected_error=sum(b.right.n * abs(b.stated - b.right.value) for b in bins) / max(n, 1),
        sure=wilson(int(right[sure].sum()), int(sure.sum())),
        bins=bins,
    )


def probability(weight: Floats, runner_up: Floats) -> Floats:
    """Return how likely the best candidate is right, by weights in bits, prior odds included.

    At most one candidate is right, and perhaps none: 2^w / (1 + 2^w + 2^w2). `runner_up` is minus
    infinity where there is none. Exact for two candidates; with more it is an upper bound.

    >>> none = -np.inf
    >>> probability(np.array([0.0, 3.0, 50.0]), np.array([none, none, 50.0])).round(3).tolist()
    [0.5, 0.889, 0.5]
    """
    # As differences to the weight itself, so that no power is too large.
    rest = np.exp2(np.clip(-weight, -1000.0, 1000.0))
    rival = np.exp2(np.clip(runner_up - weight, -1000.0, 1000.0))
    out: Floats = 1.0 / (1.0 + rest + rival)
    return out
