"""Payroll: who is employed where, when they come to work and go, and what they are paid."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

import numpy as np
import pyarrow as pa
from msgspec import Meta

from streams.events import Registration, Usage
from streams.source import Source
from streams.synthetic import identifiers as ids
from streams.synthetic.chance import Ints, below, salted
from streams.synthetic.companies import company_codes
from streams.synthetic.emission import Batch, Candidates, Columns, Emit, Hour, Opening, coded
from streams.synthetic.identifiers import columns
from streams.synthetic.localities import cell_names
from streams.synthetic.population import Population
from streams.synthetic.schedule import within_hour

PAY_DAYS = 30
"""Everybody is paid once in so many days, on a day of their own."""
BANKING = (8, 10)
"""The hour in which wages are first paid out, and over how many hours."""
_SALARIES = np.exp(13.1 + 0.55 * np.linspace(-2.0, 2.0, 41))
"""Monthly wages in cents, 1.6 to 14.7 thousand a month."""
NO_PLACE = 0

Way = Literal["in", "out"]
WAYS: tuple[Way, ...] = ("in", "out")
_WAYS = pa.array(WAYS)


class Hired(Registration, frozen=True, kw_only=True):
    """Somebody was hired; the employee number is the event's subject."""

    employer: ids.Uscc


class Clocked(Usage, frozen=True, kw_only=True):
    """Somebody came to work or left it: the workplace's cell."""

    places: ClassVar[str] = "workplace's cell"

    cell: ids.Cell
    way: Way

    def place(self) -> int:
        """Return the number of the workplace's cell."""
        return int(self.cell[13:])


class Paid(Usage, frozen=True, kw_only=True):
    """A month's wage: a time, but no place."""

    places: ClassVar[str] = "none"

    cents: Annotated[int, Meta(ge=1, lt=10**7)]

    def place(self) -> int:
        """Return 0, which is no cell."""
        return NO_PLACE


def _candidates(population: Population) -> Candidates:
    rows = np.flatnonzero(population.employer >= 0)
    return Candidates(rows, rows)


def _subjects(number: Ints) -> pa.StringArray:
    return columns.handles("e", number)


def _extras(opening: Opening) -> Columns:
    holder = opening.accounts.holder[opening.rows]
    return {"employer": company_codes(opening.population.employer[holder])}


def _usage(hour: Hour) -> Iterable[Batch]:
    yield _clocked(hour)
    yield _paid(hour)


def _clocked(hour: Hour) -> Batch:
    """Return who begins or ends a day of work in this hour."""
    rows = hour.roster.rows
    here = hour.accounts.holder[rows] - hour.mobility.low
    since, hours = (column[here] for column in hour.mobility.since_begin(hour.block))
    turns = hour.mobility.at_work[here] & ((since == 0) | (since == hours - 1))
    rows = rows[turns]
    uses = within_hour(hour, rows, hour.accounts.holder[rows])
    here = uses.actor - hour.mobility.low
    cells = cell_names(hour.mobility.work[here], hour.population.cells)
    begins, _ = hour.mobility.since_begin(hour.block)
    way = coded((begins[here] > 0).astype(np.int64), _WAYS)
    return Batch("clocked", uses, {"cell": cells, "way": way})


def _paid(hour: Hour) -> Batch:
    """Return who is paid in this hour: the same sum each month, but for some per cent."""
    rows, people = hour.roster.rows, hour.population
    words = salted(people.die[hour.accounts.holder[rows]], "payday")
    first, hours = BANKING
    day, turn = np.divmod(below(words, PAY_DAYS * hours), hours)
    rows = rows[(hour.block // 24 % PAY_DAYS == day) & (hour.block % 24 == first + turn)]
    uses = within_hour(hour, rows, hour.accounts.holder[rows])
    grade = below(salted(people.die[uses.actor], "wage"), len(_SALARIES))
    varies = hour.chance.normal(1.0, 0.03, len(uses))
    cents: Ints = (_SALARIES[grade] * varies).clip(1, 10**7 - 1).astype(np.int64)
    return Batch("paid", uses, {"cents": pa.array(cents)})


SOURCE = Source(
    name="payroll",
    describes="employees, when they come to work and go, and their wages",
    account=ids.EmployeeNumber,
    kinds={"hired": Hired, "clocked": Clocked, "paid": Paid},
    resolution="hour x workplace's cell",
    emit=Emit(
        registers="hired",
        holdings=(0.08, 0.92),
        asks=("id_number", "surname", "given", "birth", "sex", "address", "phone"),
        subjects=_subjects,
        candidates=_candidates,
        extras=_extras,
        usage=_usage,
        carelessness=0.6,
        churn=0.5,
        reopens=1.0,
    ),
)
