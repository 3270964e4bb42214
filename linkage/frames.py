"""Tables of records: pandas frames as canonical records, and all links between two of them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linkage.blocking import CAP, BlockingIndex
from linkage.comparing import PairSet, batch_side
from linkage.comparison import Comparison, load_comparisons
from linkage.errors import SchemaError
from linkage.features import Canonical, Encoded
from linkage.model import Model
from linkage.normalise import KINDS
from linkage.schema import Field, Schema
from linkage.scoring import Scorer


def canonical(frame: pd.DataFrame, schema: Schema, what: str = "frame") -> list[Canonical]:
    """Return the canonical records of a frame, row by row; None where a value is missing.

    Raises SchemaError naming the column and the fix: columns that the frame lacks or has twice, an
    index with repeated labels, no rows, or a column of which more than half is not of its kind.
    Blank text is missing.
    """
    lacking = [name for name in schema.names if name not in frame.columns]
    if lacking:
        raise SchemaError(
            f"{what}: columns {lacking} are missing; its columns are {list(frame.columns)}"
        )
    twice = [name for name in schema.names if list(frame.columns).count(name) != 1]
    if twice:
        raise SchemaError(f"{what}: columns {twice} are several under one name; keep one of each")
    if not len(frame):
        raise SchemaError(f"{what}: it has no rows")
    if not frame.index.is_unique:
        label = frame.index[frame.index.duplicated()][0]
        raise SchemaError(
            f"{what}: index label {str(label)!r} stands more than once; use "
            "frame.reset_index() or an index of unique record ids"
        )
    columns = [_values(frame[field.name], field, what) for field in schema.fields]
    return list(zip(*columns, strict=True))


def _values(values: pd.Series, field: Field, what: str) -> Sequence[str | None]:
    function = KINDS[field.kind].canonical
    pairs = zip(values.tolist(), values.notna().tolist(), strict=True)
    texts = [_text(value) if known else None for value, known in pairs]
    out = [function(text) for text in texts]
    written = [n for n, text in enumerate(texts) if text is not None and text.strip()]
    lost = [n for n in written if out[n] is None]
    if len(lost) * 2 > len(written):
        shape = type(values.iloc[lost[0]]).__name__
        raise SchemaError(
            f"{what}: {len(lost)} of {len(written)} values of column {field.name!r} ({shape}) are "
            f"not of kind {field.kind!r}; convert it, or declare another kind ({', '.join(KINDS)})"
        )
    return out


def _text(value: object) -> str:
    """Return a cell as text; a whole number read as a float has lost nothing.

    >>> _text(2042.0), _text(7), _text("x"), _text(b"x"), _text(pd.Timestamp("2001-02-03 10:00"))
    ('2042', '7', 'x', 'x', '2001-02-03')
    """
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def link(
    left: pd.DataFrame,
    right: pd.DataFrame | None,
    model: Model,
    cap: int = CAP,
    catalogue: Mapping[str, Comparison] | None = None,
) -> pd.DataFrame:
    """Return every pair that a blocking key brings together, the best of each left record first.

    Columns: `left` and `right` (index labels), `weight` (bits, prior odds included) and
    `probability`: of a left record's candidates at most one is right, so it is
    2^w / (1 + sum of 2^w over all of them). Without `right`, a frame is compared with itself:
    each pair comes once, and its probability stands for itself alone.
    """
    scorer = Scorer(model, load_comparisons() if catalogue is None else catalogue)
    encode = scorer.comparer.encoder.encode
    one = encode(canonical(left, model.schema, "link: the left frame"))
    other = one
    if right is not None:
        other = encode(canonical(right, model.schema, "link: the right frame"))
    asked, found = _candidates(one, other, cap)
    weight = scorer.weigh(PairSet(batch_side(one), batch_side(other), asked, found))
    odds = np.exp2(np.clip(weight, -1000.0, 1000.0))
    rivals = odds if right is None else np.bincount(asked, odds, len(left))[asked]
    pairs = pd.DataFrame(
        {
            "left": left.index[asked],
            "right": (left if right is None else right).index[found],
            "weight": weight,
            "probability": odds / (1.0 + rivals),
        }
    )
    order = np.lexsort((found, -weight, asked))
    return pairs.iloc[order].reset_index(drop=True)


def _candidates(
    one: Encoded, other: Encoded, cap: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of all pairs that share a key, each once when a frame meets itself."""
    index = BlockingIndex(cap)
    index.insert(other.keys, np.arange(len(other.keys), dtype=np.int32))
    asked, found, _ = index.candidates(one.keys, np.arange(len(one.keys)))
    once = asked < found if one is other else np.ones(len(asked), np.bool_)
    return asked[once], found[once]
