"""Which pseudonyms fit best what is known of somebody, read as the publication's legend says."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy import sparse

from linkage.intervals import Floats
from linkage.privacy.defence import Legend, Published, Traces
from linkage.privacy.distinct import distinct
from linkage.privacy.drawn import keyed
from linkage.privacy.rows import Ints, rank_in_run


class Fitting(NamedTuple):
    """Row i: `pseudonym[i]` fits target number `target[i]` as well as any; targets ascend.

    `likelihood[i]` says how likely that pseudonym's points made those known of the target: 1 for
    the likeliest of the target's, less for others. A target of whom no known point fits anybody
    has no row.
    """

    target: Ints
    pseudonym: Ints
    likelihood: Floats


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

    A point of a trace, drawn at random, is one of n of its N with the probability n / N; so the
    likelihood of a pseudonym is the product of n / N over the known points it carries, with n the
    published points that a known one may have become.
    """
    shown, rank = published.traces, rank_in_run(known.person)
    shape = int(known.person.max(initial=-1)) + 1, len(published.holder)
    keys, row = np.unique(_keys(shown, shown.hour, shown.place), return_inverse=True)
    carried = sparse.csr_array((np.ones(len(shown)), (row, shown.person)), (len(keys), shape[1]))
    length = np.log(np.maximum(np.bincount(shown.person, minlength=shape[1]), 1))
    score, likely = sparse.csr_array(shape), sparse.csr_array(shape)
    for turn in range(int(rank.max(initial=-1)) + 1):
        which, key = _may_become(known.take(rank == turn), keys, published)
        asked = sparse.csr_array((np.ones(len(which)), (which, key)), (shape[0], len(keys)))
        fits = (asked @ carried).tocoo()
        where = (fits.row, fits.col)
        score = score + sparse.csr_array((np.ones(fits.nnz), where), shape)
        # Shifted, because what is exactly zero would have no place in a sparse matrix.
        log = np.log(fits.data) - length[fits.col]
        likely = likely + sparse.csr_array((log - 1.0, where), shape)
    return _best(score, likely, shape[0])


def _best(score: sparse.csr_array, likely: sparse.csr_array, targets: int) -> Fitting:
    """Return the entries with the highest score of their row, and how likely they are beside it."""
    found = score.tocoo()
    best = np.zeros(targets)
    np.maximum.at(best, found.row, found.data)
    kept = found.data == best[found.row]
    target, pseudonym = found.row[kept].astype(np.int64), found.col[kept].astype(np.int64)
    order = np.lexsort((pseudonym, target))
    target, pseudonym = target[order], pseudonym[order]
    log = np.asarray(likely[target, pseudonym]).ravel()
    most = np.full(targets, -np.inf)
    np.maximum.at(most, target, log)
    return Fitting(target, pseudonym, np.exp(log - most[target]))


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


def bounded(legend: Legend, *some: Traces) -> Legend:
    """Return the legend with points moved no further than from end to end of some traces.

    It says as much about them, and whoever goes through all that is possible comes to an end.
    """
    first = min((int(t.hour.min()) for t in some if len(t)), default=0)
    last = max((int(t.hour.max()) for t in some if len(t)), default=0)
    side = max(max(int(t.place.max(initial=0)) // t.width + 1, t.width) for t in some)
    hours, cells = last - first + legend.hours, 2 * side
    return replace(
        legend,
        moved_hours=min(legend.moved_hours, hours),
        moved_cells=min(legend.moved_cells, cells),
    )


def blurred(traces: Traces, legend: Legend) -> Traces:
    """Return true points as the legend states them, still unmoved."""
    hour, place = legend.stated(traces.hour, traces.place, traces.width)
    return replace(traces, hour=hour, place=place)


def _may_become(known: Traces, keys: Ints, published: Published) -> tuple[Ints, Ints]:
    """Return (target, number of the key) for all published points that a known one may be."""
    legend = bounded(published.legend, known, published.traces)
    true = blurred(known, legend)
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
