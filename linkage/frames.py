"""Tables of records: canonical values in pandas, for training only."""

from collections.abc import Callable

import pandas as pd

from linkage import normalise
from linkage.columns import column
from linkage.errors import SchemaError
from linkage.records import FIELDS

_CANONICAL: dict[str, Callable[[str | None], str | None]] = {
    "id_number": normalise.id_number,
    "surname": normalise.name,
    "given": normalise.name,
    "birth": normalise.birth,
    "sex": normalise.sex,
    "address": normalise.address,
    "phone": normalise.phone,
    "mail": normalise.mail,
}


def canonical(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame of canonical values, None where missing, rows numbered from 0.

    Raises SchemaError naming the columns that a frame lacks, or when it has no rows.
    """
    lacking = [field for field in FIELDS if field not in frame.columns]
    if lacking:
        raise SchemaError(f"train: columns {lacking} are missing; needed are {list(FIELDS)}")
    if not len(frame):
        raise SchemaError("train: a frame has no rows")
    return pd.DataFrame({field: _values(frame[field], field) for field in FIELDS})


def _values(values: pd.Series, field: str) -> object:
    function = _CANONICAL[field]
    return column([None if pd.isna(value) else function(value) for value in values])
