"""ID numbers typed wrong."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streams.synthetic.chance import Dice, Ints, mix

_LENGTH = 18
_REGION = 2
_DIGITS = 15
_SALT = np.uint64(0x6D69737479706564)


def mistype(numbers: pa.StringArray, dice: Dice) -> pa.StringArray:
    """Return ID numbers with a wrong digit or two neighbours swapped, still in region 09.

    Never the number itself, and never one whose check digit is right: MOD 11-2 finds all single
    errors and swaps. What is null stays so. ValueError if a number has not 18 characters.

    >>> mistype(pa.array(["09001719900228003X"]), np.array([3], dtype=np.uint64)).to_pylist()
    ['09001719200228003X']
    """
    there = pc.fill_null(numbers, "0" * _LENGTH)
    if pc.any(pc.not_equal(pc.binary_length(there), _LENGTH)).as_py():
        raise ValueError(f"an ID number has not {_LENGTH} characters")
    text = np.array(there.to_numpy(zero_copy_only=False), dtype=f"S{_LENGTH}")
    grid = text.view(np.uint8).reshape(-1, _LENGTH).copy()
    rows, words = np.arange(len(grid)), mix(dice ^ _SALT)
    words, at = _split(words, _DIGITS - 1)
    words, swap = _split(words, 2)
    at += _REGION
    one, two = grid[rows, at], grid[rows, at + 1]
    swapped = (swap == 1) & (one != two)
    wrong = (one - 48 + 1 + words % 9) % 10 + 48
    grid[rows, at] = np.where(swapped, two, wrong)
    grid[rows, at + 1] = np.where(swapped, one, two)
    said = pa.array(grid.view(f"S{_LENGTH}").ravel().astype(str), pa.string())
    return pc.if_else(pc.is_valid(numbers), said, pa.scalar(None, pa.string()))


def _split(words: Dice, n: int) -> tuple[Dice, Ints]:
    """Return what is left of each word's chance, and a number from 0 to n - 1 taken from it."""
    return words // np.uint64(n), (words % np.uint64(n)).astype(np.int64)
