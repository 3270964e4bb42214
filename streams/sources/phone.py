"""Phone: SIM cards registered under the real-name rule, and the calls they make."""

from collections.abc import Iterable
from typing import Annotated, ClassVar

import numpy as np
import pyarrow as pa
from msgspec import Meta

from streams.events import Registration, Usage
from streams.source import Source
from streams.synthetic import identifiers as ids
from streams.synthetic.emission import Batch, Columns, Emit, Hour, Opening
from streams.synthetic.identifiers import columns
from streams.synthetic.localities import cell_names

CALLS_PER_DAY = 3.8  # Pappalardo et al. 2015, their mobile-phone data


class SimRegistered(Registration, frozen=True, kw_only=True):
    """A SIM card was handed over, in a phone; the number is the event's subject."""

    imsi: ids.Imsi
    imei: ids.Imei


class Cdr(Usage, frozen=True, kw_only=True):
    """A call detail record: the cell that served the call, and its length."""

    places: ClassVar[str] = "cell"

    cell: ids.Cell
    seconds: Annotated[int, Meta(ge=0, lt=100_000)]

    def place(self) -> int:
        """Return the cell's number."""
        return int(self.cell[13:])


def _extras(opening: Opening) -> Columns:
    rows = opening.rows
    return {"imsi": columns.imsis(rows), "imei": columns.imeis(opening.accounts.holder[rows])}


def _usage(hour: Hour) -> Iterable[Batch]:
    uses = hour.happen(CALLS_PER_DAY)
    seconds = hour.chance.lognormal(4.2, 1.1, len(uses)).clip(1, 36_000).astype(np.int64)
    cells = cell_names(hour.cell_of(uses), hour.population.cells)
    yield Batch("cdr", uses, {"cell": cells, "seconds": pa.array(seconds)})


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
        subjects=columns.phones,
        extras=_extras,
        usage=_usage,
        relative=0.08,
        churn=1.0,
        reopens=0.9,
        recycled=0.5,
    ),
)
