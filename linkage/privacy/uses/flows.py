"""Flows: how many go from which cell to which, and whether that can still be told.

A trip leads from one point of a pseudonym to its next, if they are in different cells or squares,
by the source that names most places.
"""

from collections.abc import Mapping

import numpy as np

from linkage.privacy.attack import Publish
from linkage.privacy.defence import Legend, Material
from linkage.privacy.reading import Extent, Read, expansion, extent, read, widest
from linkage.privacy.use import Use

Trips = Mapping[tuple[int, int], float]


def _kept(publish: Publish, material: Material, seed: int) -> float:
    published, within = publish(material, seed), extent(material.traces)
    source, side = widest(material.traces), published.legend.cells
    true = trips(read(material.traces, Legend()).of(source))
    found = trips(read(published.traces, published.legend).of(source))
    more = expansion(material, published)
    return common(true, {pair: more * n for pair, n in found.items()}, side, within)


def trips(points: Read) -> Trips:
    """Return how many trips there are from each square to each other."""
    order = np.lexsort((points.square, points.window, points.pseudonym))
    who, where = points.pseudonym[order], points.square[order]
    going = (who[1:] == who[:-1]) & (where[1:] != where[:-1])
    pairs = np.column_stack((where[:-1][going], where[1:][going]))
    each, many = np.unique(pairs, axis=0, return_counts=True)
    return {(a, b): float(n) for (a, b), n in zip(each.tolist(), many.tolist(), strict=True)}


def common(true: Trips, found: Trips, side: int, within: Extent) -> float:
    """Return the common part of commuters: twice the trips in common by all trips of both.

    Trips between squares are trips between each two of their cells alike.
    """
    total = sum(true.values()) + sum(found.values())
    if not total or not true:
        return float(not total)
    cells = np.array(list(true), dtype=np.int64)
    _, corner = Legend(cells=side).stated(cells, cells, within.width)
    many = within.cells_of(corner, side)
    shown = [found.get((a, b), 0.0) for a, b in corner.tolist()]
    spread = np.array(shown) / many.prod(axis=1)
    shared = np.sort(np.minimum(spread, np.array(list(true.values()))))
    return float(2.0 * shared.sum() / total)


USE = Use(
    name="flows",
    question="Can it still be told how many go from where to where?",
    formula="CPC = 2 sum min(T, T') / (sum T + sum T'), of trips T and T' between cells",
    unit="common part of commuters",
    paper="Lenormand, Bassolas and Ramasco 2016, Journal of Transport Geography 51:158",
    must_not_be_read_as="trips from home to work: it is one point to the next, by one source",
    reads=("traces",),
    kept=_kept,
)
