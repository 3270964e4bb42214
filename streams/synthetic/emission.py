"""What a source declares so that the world can make its accounts, registrations and usage."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from streams.events import HOUR
from streams.synthetic.chance import Flags, Floats, Ints
from streams.synthetic.lottery import Lottery
from streams.synthetic.mobility import Mobility
from streams.synthetic.population import Population

DAY_RHYTHM: tuple[float, ...] = (
    *(0.6, 0.35, 0.2, 0.15, 0.15, 0.3, 0.9, 2.2, 3.8, 5.0, 5.8, 6.2),
    *(6.4, 5.8, 5.6, 5.6, 5.9, 6.6, 7.2, 7.3, 6.8, 5.6, 3.6, 1.7),
)
"""Calls by hour of the day, in any unit: two humps, low at four in the morning."""

Columns = Mapping[str, pa.Array]
"""The fields of payloads by name; strings may be dictionary-encoded, null is missing."""


@dataclass(frozen=True)
class Accounts:
    """A source's tenancies as columns: one row for each (account, opened).

    `number` is the account (a recycled one occurs twice), `slot` the first row that has it;
    `holder`, `mate`, `described` and `claimed` are rows of the population: who has it, who else
    uses it (the holder when nobody does), whose data the registration shows, and who owns the
    claimed ID number (-1 for nobody). `named` is false for accounts that are never registered.
    `weight` is how much it is used; over the accounts of the start it adds up to the people.
    """

    number: Ints
    slot: Ints
    holder: Ints
    mate: Ints
    described: Ints
    claimed: Ints
    stratum: Ints
    opened: Ints
    closed: Ints
    named: Flags
    weight: Floats

    def __len__(self) -> int:
        return len(self.number)


class Candidates(NamedTuple):
    """Who could hold accounts of a source: the number of a first account, and the person's row."""

    number: Ints
    holder: Ints


class Uses(NamedTuple):
    """Uses of accounts: rows of Accounts, times (ms), and who it really was (rows of people)."""

    account: Ints
    time: Ints
    actor: Ints

    def where(self, kept: Flags) -> "Uses":
        """Return those that are kept."""
        return Uses(self.account[kept], self.time[kept], self.actor[kept])

    def __len__(self) -> int:
        return len(self.account)


class Batch(NamedTuple):
    """Events of one kind: uses, and the payload's fields as columns of the same length."""

    kind: str
    uses: Uses
    columns: Columns


class Opening(NamedTuple):
    """Tenancies (rows of Accounts) whose registration asks for what only this source has."""

    population: Population
    accounts: Accounts
    rows: Ints


class Roster(NamedTuple):
    """The accounts of one shard, and the lottery of which of them is used next."""

    rows: Ints
    lottery: Lottery


@dataclass(frozen=True)
class Hour:
    """One hour of one shard of the world, as a source sees it when it makes its usage."""

    block: int
    chance: np.random.Generator
    population: Population
    accounts: Accounts
    roster: Roster
    mobility: Mobility

    def happen(self, per_day: float, rhythm: Sequence[float] = DAY_RHYTHM) -> Uses:
        """Return what happens `per_day` times a day and person on average, in no order.

        A Poisson process over accounts: the holder's activity, shared among their accounts, times
        the hour's part of the rhythm. People without accounts count in the average. A shared
        account is used by the holder and the mate alike.
        """
        draw, a, roster = self.chance, self.accounts, self.roster
        part = rhythm[self.block % 24] / sum(rhythm)
        n = draw.poisson(per_day * part * roster.lottery.total)
        rows = roster.rows[roster.lottery.draw(draw.random(n))]
        times = self.block * HOUR + (draw.random(n) * HOUR).astype(np.int64)
        actors = a.holder[rows]
        mates = np.flatnonzero(a.mate[rows] != actors)
        mates = mates[draw.random(len(mates)) < 0.5]
        actors[mates] = a.mate[rows[mates]]
        live = (times > a.opened[rows]) & (times < a.closed[rows])
        return Uses(rows, times, actors).where(live)

    def cell_of(self, uses: Uses) -> Ints:
        """Return the cells where the people are who act."""
        cells: Ints = self.mobility.cell[uses.actor - self.mobility.low]
        return cells

    def at_home(self, uses: Uses) -> Flags:
        """Return whether the people who act are at home."""
        home: Flags = self.mobility.at_home[uses.actor - self.mobility.low]
        return home

    def at_work(self, uses: Uses) -> Flags:
        """Return whether the people who act are at work."""
        work: Flags = self.mobility.at_work[uses.actor - self.mobility.low]
        return work


def coded(codes: Ints, words: pa.StringArray) -> pa.DictionaryArray:
    """Return a column of words by their place in a table; no string is made until it is written."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), words)


def grown_ups(population: Population) -> Candidates:
    """Return everybody old enough to hold accounts; the first account has their row as number."""
    rows = np.flatnonzero(population.holds())
    return Candidates(rows, rows)


def nothing_more(_: Opening) -> Columns:
    """Return no further columns: the registration has only the form's fields."""
    return {}


@dataclass(frozen=True)
class Emit:
    """How a source acts on a population.

    `holdings` are the shares of candidates with 0, 1, 2 ... accounts; `asks` the fields of its
    form; `subjects` turns account numbers into subjects; `usage` makes an hour of usage; `extras`
    adds what else a registration says; `candidates` are those who could hold an account.

    `carelessness` is its own error propensity (1 is average), `relative` the share registered in
    a relative's name, `shared` the share used by two of a household, `anonymous` the share never
    registered. `churn` multiplies life's rate of closing accounts; of the closed, `reopens` is the
    share whose holder opens another, `recycled` the share whose number passes to somebody else.
    """

    registers: str
    holdings: tuple[float, ...]
    asks: tuple[str, ...]
    subjects: Callable[[Ints], pa.StringArray]
    usage: Callable[[Hour], Iterable[Batch]]
    extras: Callable[[Opening], Columns] = nothing_more
    candidates: Callable[[Population], Candidates] = grown_ups
    carelessness: float = 1.0
    relative: float = 0.0
    shared: float = 0.0
    anonymous: float = 0.0
    churn: float = 0.0
    reopens: float = 0.0
    recycled: float = 0.0
