"""Utility: one power contract for each household, and what its smart meter reports."""

from collections.abc import Iterable
from typing import Annotated, ClassVar

import numpy as np
import pyarrow as pa
from msgspec import Meta

from streams.events import HOUR, Registration, Usage
from streams.source import Source
from streams.synthetic import identifiers as ids
from streams.synthetic.chance import Ints, below, salted
from streams.synthetic.emission import Batch, Candidates, Emit, Hour, Uses
from streams.synthetic.identifiers import columns
from streams.synthetic.localities import cell_names
from streams.synthetic.population import Population
from streams.synthetic.schedule import within_hour

EVERY = 6
"""Hours between two readings of a meter; which hours is the meter's own."""
STANDING = 90.0
"""Watts that a dwelling draws with nobody at home."""
PER_PERSON = 160.0
"""Watts that each person at home adds on average over the day."""
LOAD = (
    *(0.55, 0.45, 0.40, 0.40, 0.40, 0.50, 0.75, 1.00, 1.00, 0.90, 0.90, 0.95),
    *(1.05, 0.95, 0.90, 0.90, 1.00, 1.25, 1.60, 1.85, 1.90, 1.70, 1.30, 0.85),
)
"""What somebody at home uses by hour of the day, on average 1: a hump in the evening."""
SPREAD = 0.35
"""Sigma of the lognormal by which readings differ."""


class Connected(Registration, frozen=True, kw_only=True):
    """A dwelling was connected; the contract is the event's subject."""


class Read(Usage, frozen=True, kw_only=True):
    """A meter's reading: the dwelling's cell, and what was used within the hour."""

    places: ClassVar[str] = "dwelling's cell"

    cell: ids.Cell
    watt_hours: Annotated[int, Meta(ge=0, lt=100_000)]

    def place(self) -> int:
        """Return the number of the dwelling's cell."""
        return int(self.cell[13:])


def _candidates(population: Population) -> Candidates:
    """Return the first member of each household, who stands for it; its number is theirs."""
    heads = np.unique(population.first)
    return Candidates(population.household[heads], heads)


def _subjects(number: Ints) -> pa.StringArray:
    return columns.handles("u", number)


def _usage(hour: Hour) -> Iterable[Batch]:
    rows = hour.roster.rows
    phase = below(salted(hour.accounts.slot[rows].astype(np.uint64), "meter"), EVERY)
    rows = rows[phase == hour.block % EVERY]
    holder = hour.accounts.holder[rows]
    uses = within_hour(hour, rows, _somebody_in(hour, holder))
    home = hour.mobility.home[hour.accounts.holder[uses.account] - hour.mobility.low]
    cells = cell_names(home, hour.population.cells)
    yield Batch("read", uses, {"cell": cells, "watt_hours": pa.array(_load(hour, uses))})


def _somebody_in(hour: Hour, holder: Ints) -> Ints:
    """Return a member of the household who is at home, or the holder when that one is not."""
    people, low = hour.population, hour.mobility.low
    place = (hour.chance.random(len(holder)) * people.size[holder]).astype(np.int64)
    member = people.first[holder] + place
    there = hour.mobility.at_home[member - low]
    there &= people.life.died[member] > (hour.block + 1) * HOUR
    return np.where(there, member, holder)


def _load(hour: Hour, uses: Uses) -> Ints:
    """Return watt-hours: what stands, and what those at home use at this time of day."""
    people, low = hour.population, hour.mobility.low
    first = people.first[uses.actor] - low
    running = np.concatenate([[0], np.cumsum(hour.mobility.at_home)])
    present = running[first + people.size[uses.actor]] - running[first]
    mean = STANDING + PER_PERSON * LOAD[hour.block % 24] * present
    noise = hour.chance.lognormal(-(SPREAD**2) / 2, SPREAD, len(uses))
    drawn: Ints = (mean * noise).clip(1, 99_999).astype(np.int64)
    return drawn


SOURCE = Source(
    name="utility",
    describes="power contracts of households and the readings of their meters",
    account=ids.Contract,
    kinds={"connected": Connected, "read": Read},
    resolution="hour x dwelling's cell",
    emit=Emit(
        registers="connected",
        holdings=(0.03, 0.97),
        asks=("id_number", "surname", "given", "address", "phone"),
        subjects=_subjects,
        candidates=_candidates,
        usage=_usage,
        relative=0.05,
        churn=0.5,
        reopens=1.0,
    ),
)
