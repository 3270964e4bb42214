"""Businesses: where they are, who represents and owns them, and who works there."""

from dataclasses import dataclass

import numpy as np

from streams.synthetic.chance import Flags, Ints, chance
from streams.synthetic.places import attraction, nearby, reach

PEOPLE_PER_BUSINESS = 25
SHAREHOLDERS = 3
WORKERS = 0.65
"""Share of grown-ups who have an employer."""


@dataclass(frozen=True)
class Businesses:
    """Every business, as columns.

    `cell` is where its office is, `representative` the person (row) who stands for it in law,
    `shareholders` its owners, SHAREHOLDERS columns of rows of people, the representative first.
    """

    cell: Ints
    representative: Ints
    shareholders: Ints

    def __len__(self) -> int:
        return len(self.cell)


def found_businesses(adult: Flags, homes: Ints, cells: int, seed: int) -> tuple[Businesses, Ints]:
    """Return the businesses and everybody's employer (a row of them, -1 for none).

    There is one for PEOPLE_PER_BUSINESS people, in cells as attractive as they are; owners are any
    grown-ups, and workers choose near their home. Without grown-ups nobody has a business.
    """
    draw, people = chance(seed, "businesses"), len(homes)
    adults = np.flatnonzero(adult)
    count = max(1, people // PEOPLE_PER_BUSINESS) if len(adults) else 0
    owners = adults[draw.integers(0, max(len(adults), 1), (count, SHAREHOLDERS))]
    pull = attraction(cells, seed)
    cell = draw.choice(cells, count, p=pull / pull.sum())
    employer = np.full(people, -1, dtype=np.int64)
    workers = np.flatnonzero(adult & (draw.random(people) < WORKERS))
    if count:
        employer[workers] = nearby(draw, homes[workers], cell, reach(cells, seed))
    return Businesses(cell, owners[:, 0], owners), employer
