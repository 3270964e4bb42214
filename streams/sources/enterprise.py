"""Enterprise: companies, who represents and owns them, and the returns that they file."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

import numpy as np
import pyarrow as pa
from msgspec import Meta

from streams.events import HOUR, Registration, Usage
from streams.source import Source
from streams.synthetic import identifiers as ids
from streams.synthetic.businesses import SHAREHOLDERS
from streams.synthetic.chance import Ints, below, salted
from streams.synthetic.companies import company_codes
from streams.synthetic.emission import Batch, Candidates, Columns, Emit, Hour, Opening, Uses, coded
from streams.synthetic.localities import cell_names
from streams.synthetic.particulars import id_numbers
from streams.synthetic.population import Population
from streams.synthetic.schedule import in_use, within_hour

RETURNS_PER_MONTH = 8.0
"""Returns that a company files: value-added and income tax, wages, social insurance, statistics."""
OFFICE_HOURS = range(8, 18)
_WORKING_DAYS = 365.25 * 5 / 7 / 12
DAY = 24 * HOUR
NO_PLACE = 0

Return = Literal["vat", "income", "wages", "social", "statistics"]
RETURNS: tuple[Return, ...] = ("vat", "income", "wages", "social", "statistics")
_RETURNS = pa.array(RETURNS)

Thousands = Annotated[int, Meta(ge=1, lt=10**7)]


class Filed(Registration, frozen=True, kw_only=True):
    """A company entered its legal representative; its social credit code is the subject."""

    capital: Thousands


class Report(Usage, frozen=True, kw_only=True):
    """A return was filed from the company's office, with the month's turnover."""

    places: ClassVar[str] = "office's cell"

    cell: ids.Cell
    form: Return
    turnover: Thousands

    def place(self) -> int:
        """Return the number of the office's cell."""
        return int(self.cell[13:])


class Stake(Usage, frozen=True, kw_only=True):
    """A shareholder was entered: their ID number and how much is theirs. No place."""

    places: ClassVar[str] = "none"

    owner: ids.IdNumber
    percent: Annotated[int, Meta(ge=1, lt=101)]

    def place(self) -> int:
        """Return 0, which is no cell."""
        return NO_PLACE


def _candidates(population: Population) -> Candidates:
    businesses = population.businesses
    return Candidates(np.arange(len(businesses)), businesses.representative)


def _capital(company: Ints) -> Ints:
    """Return the registered capital (thousands), which is the company's own."""
    steps = below(salted(company.astype(np.uint64), "capital"), 60)
    thousands: Ints = np.rint(10.0 * 1.15**steps).astype(np.int64)
    return thousands


def _extras(opening: Opening) -> Columns:
    return {"capital": pa.array(_capital(opening.accounts.number[opening.rows]))}


def _usage(hour: Hour) -> Iterable[Batch]:
    yield _reports(hour)
    yield _stakes(hour)


def _reports(hour: Hour) -> Batch:
    """Return the returns of this hour; they are filed on working days, in office hours."""
    draw, rows = hour.chance, hour.roster.rows
    day, time = divmod(hour.block, 24)
    works = day % 7 < 5 and time in OFFICE_HOURS
    rate = RETURNS_PER_MONTH / _WORKING_DAYS / len(OFFICE_HOURS) if works else 0.0
    rows = rows[draw.random(len(rows)) < rate]
    uses = within_hour(hour, rows, hour.accounts.holder[rows])
    company = hour.accounts.number[uses.account]
    month = _capital(company) * draw.lognormal(-1.0, 0.5, len(uses))
    cells = cell_names(hour.population.businesses.cell[company], hour.population.cells)
    form = coded(draw.integers(0, len(RETURNS), len(uses)), _RETURNS)
    turnover = pa.array(month.clip(1, 10**7 - 1).astype(np.int64))
    return Batch("report", uses, {"cell": cells, "form": form, "turnover": turnover})


def _stakes(hour: Hour) -> Batch:
    """Return the shareholders entered in this hour: each within a day of a new filing."""
    a, rows = hour.accounts, hour.roster.rows
    words = np.arange(SHAREHOLDERS, dtype=np.uint64) + (rows[:, None] * SHAREHOLDERS).astype(
        np.uint64
    )
    times = a.opened[rows][:, None] + 1 + below(salted(words, "entered"), DAY)
    at, place = np.nonzero(times // HOUR == hour.block)
    uses = Uses(rows[at], times[at, place], a.holder[rows[at]])
    live = in_use(hour, uses)
    uses, place = uses.where(live), place[live]
    company = a.number[uses.account]
    owner = hour.population.businesses.shareholders[company, place]
    numbers = id_numbers(hour.population, owner, uses.time)
    percent = pa.array(_shares(company)[np.arange(len(uses)), place])
    return Batch("stake", uses, {"owner": numbers, "percent": percent})


def _shares(company: Ints) -> Ints:
    """Return how many per cent each of a company's shareholders has, one column for each."""
    words = company[:, None].astype(np.uint64) << np.uint64(8) | np.arange(
        SHAREHOLDERS, dtype=np.uint64
    )
    parts = 10 + below(salted(words, "stake"), 91)
    shares: Ints = 100 * parts // parts.sum(axis=1, keepdims=True)
    return shares


SOURCE = Source(
    name="enterprise",
    describes="companies, their representatives and shareholders, and the returns they file",
    account=ids.Uscc,
    kinds={"filed": Filed, "report": Report, "stake": Stake},
    resolution="hour x office's cell",
    emit=Emit(
        registers="filed",
        holdings=(0.0, 1.0),
        asks=("id_number", "surname", "given", "birth", "phone"),
        subjects=company_codes,
        candidates=_candidates,
        extras=_extras,
        usage=_usage,
        carelessness=0.5,
        churn=0.5,
        recycled=1.0,
    ),
)
