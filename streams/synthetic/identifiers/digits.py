"""Blocks of ASCII digits, and string arrays written from them, at memory speed.

A block holds one row for each character and one column for each value: then every step is one
numpy operation over neighbouring bytes, and a block stays in a core's cache.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from streams.synthetic.chance import Dice, Ints
from streams.synthetic.identifiers.makes import MULTIPLIER

Bytes = NDArray[np.uint8]
Fill = Callable[..., None]
"""Writes a block: first its bytes (one row for each character), then its part of each argument."""

_BLOCK = 16_384
_ZERO = ord("0")


def ascii_bytes(text: str) -> Bytes:
    """Return the bytes of ASCII text."""
    return np.frombuffer(text.encode("ascii"), np.uint8)


_HEX = ascii_bytes("0123456789abcdef")
# Luhn doubles every other digit and sums the digits of the product.
_DOUBLED = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9], dtype=np.uint8)


def scattered(n: Ints, size: int) -> Ints:
    """Return `makes.scatter` of every row; size is at most 10**10, so that no product overflows."""
    out: Ints = n % size * MULTIPLIER % size
    return out


def within(values: Ints, end: int) -> Ints:
    """Return the values; ValueError unless all are from 0 to end - 1."""
    if len(values) and not (values.min() >= 0 and values.max() < end):
        raise ValueError(f"{values.min()} to {values.max()}; numbers from 0 to {end - 1} fit")
    return values


def packed(text: Bytes) -> pa.StringArray:
    """Return every row of characters as a string, zero bytes left out.

    >>> packed(np.array([[55, 0], [0, 0], [56, 57]], dtype=np.uint8)).to_pylist()
    ['7', '', '89']
    """
    held = text != 0
    ends = np.cumsum(np.count_nonzero(held, axis=1))
    if len(ends) and ends[-1] >= 2**31:
        raise ValueError(f"{len(text)} rows of {ends[-1]} bytes; at most {2**31 - 1} bytes fit")
    offsets = np.zeros(len(text) + 1, np.int32)
    offsets[1:] = ends
    return pa.StringArray.from_buffers(len(text), pa.py_buffer(offsets), pa.py_buffer(text[held]))


def written(width: int, fill: Fill, *arguments: NDArray[np.generic]) -> Bytes:
    """Return what `fill` writes for every row of the arguments: a row of `width` bytes each."""
    n = len(arguments[0])
    if any(len(a) != n for a in arguments):
        raise ValueError(f"columns of {[len(a) for a in arguments]} rows; equal lengths are needed")
    text = np.empty((n, width), np.uint8)
    block = np.empty((width, min(n, _BLOCK)), np.uint8)
    for start in range(0, n, _BLOCK):
        out = block[:, : n - start]
        fill(out, *(a[start : start + _BLOCK] for a in arguments))
        text[start : start + _BLOCK] = out.T
    return text


def strings(text: Bytes) -> pa.StringArray:
    """Return every row of characters as a string, without a copy."""
    n, width = text.shape
    if n * width >= 2**31:
        raise ValueError(f"{n} rows; at most {(2**31 - 1) // width} fit into one array")
    offsets = np.arange(0, n * width + 1, width, dtype=np.int32)
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(text))


def literal(out: Bytes, text: str) -> None:
    """Write the same text into every value."""
    out[:] = ascii_bytes(text)[:, None]


def without_zeros(out: Bytes) -> None:
    """Drop the leading zeros of digits: make them zero bytes; the last digit stays."""
    leading = np.ones(out.shape[1], np.bool_)
    for row in out[:-1]:
        leading &= row == _ZERO
        row[leading] = 0


def decimal(out: Bytes, values: Ints) -> None:
    """Write the last len(out) decimal digits of each value, with leading zeros."""
    # Nine digits fit into 32 bits, which numpy divides twice as fast.
    rest: Any = values.astype(np.uint32) if len(out) <= 9 else values
    for row in out[::-1]:
        quotient = rest // 10
        row[:] = rest - quotient * 10 + _ZERO
        rest = quotient


def hexadecimal(out: Bytes, values: Dice) -> None:
    """Write the last len(out) hexadecimal digits of each value, with leading zeros."""
    for place, row in enumerate(out[::-1]):
        row[:] = _HEX[(values >> np.uint64(4 * place)) & np.uint64(15)]


def weighted(digits: Bytes, weights: Sequence[int]) -> NDArray[np.uint16]:
    """Return the weighted sum of ASCII digits; at most 17 of 9 times 30, which 16 bits hold."""
    total = np.zeros(digits.shape[1], np.uint16)
    for row, weight in zip(digits, weights, strict=True):
        total += (row - np.uint8(_ZERO)) * np.uint16(weight)
    return total


def luhn(digits: Bytes) -> Bytes:
    """Return the check digit that Luhn's formula puts after the ASCII digits."""
    total = np.zeros(digits.shape[1], np.uint8)
    for row in digits[::-2]:
        total += _DOUBLED[row - np.uint8(_ZERO)]
    for row in digits[-2::-2]:
        total += row - np.uint8(_ZERO)
    out: Bytes = (10 - total % 10) % 10 + np.uint8(_ZERO)
    return out
