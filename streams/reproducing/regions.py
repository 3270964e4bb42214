"""Regions to put people in: the plane's cells are too small for a postal district.

How large regions are is a calibration: so large that a given share of people is alone in theirs by
sex and birth date. They are alike (rectangles) or uneven (lognormal sizes), as real ones are.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtri

from streams.reproducing.classes import expected_alone
from streams.synthetic.chance import Floats, Ints
from streams.synthetic.places import width_of
from streams.synthetic.population import PEOPLE_PER_CELL

_QUANTILES = 400
"""Sizes that stand for a lognormal while it is fitted."""
START = (9_000.0, 1.0)
"""People of a region and sigma, from where the fit starts."""


@dataclass(frozen=True)
class Uneven:
    """Lognormal sizes of regions: the mean number of people, and sigma."""

    people: float
    sigma: float


def rectangles(cell: Ints, cells: int, high: int, wide: int) -> Ints:
    """Return the region of each cell where so many rows and columns of the plane make one.

    >>> rectangles(np.array([0, 1, 2, 11]), 100, 1, 2).tolist()
    [0, 0, 1, 10]
    """
    y, x = np.divmod(cell, width_of(cells))
    region: Ints = y // high * width_of(cells) + x // wide
    return region


def fitting_rectangles(of: Ints, cell: Ints, cells: int, share: float) -> Ints:
    """Return the regions of people, all alike, in which about this share would be alone.

    `of` is each person's class, `cell` theirs. Rectangles are up to twice as wide as high.
    """
    every, here = np.arange(cells), np.bincount(cell, minlength=cells)

    def misses(shape: tuple[int, int]) -> float:
        n = np.bincount(rectangles(every, cells, *shape), here).astype(np.float64)
        n = n[n > 0]
        return abs(float(expected_alone(of, n) @ (n / n.sum())) - share)

    sides = range(1, width_of(cells) + 1)
    shapes = ((high, wide) for high in sides for wide in range(high, min(2 * high, sides[-1]) + 1))
    return rectangles(cell, cells, *min(shapes, key=misses))


def fitting_uneven(days: Ints, months: Ints, shares: tuple[float, float]) -> Uneven:
    """Return the sizes of regions in which these shares would be alone by two kinds of classes."""

    def misfit(logs: Floats) -> float:
        n = sizes(Uneven(*np.exp(logs).tolist()), _QUANTILES)
        weight = n / n.sum()
        found = [float(expected_alone(of, n) @ weight) for of in (days, months)]
        return sum(
            float(np.log((got + 1e-9) / wanted)) ** 2
            for got, wanted in zip(found, shares, strict=True)
        )

    best = minimize(misfit, np.log(START), method="Nelder-Mead", options={"maxiter": 120})
    return Uneven(*np.exp(best.x).tolist())


def sizes(uneven: Uneven, regions: int) -> Floats:
    """Return the people of so many regions: quantiles of the lognormal, scaled to its mean."""
    n = np.exp(ndtri((np.arange(regions) + 0.5) / regions) * uneven.sigma)
    scaled: Floats = n * (uneven.people / n.mean())
    return scaled


def uneven_regions(cell: Ints, cells: int, uneven: Uneven, draw: np.random.Generator) -> Ints:
    """Return the region of each cell: runs of cells, of these sizes in an order drawn by lot."""
    regions = max(1, round(cells * PEOPLE_PER_CELL / uneven.people))
    many = np.maximum(1, np.rint(draw.permutation(sizes(uneven, regions)) / PEOPLE_PER_CELL))
    ends = np.cumsum(many)
    return np.searchsorted(ends[:-1], cell, side="right")
