"""Unicity: of how many people do a few points of their trace fit nobody else?

De Montjoye et al. 2013, Scientific Reports 3:1376 (hour x cell of calls) and 2015, Science
347:536 (day x shop of card payments, and the price within a range).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkage.privacy.estimate import Estimate, census, wilson
from streams.synthetic.calibration.traces import Trace
from streams.synthetic.chance import Ints

_BITS = 40
_POINT = 2**_BITS - 1
"""Points are numbers up to this, people below 2**23."""


def hour_and_place(trace: Trace) -> Ints:
    """Return each row's point (hour, place) as a number."""
    return trace.hour.astype(np.int64) << 17 | trace.place


def day_and_place(trace: Trace) -> Ints:
    """Return each row's point (day, place) as a number."""
    return (trace.hour // 24).astype(np.int64) << 17 | trace.place


def day_place_and_price(trace: Trace) -> Ints:
    """Return each row's point (day, place, price within half a decade) as a number.

    The ranges end at 5, 15.8, 50, 158 ... units of 100 cents.
    """
    price: Ints = np.floor(2 * np.log10(np.maximum(trace.cents, 1) / 500)).astype(np.int64) + 8
    return day_and_place(trace) << 4 | price


@dataclass(frozen=True)
class Points:
    """The distinct points of everybody, sorted by person (`pairs`) and by point (`ordered`).

    The points of the i-th person begin at `edges[i]` and are `counts[i]`; `holder` is whose each
    of `ordered` is.
    """

    pairs: Ints
    edges: Ints
    counts: Ints
    ordered: Ints
    holder: Ints


def gather(person: NDArray[np.integer[Any]], point: Ints) -> Points:
    """Return the points of each person, a row of both for each time they were seen."""
    pairs = np.unique(person.astype(np.int64) << _BITS | point)
    who, what = pairs >> _BITS, pairs & _POINT
    edges = np.flatnonzero(np.diff(who, prepend=-1))
    order = np.argsort(what, kind="stable")
    counts = np.diff(edges, append=len(who))
    return Points(pairs, edges, counts, what[order], who[order])


def unicity(points: Points, known: int, sample: int, draw: np.random.Generator) -> Estimate:
    """Return of how many people `known` random points of theirs are nobody else's.

    Asks `sample` people who have that many distinct points, or all if there are no more.
    """
    found = crowds(points, known, sample, draw)
    alone, n = int(np.count_nonzero(found == 1)), len(found)
    return census(alone / n, n) if 0 < n < sample else wilson(alone, n)


def crowds(points: Points, known: int, sample: int, draw: np.random.Generator) -> Ints:
    """Return how many people have all the `known` points, for each of `sample` people.

    The points are drawn without replacement from the distinct ones of a person; the crowd counts
    the person too. At most as many people as have enough points.
    """
    chosen = draw.permutation(np.flatnonzero(points.counts >= known))[:sample]
    places = _without_replacement(draw, points.counts[chosen], known)
    return _holders(points, points.pairs[points.edges[chosen, None] + places] & _POINT)


def _without_replacement(draw: np.random.Generator, n: Ints, known: int) -> Ints:
    """Return `known` different numbers below each n, every choice as likely as any other."""
    taken = np.empty((len(n), 0), dtype=np.int64)
    for place in range(known):
        pick = (draw.random(len(n)) * (n - place)).astype(np.int64)
        for earlier in taken.T:  # ascending: each that is not above it moves it on by one
            pick += earlier <= pick
        taken = np.sort(np.column_stack([taken, pick]), axis=1)
    return taken


def _holders(points: Points, known: Ints) -> Ints:
    """Return how many people have all the points of each row: those of the rarest, thinned out."""
    ends = [np.searchsorted(points.ordered, known, side=side) for side in ("left", "right")]
    rarest = np.argsort(ends[1] - ends[0], axis=1)
    known, low, high = (np.take_along_axis(a, rarest, axis=1) for a in (known, *ends))
    sizes = high[:, 0] - low[:, 0]
    row = np.repeat(np.arange(len(known)), sizes)
    place = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    people = points.holder[low[row, 0] + place]
    for column in range(1, known.shape[1]):
        wanted = people << _BITS | known[row, column]
        at = np.minimum(np.searchsorted(points.pairs, wanted), len(points.pairs) - 1)
        row, people = row[points.pairs[at] == wanted], people[points.pairs[at] == wanted]
    return np.bincount(row, minlength=len(known))


def share_alone(columns: tuple[Ints, ...]) -> float:
    """Return the share of rows whose combination of values no other row has (names, say)."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        _, place = np.unique(column, return_inverse=True)
        _, code = np.unique(code * (int(place.max()) + 1) + place, return_inverse=True)
    return float((np.bincount(code)[code] == 1).mean())
