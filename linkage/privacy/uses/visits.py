"""Visits: which cells people are in, and whether that can still be told."""

import numpy as np

from linkage.intervals import Floats
from linkage.privacy.attack import Publish
from linkage.privacy.defence import Legend, Material
from linkage.privacy.reading import Extent, Read, extent, read, widest
from linkage.privacy.use import Use


def _kept(publish: Publish, material: Material, seed: int) -> float:
    published, within = publish(material, seed), extent(material.traces)
    source, legend = widest(material.traces), published.legend
    true = shares(read(material.traces, Legend()).of(source), 1, within)
    found = shares(read(published.traces, legend).of(source), legend.cells, within)
    return 1.0 - apart(true, found)


def shares(points: Read, side: int, within: Extent) -> Floats:
    """Return the share of points in each cell of the plane; a square's are all its cells' alike."""
    many = np.bincount(points.square, minlength=within.cells)
    cell = np.arange(within.cells)
    _, corner = Legend(cells=side).stated(cell, cell, within.width)
    each: Floats = many[corner] / within.cells_of(corner, side) / max(len(points), 1)
    return each


def apart(one: Floats, other: Floats) -> float:
    """Return the Jensen-Shannon distance of two distributions: root of the divergence in bits.

    From 0 to 1; without any point a distribution is at 1 from every other.

    >>> apart(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    1.0
    """
    if not one.any() or not other.any():
        return float(one.any() != other.any())
    middle = (one + other) / 2.0
    bits = sum(_bits(x, middle) for x in (one, other)) / 2.0
    return float(np.sqrt(min(max(bits, 0.0), 1.0)))


def _bits(share: Floats, of: Floats) -> float:
    there = share > 0.0
    return float((share[there] * np.log2(share[there] / of[there])).sum())


USE = Use(
    name="visits",
    question="Can it still be told how visits spread over the cells?",
    formula="1 - Jensen-Shannon distance of the shares of points by cell, true and published",
    unit="1 - Jensen-Shannon distance",
    paper="Lin 1991, IEEE Transactions on Information Theory 37:145 (the divergence)",
    must_not_be_read_as="that counts are right: only their shares are compared",
    reads=("traces",),
    kept=_kept,
)
