"""Where people are in each hour: a diary of home, work and elsewhere, and which elsewhere.

Elsewhere is density exploration and preferential return (Pappalardo et al. 2015, Nature Comm.
6:8166): a new place with probability rho * S**-gamma after S distinct visits, otherwise a place
of the past, as likely as it was often visited. Here that return is a uniform draw from a ring of
the last visits, so a step costs the same however long the life.
"""

import numpy as np

from streams.events import HOUR
from streams.synthetic.chance import Flags, Ints, chance
from streams.synthetic.places import attracted, width_of
from streams.synthetic.population import Population

RHO = 0.6
GAMMA = 0.21
EXPLORATION = 0.6
RING = 16
ABSENT = 0.1
"""Share of a worker's hours that are not spent at work after all."""
PUPILS = 0.9
_OUT = np.array(
    [1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 16, 18, 22, 20, 18, 18, 20, 26, 30, 28, 22, 14, 7, 3]
)
OUT = _OUT / 100
"""Chance to leave home for elsewhere in an hour of the day, if not at work."""
STAYS = 0.5
"""Chance that who is elsewhere still is an hour later."""


class Mobility:
    """The movers among the people of one shard (rows low to high - 1).

    `step` is asked for every hour, once, in order; `cell`, `at_home` and `at_work` are then the
    hour's, by row minus `low`.
    """

    def __init__(self, population: Population, seed: int, shard: int, low: int, high: int) -> None:
        rows = slice(low, high)
        people = high - low
        draw = chance(seed, "mobility", chunk=shard)
        adult = population.holds()[rows]
        self._seed, self._shard, self.low = seed, shard, low
        self._width = width_of(population.cells)
        self._attractions = population.former
        self._after = population.home[rows]
        self._home = population.former[rows].copy()
        self._movers = np.argsort(population.life.moved[rows], kind="stable")
        self._moved = population.life.moved[rows][self._movers]
        employer = population.employer[rows]
        self._works = np.where(adult, employer >= 0, draw.random(people) < PUPILS)
        school = attracted(draw, self._home, self._attractions, self._width)
        self._work = np.where(
            employer >= 0,
            population.businesses.cell[employer] if len(population.businesses) else 0,
            self._attractions[school],
        )
        self._late = population.chronotype[rows]
        begins = np.rint(draw.normal(9, 1.3, people)) + self._late
        self._begins = np.clip(begins, 5, 14).astype(np.int64)
        self._hours = np.where(adult, 8, 6)
        self._ring = np.repeat(self._home[:, None].astype(np.int32), RING, axis=1)
        self._ring[:, 1] = self._work
        self._visits = np.full(people, 2)
        self._distinct = np.full(people, 2)
        self._out = np.zeros(people, dtype=np.bool_)
        self.cell: Ints = self._home.copy()
        self.at_home: Flags = np.ones(people, dtype=np.bool_)
        self.at_work: Flags = np.zeros(people, dtype=np.bool_)

    def step(self, block: int) -> None:
        """Move everybody to where they are in hour `block` of the stream."""
        draw = chance(self._seed, "visits", chunk=self._shard, tick=block)
        self._move_house(block)
        people = len(self._home)
        hour = block % 24
        at_work = self._on_shift(block) & (draw.random(people, np.float32) >= ABSENT)
        luck = draw.random(people, np.float32)
        leaves = OUT.astype(np.float32)[(hour - self._late) % 24]
        stays = self._out & (luck < STAYS)
        self._out = ~at_work & (luck < np.where(self._out, STAYS + leaves * (1 - STAYS), leaves))
        moving = np.flatnonzero(self._out & ~stays)
        elsewhere = self.cell
        elsewhere[moving] = self._visit(draw, moving)
        self.cell = np.where(at_work, self._work, np.where(self._out, elsewhere, self._home))
        self.at_home = ~at_work & ~self._out
        self.at_work = at_work

    def _on_shift(self, block: int) -> Flags:
        day, hour = divmod(block, 24)
        if day % 7 >= 5:
            return np.zeros(len(self._home), dtype=np.bool_)
        since = hour - self._begins
        on: Flags = self._works & (since >= 0) & (since < self._hours)
        return on

    def _move_house(self, block: int) -> None:
        """Whoever moves in this hour lives in the new home from its start."""
        begin, end = np.searchsorted(self._moved, [block * HOUR, (block + 1) * HOUR])
        rows = self._movers[begin:end]
        self._home[rows] = self._after[rows]

    def _visit(self, draw: np.random.Generator, rows: Ints) -> Ints:
        new = RHO * EXPLORATION * self._distinct[rows] ** -GAMMA
        explores = draw.random(len(rows)) < new
        known = np.minimum(self._visits[rows], RING)
        chosen = self._ring[rows, draw.integers(0, known)].astype(np.int64)
        chosen[explores] = self._explore(draw, rows[explores])
        self._ring[rows, self._visits[rows] % RING] = chosen
        self._visits[rows] += 1
        self._distinct[rows] += explores
        return chosen

    def _explore(self, draw: np.random.Generator, rows: Ints) -> Ints:
        """Return a new cell for each row: near rather than far, where people live (gravity)."""
        cells: Ints = self._attractions[
            attracted(draw, self._home[rows], self._attractions, self._width)
        ]
        return cells
