"""The accounts of registrations: numbers and particulars from the safe ranges, by row of a table.

A table does not say which account a registration opened, so each opens one of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from streams.source import Source
from streams.synthetic.emission import Accounts, Opening
from streams.synthetic.life import NEVER
from streams.synthetic.population import make_population


@dataclass(frozen=True)
class Opened:
    """By row of the table: the account, and what else the source's registration says."""

    subjects: list[str]
    extras: Mapping[str, list[object]]

    def extra(self, row: int) -> dict[str, object]:
        """Return what else the registration of a row says."""
        return {name: values[row] for name, values in self.extras.items()}


def open_rows(source: Source, rows: int) -> Opened:
    """Return accounts for so many rows, the same in every table.

    The source must not ask who holds them: of people there is nobody but the table's.
    """
    row = np.arange(rows)
    nothing = np.zeros(rows, np.int64)
    accounts = Accounts(
        number=row,
        slot=row,
        holder=row,
        mate=row,
        described=row,
        claimed=row,
        stratum=nothing,
        opened=nothing,
        closed=np.full(rows, NEVER),
        named=np.ones(rows, np.bool_),
        weight=np.ones(rows),
    )
    columns = source.emit.extras(Opening(make_population(1, 0), accounts, row))
    return Opened(
        source.emit.subjects(row).to_pylist(),
        {name: values.to_pylist() for name, values in columns.items()},
    )
