"""How people move, measured on a trace: the laws that studies of mobile-phone data have found."""

from typing import NamedTuple

import numpy as np

from streams.synthetic.calibration.traces import Trace
from streams.synthetic.chance import Floats, Ints
from streams.synthetic.places import width_of

RANKS = 10
_T8 = 2.306004135
"""The .975 quantile of Student's t with RANKS - 2 degrees of freedom."""


class Slope(NamedTuple):
    """A slope with its 95 % interval."""

    value: float
    low: float
    high: float


def gyration(trace: Trace, cells: int, at_least: int) -> Floats:
    """Return the radius of gyration (km) of everybody with `at_least` points, in order of person.

    The root mean square distance of somebody's points from their middle (Gonzalez et al. 2008,
    Nature 453:779).
    """
    y, x = np.divmod(trace.place.astype(np.float64), width_of(cells))
    n = np.bincount(trace.person)
    many = n >= at_least
    spread = np.zeros(len(n))
    for along in (x, y):
        mean = np.bincount(trace.person, along) / np.maximum(n, 1)
        spread += np.bincount(trace.person, (along - mean[trace.person]) ** 2)
    radius: Floats = np.sqrt(spread[many] / n[many])
    return radius


def visit_shares(trace: Trace, places: int) -> tuple[Floats, int]:
    """Return the share of somebody's points at their k-th most visited place, k = 1 ... RANKS.

    The mean over people who were seen at `places` places or more, and how many they are; zeros if
    there are none.
    """
    pairs, n = np.unique(trace.person.astype(np.int64) << 20 | trace.place, return_counts=True)
    person = pairs >> 20
    order = np.lexsort((-n, person))
    person, n = person[order], n[order]
    rank = np.arange(len(person)) - np.searchsorted(person, person)
    roams = np.bincount(person) >= places
    kept = roams[person] & (rank < RANKS)
    share = n / np.bincount(person, n)[person]
    total = np.bincount(rank[kept], share[kept], minlength=RANKS)
    people = int(roams.sum())
    return total / max(people, 1), people


def zipf_slope(shares: Floats) -> Slope:
    """Return the slope of log share over log rank: minus the exponent of Zipf's law.

    Least squares over all ranks; the interval is that of the regression.
    """
    x, y = np.log(np.arange(1, RANKS + 1)), np.log(shares)
    x = x - x.mean()
    slope = float((x * y).sum() / (x * x).sum())
    rest = y - y.mean() - slope * x
    half = _T8 * float(np.sqrt((rest**2).sum() / (RANKS - 2) / (x * x).sum()))
    return Slope(slope, slope - half, slope + half)


def distinct_places(trace: Trace, days: int) -> Floats:
    """Return how many places somebody was seen at until the end of day 1, 2 ... days, on average.

    Over all who were ever seen.
    """
    pair = trace.person.astype(np.int64) << 20 | trace.place
    order = np.argsort(trace.hour, kind="stable")
    _, first = np.unique(pair[order], return_index=True)
    day: Ints = (trace.hour[order][first] // 24).astype(np.int64)
    people = len(np.unique(trace.person))
    growth: Floats = np.cumsum(np.bincount(day, minlength=days)[:days]) / max(people, 1)
    return growth
