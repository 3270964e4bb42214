"""Phone: SIM cards registered under the real-name rule, and the calls they make."""

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar

from msgspec import Meta

from streams.events import Registration, Usage
from streams.source import Source
from streams.synthetic import identifiers as ids
from streams.synthetic.emission import Batch, Emit, Hour

CALLS_PER_DAY = 3.8  # Pappalardo et al. 2015, their mobile-phone data
CELLS_PER_AREA = 10


class SimRegistered(Registration, frozen=True, kw_only=True):
    """A SIM card was handed over; the number is the event's subject."""

    imsi: ids.Imsi


class Cdr(Usage, frozen=True, kw_only=True):
    """A call detail record: the cell that served the call, and its length."""

    places: ClassVar[str] = "cell"

    cell: ids.Cell
    seconds: Annotated[int, Meta(ge=0, lt=100_000)]

    def place(self) -> int:
        """Return the cell's number."""
        return int(self.cell[13:])


def _extras(tenancy: int) -> Mapping[str, object]:
    return {"imsi": ids.make_imsi(tenancy)}


def _usage(hour: Hour) -> Iterable[Batch]:
    accounts, times = hour.happen(CALLS_PER_DAY)
    names = [ids.make_cell(c // CELLS_PER_AREA, c) for c in range(1, hour.population.cells + 1)]
    cells = [names[c] for c in hour.cell_of(accounts).tolist()]
    seconds = hour.chance.lognormal(4.2, 1.1, len(accounts)).clip(1, 36_000).astype("int64")
    yield Batch("cdr", accounts, times, {"cell": cells, "seconds": seconds.tolist()})


SOURCE = Source(
    name="phone",
    describes="SIM cards and the cell of every call",
    account=ids.Phone,
    kinds={"sim_registered": SimRegistered, "cdr": Cdr},
    resolution="hour x cell",
    emit=Emit(
        registers="sim_registered",
        holdings=(0.0, 0.80, 0.16, 0.03, 0.01),
        asks=("id_number", "surname", "given", "birth", "sex", "address", "phone"),
        subject=ids.make_phone,
        extras=_extras,
        usage=_usage,
        relative=0.08,
        recycled=0.002,
    ),
)
