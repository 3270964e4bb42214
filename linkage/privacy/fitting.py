"""Which pseudonyms fit best what is known of somebody, read as the publication's legend says."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy import sparse

from linkage.privacy.defence import Legend, Published, Traces
from linkage.privacy.distinct import distinct
from linkage.privacy.drawn import keyed
from linkage.privacy.rows import Ints, rank_in_run


class Fitting(NamedTuple):
    """Row i: `pseudonym[i]` fits target number `target[i]` as well as any; targets ascend.

    A target of whom no known point fits anybody has no row.
    """

    target: Ints
    pseudonym: Ints


def known_points(traces: Traces, people: Ints, most: int, seed: int) -> Traces:
    """Return up to `most` distinct points of each of some people, drawn by hash(seed, point).

    `people` are sorted and distinct; `person` of what is returned is the number of each in it.
    """
    mine = traces.take(np.isin(traces.person, people))
    mine = mine.take(distinct(mine.person, mine.source, mine.hour, mine.place)[0])
    drawn = keyed(seed, mine.person, mine.source.astype(np.int64), mine.hour, mine.place)
    order = np.lexsort((drawn, mine.person))
    known = mine.take(order[rank_in_run(mine.person[order]) < most])
    return replace(known, person=np.searchsorted(people, known.person))


def fitting(published: Published, known: Traces) -> Fitting:
    """Return for each target the pseudonyms that carry most of the known points.

    A known point is carried by whoever shows one of the same source that it may have become: as
    the legend states it, and moved by no more than that says. An attacker who took only those who
    carry every point would make any defence that hides one look good.
    """
    shown, rank = published.traces, rank_in_run(known.person)
    targets = int(known.person.max(initial=-1)) + 1
    keys, row = np.unique(_keys(shown, shown.hour, shown.place), return_inverse=True)
    ones = np.ones(len(shown), np.int32)
    carried = sparse.csr_array((ones, (row, shown.person)), (len(keys), len(published.holder)))
    score = sparse.csr_array((targets, len(published.holder)), dtype=np.int32)
    for turn in range(int(rank.max(initial=-1)) + 1):
        which, key = _may_become(known.take(rank == turn), keys, published)
        asked = sparse.csr_array(
            (np.ones(len(which), np.int32), (which, key)), (targets, len(keys))
        )
        fits = asked @ carried
        fits.data = np.ones_like(fits.data)
        score = score + fits
    found = score.tocoo()
    best = np.zeros(targets, np.int64)
    np.maximum.at(best, found.row, found.data)
    kept = found.data == best[found.row]
    order = np.lexsort((found.col[kept], found.row[kept]))
    return Fitting(found.row[kept][order].astype(np.int64), found.col[kept][order].astype(np.int64))


def spread(places: Ints, width: int, reach: int) -> tuple[Ints, Ints]:
    """Return (i, cell) for each cell of the grid that is within reach of the i-th place.

    >>> spread(np.array([0]), 3, 1)[1].tolist()
    [0, 1, 3]
    """
    one = np.arange(-reach, reach + 1)
    down, right = (steps.ravel() for steps in np.meshgrid(one, one, indexing="ij"))
    near = down**2 + right**2 <= reach**2
    down, right = down[near], right[near]
    row, column = (part[:, None] for part in np.divmod(places, width))
    there = (row + down >= 0) & (column + right >= 0) & (column + right < width)
    which, step = np.nonzero(there)
    return which, (row + down)[which, step] * width + (column + right)[which, step]


def blurred(traces: Traces, legend: Legend) -> Traces:
    """Return true points as the legend states them, still unmoved."""
    hour, place = legend.stated(traces.hour, traces.place, traces.width)
    return replace(traces, hour=hour, place=place)


def _may_become(known: Traces, keys: Ints, published: Published) -> tuple[Ints, Ints]:
    """Return (target, number of the key) for all published points that a known one may be."""
    legend, true = published.legend, blurred(known, published.legend)
    which, place = spread(true.place, true.width, legend.moved_cells)
    parts = []
    for later in range(-legend.moved_hours, legend.moved_hours + 1):
        wanted = _keys(true.take(which), true.hour[which] + later, place)
        number = np.searchsorted(keys, wanted)
        number[number == len(keys)] = 0
        there = (keys[number] == wanted) if len(keys) else np.zeros(len(number), np.bool_)
        there &= true.hour[which] + later >= 0
        parts.append((known.person[which[there]], number[there]))
    target, key = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return target, key


def _keys(traces: Traces, hour: Ints, place: Ints) -> Ints:
    """Return one number for each source, hour (below 2**26) and place (below 2**28)."""
    return (traces.source.astype(np.int64) << 54) | (hour << 28) | place
