"""A frontier as a tidy table: a row for each defence, strength, risk and use."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from linkage.privacy.effect import effects
from linkage.privacy.frontier import Figure, Trade
from streams.frontier.found import Found

METADATA = b"joinlens.frontier"
"""The key of the Parquet file's metadata under which the world stands as JSON."""
_ENDS = ("value", "low", "high", "n", "estimand")


def table(found: Found) -> pd.DataFrame:
    """Return the table.

    `risk_` columns are of an attack or a metric (`risk_kind`), with `risk_better` for which way is
    good, `risk_control` for the naive attack, and `risk_change` beside no defence; `use_` columns
    of what is kept. `front` says whether nothing beats it, `clear` whether that is beyond doubt.
    """
    changes = {_name(one.figure): one.change for one in effects(found.figures)}
    return pd.DataFrame([dict(_row(trade, changes)) for trade in found.trades])


def parquet(found: Found) -> bytes:
    """Return the table as a Parquet file that says in its metadata which world it is of."""
    told = {METADATA: msgspec.json.encode(found.world)}
    columns = pa.Table.from_pandas(table(found), preserve_index=False)
    columns = columns.replace_schema_metadata({**(columns.schema.metadata or {}), **told})
    file = io.BytesIO()
    pq.write_table(columns, file, compression="zstd")
    return file.getvalue()


def _row(trade: Trade, changes: Mapping[tuple[str, ...], str]) -> Iterator[tuple[str, Any]]:
    risk, use = trade.risk, trade.use
    yield from (("defence", risk.defence), ("strength", risk.strength), ("form", risk.form))
    yield from (("risk_kind", risk.kind), ("risk", risk.name))
    yield from ((f"risk_{end}", getattr(risk.estimate, end)) for end in _ENDS)
    control = risk.estimate.control
    yield "risk_control", float("nan") if control is None else control
    yield from (("risk_unit", risk.unit), ("risk_better", risk.better))
    yield "risk_change", changes.get(_name(risk), "")
    yield "use", use.name
    yield from ((f"use_{end}", getattr(use.estimate, end)) for end in _ENDS)
    yield from (("use_unit", use.unit), ("front", trade.front), ("clear", trade.clear))


def _name(figure: Figure) -> tuple[str, ...]:
    return figure.defence, str(figure.strength), figure.kind, figure.name
