"""The people: columns, one row for each person; person number = row + 1.

Columns keep a million people small. What may change about somebody during the stream is in
`life`, with the time; their names, numbers and addresses as strings are in `particulars`.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from streams.synthetic.businesses import Businesses, found_businesses
from streams.synthetic.chance import Dice, Flags, Floats, Ints, chance, draw_dice
from streams.synthetic.life import TYPICAL_RATES, Life, Rates, plan_life
from streams.synthetic.names import GIVEN_NAMES, GIVEN_SHARES, SURNAME_SHARES, SURNAMES

PEOPLE_PER_CELL = 230
HOLDER_AGE = 16
"""Younger people are in the registry and move about, but hold no accounts."""
COUNTIES = 400
HOUSEHOLD_SIZES = (0.25, 0.30, 0.20, 0.15, 0.07, 0.03)
SPREAD = 0.8
"""Sigma of the lognormals (mean 1) of who is busy and who is prone to errors."""
SHARD = 65_536
"""People of a shard, up to a household. Which shard somebody is in is part of the world, never of
how it is computed, so the stream is the same however many shards are worked on at once."""
TODAY = 739_621
"""The proleptic ordinal of 2026-01-05, the first day of the stream, a Monday."""


@dataclass(frozen=True)
class Population:
    """Everybody, as columns.

    `first` and `size` are the row of the household's first member and how many it has; `born` is
    an ordinal day; `partner` lives with the household's first member as a couple; `order` is the
    ID number's; `home` and `former` are cells (0 ...): after and before the household moves, if it
    does (`life.moved`). `errs` is how prone a person is to errors, `activity` how busy (both
    mean 1), `employer` a row of `businesses` or -1, `chronotype` -1 early, 0, 1 late.
    """

    household: Ints
    first: Ints
    size: Ints
    male: Flags
    born: Ints
    partner: Flags
    county: Ints
    order: Ints
    surname: Ints
    given: Ints
    home: Ints
    former: Ints
    errs: Floats
    activity: Floats
    chronotype: Ints
    employer: Ints
    die: Dice
    life: Life
    businesses: Businesses
    cells: int

    def __len__(self) -> int:
        return len(self.born)

    def holds(self) -> Flags:
        """Return who is old enough to hold accounts."""
        return of_age(self.born)

    def shard(self) -> Ints:
        """Return each person's shard: that of the first of their household; it never falls."""
        shards: Ints = self.first // SHARD
        return shards

    def shards(self) -> list[tuple[int, int]]:
        """Return the first row and the row after the last of each shard."""
        shards = self.shard()
        edges = np.searchsorted(shards, np.arange(int(shards[-1]) + 2)).tolist()
        return list(pairwise(edges))

    def mates(self, rows: Ints, shift: Ints) -> Ints:
        """Return a housemate of each row, `shift` places on; who lives alone is their own."""
        size, first = self.size[rows], self.first[rows]
        found: Ints = first + (rows - first + 1 + shift % np.maximum(size - 1, 1)) % size
        return found


def of_age(born: Ints) -> Flags:
    """Return who is old enough to hold accounts, by day of birth."""
    held: Flags = born <= TODAY - round(HOLDER_AGE * 365.25)
    return held


def make_population(people: int, seed: int, rates: Rates = TYPICAL_RATES) -> Population:
    """Return `people` synthetic people and what will change in their lives."""
    household, first, size = _households(people, seed)
    cells = max(1, round(people / PEOPLE_PER_CELL))
    male, born, partner, leads = _members(first, seed)
    county, order = _id_parts(male, born, seed)
    home, former = _homes(household, cells, seed)
    traits = chance(seed, "traits")
    adult = of_age(born)
    businesses, employer = found_businesses(adult, former, cells, seed)
    return Population(
        household=household,
        first=first,
        size=size,
        male=male,
        born=born,
        partner=partner,
        county=county,
        order=order,
        surname=_surnames(leads, first, seed),
        given=chance(seed, "given").choice(len(GIVEN_NAMES), people, p=GIVEN_SHARES),
        home=home,
        former=former,
        errs=traits.lognormal(-(SPREAD**2) / 2, SPREAD, people),
        activity=traits.lognormal(-(SPREAD**2) / 2, SPREAD, people),
        chronotype=traits.choice(np.array([-1, 0, 1]), people, p=(0.25, 0.5, 0.25)),
        employer=employer,
        die=draw_dice(chance(seed, "dice"), people),
        life=plan_life(household, partner, TODAY - born, rates, seed),
        businesses=businesses,
        cells=cells,
    )


def _households(people: int, seed: int) -> tuple[Ints, Ints, Ints]:
    sizes = 1 + chance(seed, "households").choice(6, people, p=HOUSEHOLD_SIZES)
    ends = np.minimum(np.cumsum(sizes), people)
    ends = ends[: int(np.searchsorted(ends, people)) + 1]
    sizes = np.diff(ends, prepend=0)
    household = np.repeat(np.arange(len(sizes)), sizes)
    return household, np.repeat(ends - sizes, sizes), np.repeat(sizes, sizes)


def _members(first: Ints, seed: int) -> tuple[Flags, Ints, Flags, Flags]:
    """Return sex, birth day, who is a partner and who has a surname of their own.

    Place 0 at home leads, place 1 is mostly the partner, the others are children, or peers of a
    leader too young for children.
    """
    draw, people = chance(seed, "members"), len(first)
    place = np.arange(people) - first
    male = draw.random(people) < 0.5
    partner = (place == 1) & (draw.random(people) < 0.85)
    male = np.where(partner, ~male[first], male)
    age = 20.0 + 65.0 * draw.beta(1.5, 2.2, people)
    lead = age[first]
    age = np.where(partner, np.clip(lead + draw.normal(0, 4, people), 19, 95), age)
    child = lead - draw.uniform(20, 38, people)
    younger = (place > 0) & ~partner
    age = np.where(younger & (child >= 0), child, age)
    born = TODAY - np.floor(age * 365.25).astype(np.int64) - 1
    return male, born, partner, (place == 0) | partner | (younger & (child < 0))


def _id_parts(male: Flags, born: Ints, seed: int) -> tuple[Ints, Ints]:
    """Return county and order: odd for men, even for women, unique in a county and day.

    The order stays below 500, so that 500 more is free for a renewed number.
    """
    county = chance(seed, "counties").integers(0, COUNTIES, len(born))
    group = (county * 10**6 + born) * 2 + male
    by_group = np.argsort(group, kind="stable")
    ordered = group[by_group]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    rank = np.empty_like(group)
    rank[by_group] = np.arange(len(group)) - np.repeat(starts, np.diff(starts, append=len(group)))
    if int(rank.max(initial=0)) >= 250:
        raise ValueError("more than 250 people of one sex born in a county on one day")
    return county, 2 * rank + male


def _homes(household: Ints, cells: int, seed: int) -> tuple[Ints, Ints]:
    """Return each person's cell after and before a move of the household."""
    draw, count = chance(seed, "homes"), int(household[-1]) + 1
    home, former = draw.integers(0, cells, count), draw.integers(0, cells, count)
    return home[household], former[household]


def _surnames(leads: Flags, first: Ints, seed: int) -> Ints:
    own = chance(seed, "surnames").choice(len(SURNAMES), len(first), p=SURNAME_SHARES)
    return np.where(leads, own, own[first])
