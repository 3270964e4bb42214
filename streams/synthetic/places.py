"""The plane: square cells of a kilometre, numbered row by row, and what draws people over it."""

import numpy as np

from streams.synthetic.chance import Floats, Ints

GRAVITY = 1.5
"""Exponent of distance: the pull of a place falls with (1 + kilometres) ** -GRAVITY."""
CANDIDATES = 6
"""Places that somebody chooses among; they are drawn as densely as the attractions lie."""


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


def attracted(draw: np.random.Generator, at: Ints, cells: Ints, width: int) -> Ints:
    """Return for each place in `at` one of the attractions in `cells`, by its row: near, not far.

    Density exploration (Pappalardo et al. 2015): the pull of an area is its attractions, here
    drawn as candidates, over distance to the power GRAVITY. Choosing by Gumbel noise is choosing
    with probability proportional to the pull.
    """
    candidates = draw.integers(0, len(cells), (len(at), CANDIDATES))
    far = distance(at[:, None], cells[candidates], width)
    noise = -np.log(draw.standard_exponential(candidates.shape))
    best = np.argmax(noise - GRAVITY * np.log1p(far), axis=1)
    chosen: Ints = candidates[np.arange(len(at)), best]
    return chosen
