"""The people: columns, one row for each person; person number = row + 1.

Columns keep a million people small; a person's strings are made when somebody asks for them.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from linkage.records import Record
from streams.synthetic import identifiers as ids
from streams.synthetic.chance import Dice, Flags, Floats, Ints, Roll, chance, draw_dice
from streams.synthetic.names import GIVEN_NAMES, GIVEN_SHARES, SURNAME_SHARES, SURNAMES

PEOPLE_PER_CELL = 230
HOLDER_AGE = 16
"""Younger people are in the registry and move about, but hold no accounts."""
COUNTIES = 400
HOUSEHOLD_SIZES = (0.25, 0.30, 0.20, 0.15, 0.07, 0.03)
_TODAY = date(2026, 1, 5).toordinal()
_STREETS = 8
NEVER = 2**62


@dataclass(frozen=True)
class Population:
    """Everybody. `home` is a cell (0 ...), `former` the cell lived in before, `moved` when (ms).

    `first` and `size` are the row of the household's first member and how many it has; `errs` is
    how prone a person is to errors (mean 1), `activity` how busy (mean 1).
    """

    household: Ints
    first: Ints
    size: Ints
    male: Flags
    born: Ints
    county: Ints
    order: Ints
    surname: Ints
    given: Ints
    home: Ints
    former: Ints
    moved: Ints
    errs: Floats
    activity: Floats
    die: Dice
    cells: int

    def __len__(self) -> int:
        return len(self.born)

    def holds(self) -> Flags:
        """Return who is old enough to hold accounts."""
        held: Flags = self.born <= _TODAY - round(HOLDER_AGE * 365.25)
        return held

    def id_number(self, row: int) -> str:
        """Return a person's true ID number."""
        day = date.fromordinal(int(self.born[row]))
        birth = day.year * 10000 + day.month * 100 + day.day
        return ids.make_id_number(int(self.county[row]), birth, int(self.order[row]))

    def phone(self, row: int) -> str:
        """Return a person's own number, which is also the first SIM's."""
        return ids.make_phone(row)

    def former_phone(self, row: int) -> str:
        """Return a number that a person had before the stream began."""
        return ids.make_phone(500_000_000 + row)

    def address(self, row: int) -> str:
        """Return where a person lives in the end."""
        return self._street_address(int(self.home[row]), int(self.household[row]))

    def former_address(self, row: int) -> str:
        """Return where a person lived before."""
        return self._street_address(int(self.former[row]), int(self.die[self.first[row]] >> 40))

    def mail(self, row: int) -> str:
        """Return a person's mail address: mostly built from the name."""
        roll = Roll(int(self.die[row]))
        host = ("example.com", "example.org", "example.net")[roll.below(3)]
        surname = SURNAMES[self.surname[row]].lower()
        given = GIVEN_NAMES[self.given[row]].lower()
        style, number = roll.below(4), roll.below(1000)
        if style == 0:
            local = f"{given}.{surname}{number % 100}"
        elif style == 1:
            local = f"{surname}{given[0]}{number}"
        elif style == 2:
            local = f"{given}{date.fromordinal(int(self.born[row])).year}"
        else:
            local = f"{GIVEN_NAMES[roll.below(len(GIVEN_NAMES))].lower()}_{number}"
        return f"{local}@{host}"

    def record(self, row: int, time: int = NEVER) -> Record:
        """Return what is true of a person at `time`: the registry's record."""
        adult = self.born[row] <= _TODAY - round(HOLDER_AGE * 365.25)
        return Record(
            id_number=self.id_number(row),
            surname=SURNAMES[self.surname[row]],
            given=GIVEN_NAMES[self.given[row]],
            birth=date.fromordinal(int(self.born[row])).isoformat(),
            sex="M" if self.male[row] else "F",
            address=self.address(row) if time >= self.moved[row] else self.former_address(row),
            phone=self.phone(row) if adult else None,
            mail=self.mail(row) if adult and self.die[row] % 5 else None,
        )

    def _street_address(self, cell: int, house: int) -> str:
        street, number = house % _STREETS, house // _STREETS % 400
        return f"a{cell}-s{street + 1}-h{number + 1}"


def make_population(people: int, seed: int, horizon: int = NEVER) -> Population:
    """Return `people` synthetic people; a few of them move house before `horizon` (ms)."""
    household, first, size = _households(people, seed)
    cells = max(1, round(people / PEOPLE_PER_CELL))
    male, born, leader = _members(household, first, seed)
    county, order = _id_parts(male, born, seed)
    home, former, moved = _homes(household, cells, min(horizon, NEVER), seed)
    traits = chance(seed, "traits")
    return Population(
        household=household,
        first=first,
        size=size,
        male=male,
        born=born,
        county=county,
        order=order,
        surname=_surnames(leader, first, seed),
        given=chance(seed, "given").choice(len(GIVEN_NAMES), people, p=GIVEN_SHARES),
        home=home,
        former=former,
        moved=moved,
        errs=traits.lognormal(-(0.8**2) / 2, 0.8, people),
        activity=traits.lognormal(-(0.8**2) / 2, 0.8, people),
        die=draw_dice(chance(seed, "dice"), people),
        cells=cells,
    )


def _households(people: int, seed: int) -> tuple[Ints, Ints, Ints]:
    sizes = 1 + chance(seed, "households").choice(6, people, p=HOUSEHOLD_SIZES)
    ends = np.minimum(np.cumsum(sizes), people)
    ends = ends[: int(np.searchsorted(ends, people)) + 1]
    sizes = np.diff(ends, prepend=0)
    household = np.repeat(np.arange(len(sizes)), sizes)
    return household, np.repeat(ends - sizes, sizes), np.repeat(sizes, sizes)


def _members(household: Ints, first: Ints, seed: int) -> tuple[Flags, Ints, Flags]:
    """Return sex, birth day and whether somebody has a surname of their own, by place at home.

    Place 0 leads, place 1 is mostly the partner, the others are children, or peers of a leader
    too young for children.
    """
    draw, people = chance(seed, "members"), len(household)
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
    born = _TODAY - np.floor(age * 365.25).astype(np.int64) - 1
    return male, born, (place == 0) | partner | (younger & (child < 0))


def _id_parts(male: Flags, born: Ints, seed: int) -> tuple[Ints, Ints]:
    """Return county and order: odd for men, even for women, unique in a county and day."""
    county = chance(seed, "counties").integers(0, COUNTIES, len(born))
    group = (county * 10**6 + born) * 2 + male
    by_group = np.argsort(group, kind="stable")
    ordered = group[by_group]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    rank = np.empty_like(group)
    rank[by_group] = np.arange(len(group)) - np.repeat(starts, np.diff(starts, append=len(group)))
    if int(rank.max(initial=0)) >= 500:
        raise ValueError("more than 500 people of one sex born in a county on one day")
    return county, 2 * rank + male


def _homes(household: Ints, cells: int, horizon: int, seed: int) -> tuple[Ints, Ints, Ints]:
    """Return cell now, cell before and when the household moves: 1 in 500 during the stream."""
    draw, count = chance(seed, "homes"), int(household[-1]) + 1
    home, former = draw.integers(0, cells, count), draw.integers(0, cells, count)
    moves = draw.random(count) < 0.002
    moved = np.where(moves, draw.integers(0, horizon, count), -1)
    return home[household], former[household], moved[household]


def _surnames(leader: Flags, first: Ints, seed: int) -> Ints:
    own = chance(seed, "surnames").choice(len(SURNAMES), len(first), p=SURNAME_SHARES)
    return np.where(leader, own, own[first])
