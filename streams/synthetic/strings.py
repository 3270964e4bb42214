"""Strings by the column: numbers as text, and parts put together row by row."""

from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from streams.synthetic.chance import Ints


def text(numbers: Ints | pa.Array) -> pa.StringArray:
    """Return whole numbers as decimal text."""
    return cast(pa.StringArray, pa.array(numbers).cast(pa.string()))


def join(*parts: pa.Array | str) -> pa.StringArray:
    """Return the parts of each row as one string; constants stand in every row, null makes null.

    >>> join("a", pa.array(["1", None]), "-", "s").to_pylist()
    ['a1-s', None]
    """
    return pc.binary_join_element_wise(*_merged(parts), "")


def _merged(parts: tuple[pa.Array | str, ...]) -> list[pa.Array | str]:
    """Return the parts with neighbouring constants made one: each part costs a pass."""
    out: list[pa.Array | str] = []
    for part in parts:
        if isinstance(part, str) and out and isinstance(out[-1], str):
            out[-1] += part
        else:
            out.append(part)
    return out
