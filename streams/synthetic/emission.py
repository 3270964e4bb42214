"""What a source declares so that the world can make its accounts, registrations and usage."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from streams.events import HOUR, Payload
from streams.synthetic.chance import Flags, Floats, Ints
from streams.synthetic.mobility import Mobility
from streams.synthetic.population import NEVER, Population

DAY_RHYTHM: tuple[float, ...] = (
    *(0.6, 0.35, 0.2, 0.15, 0.15, 0.3, 0.9, 2.2, 3.8, 5.0, 5.8, 6.2),
    *(6.4, 5.8, 5.6, 5.6, 5.9, 6.6, 7.2, 7.3, 6.8, 5.6, 3.6, 1.7),
)
"""Calls by hour of the day, in any unit: two humps, low at four in the morning."""


@dataclass(frozen=True)
class Accounts:
    """A source's tenancies as columns: one row for each (account, opened).

    `number` is the account (a recycled one occurs twice), `slot` the first row that has it;
    `holder`, `described` and `claimed` are rows of the population, the last -1 for nobody.
    """

    number: Ints
    slot: Ints
    holder: Ints
    described: Ints
    claimed: Ints
    stratum: Ints
    opened: Ints
    closed: Ints
    share: Floats

    def __len__(self) -> int:
        return len(self.number)


class Batch(NamedTuple):
    """Events of one kind as columns; `account` holds rows of Accounts, `time` milliseconds."""

    kind: str
    account: Ints
    time: Ints
    columns: Mapping[str, Sequence[object]]

    def payloads(self, kind: type[Payload]) -> list[Payload]:
        """Return the rows as payloads."""
        names = tuple(self.columns)
        rows = zip(*self.columns.values(), strict=True)
        return [kind(**dict(zip(names, row, strict=True))) for row in rows]


@dataclass(frozen=True)
class Hour:
    """One hour of the world, as a source sees it when it makes its usage."""

    block: int
    chance: np.random.Generator
    population: Population
    accounts: Accounts
    mobility: Mobility

    def happen(self, per_day: float, rhythm: Sequence[float] = DAY_RHYTHM) -> tuple[Ints, Ints]:
        """Return accounts and times of what happens `per_day` times a day and person on average.

        Poisson by account and hour: the holder's activity, shared among their accounts, times the
        hour's part of the rhythm. People without accounts count in the average.
        """
        a, people = self.accounts, self.population
        start = self.block * HOUR
        busy = people.activity[a.holder] * a.share
        total = float(busy[a.closed == NEVER].sum())
        part = rhythm[self.block % 24] / sum(rhythm)
        rate = per_day * part * len(people) / max(total, 1.0)
        live = (a.opened < start + HOUR) & (a.closed > start)
        count = self.chance.poisson(np.where(live, rate * busy, 0.0))
        rows = np.repeat(np.arange(len(a)), count)
        times = start + self.chance.integers(0, HOUR, len(rows))
        kept = (times > a.opened[rows]) & (times < a.closed[rows])
        return rows[kept], times[kept]

    def cell_of(self, rows: Ints) -> Ints:
        """Return the cells where the holders of these accounts are."""
        cells: Ints = self.mobility.cell[self.accounts.holder[rows]]
        return cells

    def at_home(self, rows: Ints) -> Flags:
        """Return whether the holders of these accounts are at home."""
        home: Flags = self.mobility.at_home[self.accounts.holder[rows]]
        return home


@dataclass(frozen=True)
class Emit:
    """How a source acts on a population.

    `holdings` are the shares of possible holders with 0, 1, 2 ... accounts; `asks` the fields
    of its form; `carelessness` its own error propensity (1 is average); `relative` the share
    registered in a relative's name; `recycled` the share passed on to somebody else. `subject`
    turns an account's number into its subject, `extras` adds what else a registration says, from
    the tenancy's row, and `usage` makes an hour of usage.
    """

    registers: str
    holdings: tuple[float, ...]
    asks: tuple[str, ...]
    subject: Callable[[int], str]
    extras: Callable[[int], Mapping[str, object]]
    usage: Callable[[Hour], Iterable[Batch]]
    carelessness: float = 1.0
    relative: float = 0.0
    recycled: float = 0.0
