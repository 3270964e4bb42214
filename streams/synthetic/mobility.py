"""Where everybody is in each hour: a diary of home, work and elsewhere, and which elsewhere.

Elsewhere is density exploration and preferential return (Pappalardo et al. 2015, Nature Comm.
6:8166): a new place with probability rho * S**-gamma after S distinct visits, otherwise a place
of the past, as likely as it was often visited. Here that return is a uniform draw from a ring of
the last visits, so a step costs the same however long the life.
"""

import numpy as np

from streams.synthetic.chance import Flags, Floats, Ints, chance
from streams.synthetic.population import Population

RHO = 0.6
GAMMA = 0.21
EXPLORATION = 0.6
RING = 16
CANDIDATES = 6
GRAVITY = 1.5
WORKERS = 0.65
_OUT = np.array(
    [1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 16, 18, 22, 20, 18, 18, 20, 26, 30, 28, 22, 14, 7, 3]
)
OUT = _OUT / 100
"""Chance to leave home for elsewhere in an hour of the day, if not at work."""


class Mobility:
    """The movers. `step` is asked for every hour, once, in order."""

    def __init__(self, population: Population, seed: int) -> None:
        people = len(population)
        draw = chance(seed, "mobility")
        self._population, self._seed = population, seed
        self._width = int(np.ceil(np.sqrt(population.cells)))
        self._people = np.arange(people)
        adult = population.holds()
        self._works = draw.random(people) < np.where(adult, WORKERS, 0.9)
        self._work = self._explore(draw, self._people)
        self._begins = np.clip(np.rint(draw.normal(9, 1.3, people)), 5, 14).astype(np.int64)
        self._hours = np.where(adult, 8, 6)
        self._ring = np.repeat(population.home[:, None], RING, axis=1)
        self._ring[:, 1] = self._work
        self._visits = np.full(people, 2)
        self._distinct = np.full(people, 2)
        self._out = np.zeros(people, dtype=np.bool_)
        self.cell: Ints = population.home.copy()
        self.at_home: Flags = np.ones(people, dtype=np.bool_)

    def step(self, block: int) -> None:
        """Move everybody to where they are in hour `block` of the stream."""
        draw = chance(self._seed, "visits", tick=block)
        day, hour = divmod(block, 24)
        people = len(self._people)
        since = hour - self._begins
        weekday = day % 7 < 5
        at_work = self._works & (since >= 0) & (since < self._hours) & weekday
        at_work &= draw.random(people) < 0.9
        stays = self._out & (draw.random(people) < 0.5)
        leaves = draw.random(people) < OUT[hour]
        self._out = ~at_work & (stays | leaves)
        moving = np.flatnonzero(self._out & ~stays)
        elsewhere = self.cell.copy()
        elsewhere[moving] = self._visit(draw, moving)
        home = self._population.home
        self.cell = np.where(at_work, self._work, np.where(self._out, elsewhere, home))
        self.at_home = ~at_work & ~self._out

    def _visit(self, draw: np.random.Generator, rows: Ints) -> Ints:
        new = RHO * EXPLORATION * self._distinct[rows] ** -GAMMA
        explores = draw.random(len(rows)) < new
        known = np.minimum(self._visits[rows], RING)
        back = self._ring[rows, draw.integers(0, known)]
        chosen: Ints = back.copy()
        chosen[explores] = self._explore(draw, rows[explores])
        self._ring[rows, self._visits[rows] % RING] = chosen
        self._visits[rows] += 1
        self._distinct[rows] += explores
        return chosen

    def _explore(self, draw: np.random.Generator, rows: Ints) -> Ints:
        """Return a new cell for each row: near rather than far, where people live (gravity)."""
        home = self._population.home
        found = home[draw.integers(0, len(home), (len(rows), CANDIDATES))]
        pull = -GRAVITY * np.log1p(self._distance(home[rows][:, None], found))
        best = np.argmax(pull + draw.gumbel(size=found.shape), axis=1)
        cells: Ints = found[np.arange(len(rows)), best]
        return cells

    def _distance(self, a: Ints, b: Ints) -> Floats:
        east = a % self._width - b % self._width
        north = a // self._width - b // self._width
        distance: Floats = np.hypot(east, north)
        return distance
