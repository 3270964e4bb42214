"""Columns as bytes: how stages hand many rows to each other in one message."""

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(dict[str, tuple[str, bytes]])

Columns = dict[str, NDArray[Any]]
ROWS = 8_000
"""Rows of one message, of WIDTH bytes each: 0.4 MB."""
WIDTH = 50


def pack(columns: Columns) -> bytes:
    """Return named columns of equal length as bytes.

    >>> unpack(pack({"a": np.array([1, 2], dtype=np.int64)}))["a"].tolist()
    [1, 2]
    """
    return _ENCODER.encode({name: (c.dtype.str, c.tobytes()) for name, c in columns.items()})


def unpack(data: bytes) -> Columns:
    """Return the columns in `data`; they are read-only views of it."""
    found = _DECODER.decode(data)
    return {name: np.frombuffer(raw, dtype=np.dtype(kind)) for name, (kind, raw) in found.items()}


def stack(parts: list[Columns]) -> Columns:
    """Return columns of the same names put one after another; an empty list has no columns."""
    if len(parts) == 1:
        return parts[0]
    return (
        {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}
    )


def portions(length: int, width: int = WIDTH) -> Iterator[slice]:
    """Return slices of at most ROWS rows, or fewer if they are wider than WIDTH bytes.

    A broker refuses messages of more than a megabyte.

    >>> list(portions(0)), len(list(portions(2 * ROWS + 1)))
    ([], 3)
    """
    rows = max(1, ROWS * WIDTH // max(width, WIDTH))
    return (slice(start, start + rows) for start in range(0, length, rows))
