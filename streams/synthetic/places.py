"""The plane: square cells of a kilometre, numbered row by row, and what draws people over it."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from streams.synthetic.chance import Floats, Ints, chance

GRAVITY = 2.0
"""The pull of a cell is its attraction / kilometres ** GRAVITY (Pappalardo et al. 2015)."""
UNEVEN = 0.3
"""Sigma of the lognormal of attractions: some cells draw more than others, as town centres do."""
CHOICES = 512
"""Destinations kept for each cell, each as likely as any other; strong ones are there often."""
_AT_ONCE = 2**22

Reach = NDArray[np.int32]
"""Where people of each cell (row) go: CHOICES cells, drawn in proportion to their pull."""


def width_of(cells: int) -> int:
    """Return how many cells a row of the plane has.

    >>> width_of(87)
    10
    """
    return int(np.ceil(np.sqrt(cells)))


def distance(a: Ints, b: Ints, width: int) -> Floats:
    """Return kilometres between the middles of cells.

    >>> distance(np.array([0]), np.array([34]), 10).tolist()
    [5.0]
    """
    found: Floats = np.hypot(a % width - b % width, a // width - b // width)
    return found


def attraction(cells: int, seed: int) -> Floats:
    """Return how many visitors, shops and offices each cell draws; only ratios mean anything."""
    return chance(seed, "attraction").lognormal(0, UNEVEN, cells)


@lru_cache(maxsize=2)
def reach(cells: int, seed: int) -> Reach:
    """Return where people of each cell go, never their own cell unless it is the only one.

    The destinations are a systematic sample of the pull's distribution over the whole plane, so
    that choosing one later is one look into a table.
    """
    draws, draw = attraction(cells, seed), chance(seed, "reach")
    found = np.empty((cells, CHOICES), dtype=np.int32)
    rows = max(1, _AT_ONCE // cells)
    for low in range(0, cells, rows):
        here = np.arange(low, min(low + rows, cells))
        pulls = _pulls(here, draws)
        cumulative = np.cumsum(pulls / pulls.sum(axis=1, keepdims=True), axis=1)
        marks = (np.arange(CHOICES) + draw.random((len(here), 1))) / CHOICES
        shift = np.arange(len(here))[:, None]
        place = np.searchsorted((cumulative + shift).ravel(), (marks + shift).ravel())
        found[here] = np.minimum(place.reshape(marks.shape) - shift * cells, cells - 1)
    return found


def _pulls(here: Ints, draws: Floats) -> Floats:
    far = distance(here[:, None], np.arange(len(draws)), width_of(len(draws)))
    with np.errstate(divide="ignore"):
        pulls: Floats = np.where(far > 0, draws * far**-GRAVITY, float(len(draws) == 1))
    return pulls


def nearby(draw: np.random.Generator, at: Ints, where: Ints, reached: Reach) -> Ints:
    """Return for each cell in `at` a row of `where` (cells of something), in a cell of its reach.

    Where nothing is in the cell that somebody tries, anything anywhere will do.
    """
    counts = np.bincount(where, minlength=len(reached))
    starts, by_cell = np.cumsum(counts) - counts, np.argsort(where, kind="stable")
    cell = reached[at, draw.integers(0, CHOICES, len(at))]
    place = (draw.random(len(at)) * counts[cell]).astype(np.int64)
    anything = draw.integers(0, len(where), len(at))
    found: Ints = np.where(
        counts[cell] > 0, by_cell[np.minimum(starts[cell] + place, len(where) - 1)], anything
    )
    return found
