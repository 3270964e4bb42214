"""Radius of gyration: how far people roam, and whether that can still be told.

The radius is the root mean square distance of a person's points from their middle, by the source
that names most places.
"""

import numpy as np

from linkage.intervals import Floats
from linkage.privacy.attack import Publish
from linkage.privacy.defence import Legend, Material
from linkage.privacy.reading import Extent, Read, extent, read, widest
from linkage.privacy.use import Use


def _kept(publish: Publish, material: Material, seed: int) -> float:
    published, within = publish(material, seed), extent(material.traces)
    source, legend = widest(material.traces), published.legend
    true = radii(read(material.traces, Legend()).of(source), 1, within)
    found = radii(read(published.traces, legend).of(source), legend.cells, within)
    return 1.0 - apart(true, found)


def radii(points: Read, side: int, within: Extent) -> Floats:
    """Return the radius of gyration of each pseudonym, in cells, in rising order.

    A point that is told as a square is taken to be in its middle.
    """
    _, owner = np.unique(points.pseudonym, return_inverse=True)
    n = np.bincount(owner).astype(np.float64)
    down, right = within.sides_of(points.square, side)
    square = np.zeros(len(n))
    for first, many in (
        (points.square // within.width, down),
        (points.square % within.width, right),
    ):
        # Twice the middle is a whole number, so that sums are exact in any order.
        middle = (2 * first + many - 1).astype(np.float64)
        total, squares = np.bincount(owner, middle), np.bincount(owner, middle**2)
        square += n * squares - total**2
    radius: Floats = np.sort(np.sqrt(square) / (2.0 * n))
    return radius


def apart(one: Floats, other: Floats) -> float:
    """Return how far two distributions are apart: the most that their shares below differ.

    That is the statistic of Kolmogorov and Smirnov, from 0 to 1; nothing is at 1 from something.

    >>> apart(np.array([0.0, 1.0]), np.array([1.0, 2.0]))
    0.5
    """
    if not len(one) or not len(other):
        return float(len(one) != len(other))
    at = np.concatenate((one, other))
    below = [np.searchsorted(x, at, side="right") / len(x) for x in (one, other)]
    return float(np.abs(below[0] - below[1]).max())


USE = Use(
    name="gyration",
    question="Can it still be told how far people roam?",
    formula="1 - max |F(r) - G(r)|, of the radius of gyration r as it is and as published",
    unit="1 - Kolmogorov-Smirnov distance",
    paper="Gonzalez, Hidalgo and Barabasi 2008, Nature 453:779 (the radius)",
    must_not_be_read_as="that each person's radius is right: it is the distribution that is",
    reads=("traces",),
    kept=_kept,
)
