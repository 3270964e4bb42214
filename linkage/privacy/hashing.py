"""Stable 64-bit hashes: one for names, one for whole columns of integers."""

from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

_ADD: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)


def text_hash(text: str) -> int:
    """Return a 64-bit hash of a text that is the same in every process and on every machine."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def scramble(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return each value's splitmix64 successor, a bijection (Steele, Lea and Flood 2014).

    >>> [hex(x) for x in scramble(np.array([0, 1], dtype=np.uint64)).tolist()]
    ['0xe220a8397b1dcdaf', '0x910a2dec89025cc1']
    """
    z = values + _ADD
    z = (z ^ (z >> np.uint64(30))) * _FIRST
    z = (z ^ (z >> np.uint64(27))) * _SECOND
    result: NDArray[np.uint64] = z ^ (z >> np.uint64(31))
    return result


def seeded(seed: int, values: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return hash(seed, value) of each value; seeds may be any integer."""
    salt = text_hash(f"seed {seed}")
    return scramble(scramble(values.astype(np.uint64)) ^ np.uint64(salt))
