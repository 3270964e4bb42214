"""Where people are in each hour: a diary of home, work and elsewhere, and which elsewhere.

Elsewhere is density exploration and preferential return (Pappalardo et al. 2015, Nature Comm.
6:8166): a new place with probability rho * S**-gamma after S distinct visits, otherwise a place
of the past, as likely as it was often visited. Here that return is a uniform draw from a ring of
the last visits, so a step costs the same however long the life; and who explores starts from
home. The diary's figures are set so that hour x cell traces are as unique as published ones.
"""

import numpy as np
from numpy.typing import NDArray

from streams.events import HOUR
from streams.synthetic.chance import Flags, Ints, chance
from streams.synthetic.places import CHOICES, reach
from streams.synthetic.population import Population

RHO = 0.6
GAMMA = 0.21
EXPLORATION = 0.6
RING = 32
"""Visits that somebody remembers."""
PAST = 32
"""Visits before the stream, so that people have favourites from its first day."""
ABSENT = 0.1
"""Share of a worker's hours that are not spent at work after all."""
PUPILS = 0.9
_OUT = np.array(
    [2, 2, 2, 2, 2, 3, 7, 14, 20, 24, 27, 31, 37, 34, 31, 31, 34, 44, 51, 48, 37, 24, 12, 5]
)
OUT = _OUT / 100
"""Chance to leave home for elsewhere in an hour of the day, if not at work."""
OUTGOING = (0.15, 1.0, 1.85)
"""Times OUT, for three thirds of the people: some are homebodies."""
STAYS = 0.6
"""Chance that who is elsewhere still is an hour later."""
_LEVELS = 2**16
_CHANCES = RHO * EXPLORATION * np.arange(1, 257) ** -GAMMA
_EXPLORES = np.concatenate([[1.0], _CHANCES]) * _LEVELS
"""Chance to explore after S distinct visits, by S; after 256 it falls no more."""


class Mobility:
    """The movers among the people of one shard (rows low to high - 1).

    `step` is asked for every hour, once, in order; `cell`, `at_home`, `at_work`, and the cells
    where people live and work (`home`, `work`) are then the hour's, by row minus `low`.
    """

    def __init__(self, population: Population, seed: int, shard: int, low: int, high: int) -> None:
        rows = slice(low, high)
        people = high - low
        draw = chance(seed, "mobility", chunk=shard)
        adult = population.holds()[rows]
        self._seed, self._shard, self.low = seed, shard, low
        self._reach = reach(population.cells, seed)
        self._after = population.home[rows]
        self._home = population.former[rows].copy()
        self._movers = np.argsort(population.life.moved[rows], kind="stable")
        self._moved = population.life.moved[rows][self._movers]
        employer = population.employer[rows]
        self._works = np.where(adult, employer >= 0, draw.random(people) < PUPILS)
        school = self._reach[self._home, draw.integers(0, CHOICES, people)]
        self._work = np.where(
            employer >= 0,
            population.businesses.cell[employer] if len(population.businesses) else 0,
            school,
        )
        late = population.chronotype[rows]
        begins = np.rint(draw.normal(9, 1.3, people)) + late
        self._begins = np.where(self._works, np.clip(begins, 5, 14), 100).astype(np.uint8)
        self._hours = np.where(adult, 8, 6).astype(np.uint8)
        self._habit = 3 * draw.integers(0, 3, people) + late + 1
        kind = np.min_scalar_type(population.cells)
        self._ring = np.zeros((people, RING), dtype=kind)
        self._visits = np.zeros(people, dtype=np.int32)
        self._distinct = np.zeros(people, dtype=np.int32)
        for _ in range(PAST):
            self._visit(draw, np.arange(people))
        self._out = np.zeros(people, dtype=np.bool_)
        self.cell: Ints = self._home.copy()
        self.at_home: Flags = np.ones(people, dtype=np.bool_)
        self.at_work: Flags = np.zeros(people, dtype=np.bool_)

    @property
    def home(self) -> Ints:
        """Return the cells where people live."""
        return self._home

    @property
    def work(self) -> Ints:
        """Return the cells where people work or go to school, if they do."""
        return self._work

    def since_begin(self, block: int) -> tuple[Ints, Ints]:
        """Return how many hours into the working day it is for each, and how many it has."""
        return block % 24 - self._begins.astype(np.int64), self._hours.astype(np.int64)

    def step(self, block: int) -> None:
        """Move everybody to where they are in hour `block` of the stream."""
        draw = chance(self._seed, "visits", chunk=self._shard, tick=block)
        self._move_house(block)
        luck = _lots(draw, 2, len(self._home))
        at_work = self._on_shift(block) & (luck[0] >= ABSENT * _LEVELS)
        leaves = np.outer(OUTGOING, OUT[(block % 24 - np.array([-1, 0, 1])) % 24]).ravel()
        threshold = (leaves * _LEVELS).astype(np.uint16)[self._habit]
        later = ((STAYS + leaves * (1 - STAYS)) * _LEVELS).astype(np.uint16)[self._habit]
        stays = self._out & (luck[1] < STAYS * _LEVELS)
        self._out = ~at_work & (luck[1] < np.where(self._out, later, threshold))
        elsewhere = self.cell
        moving = np.flatnonzero(self._out & ~stays)
        elsewhere[moving] = self._visit(draw, moving)
        self.cell = np.where(self._out, elsewhere, np.where(at_work, self._work, self._home))
        self.at_work = at_work
        self.at_home = ~(at_work | self._out)

    def _on_shift(self, block: int) -> Flags:
        day, hour = divmod(block, 24)
        if day % 7 >= 5:
            return np.zeros(len(self._home), dtype=np.bool_)
        on: Flags = np.uint8(hour) - self._begins < self._hours  # wraps around before it begins
        return on

    def _move_house(self, block: int) -> None:
        """Whoever moves in this hour lives in the new home from its start."""
        begin, end = np.searchsorted(self._moved, [block * HOUR, (block + 1) * HOUR])
        rows = self._movers[begin:end]
        self._home[rows] = self._after[rows]

    def _visit(self, draw: np.random.Generator, rows: Ints) -> Ints:
        visits, distinct = self._visits[rows], self._distinct[rows]
        luck = _lots(draw, 3, len(rows))
        back = luck[0].astype(np.int32) * np.minimum(visits, RING) >> 16
        chosen: Ints = self._ring[rows, back]
        explores = np.flatnonzero(luck[1] < _EXPLORES[np.minimum(distinct, 256)])
        going = luck[2][explores] & np.uint16(CHOICES - 1)
        chosen[explores] = self._reach[self._home[rows[explores]], going]
        self._ring[rows, visits % RING] = chosen
        self._visits[rows] = visits + 1
        self._distinct[rows[explores]] += 1
        return chosen


def _lots(draw: np.random.Generator, kinds: int, people: int) -> NDArray[np.uint16]:
    """Return 16 random bits of each kind for each person."""
    words = draw.bit_generator.random_raw((kinds * people + 3) // 4)
    lots: NDArray[np.uint16] = words.view(np.uint16)[: kinds * people].reshape(kinds, people)
    return lots
