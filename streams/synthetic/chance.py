"""Chance as an argument: counter-based streams of random numbers that never share a draw."""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Dice = NDArray[np.uint64]

_WORD = 2**64


def chance(seed: int, domain: str, chunk: int = 0, tick: int = 0) -> np.random.Generator:
    """Return the generator of (seed, domain, chunk, tick): Philox, keyed and counted by them.

    Any two of these differ in key or in the upper counter words, so their draws are independent
    and can be made in any order (Salmon et al. 2011, SC11, "Parallel random numbers: as easy as
    1, 2, 3").

    >>> a, b = chance(7, "names"), chance(7, "names")
    >>> bool(a.random() == b.random())
    True
    """
    counter = np.array([0, 0, chunk, tick], dtype=np.uint64)
    key = np.array([seed % _WORD, word_of(domain)], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))


def word_of(text: str) -> int:
    """Return a text's 64-bit word: the same in every process."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def draw_dice(generator: np.random.Generator, n: int) -> Dice:
    """Return n random 64-bit words, each the start of one row's own randomness."""
    return generator.integers(0, _WORD, n, dtype=np.uint64, endpoint=False)


def mix(words: Dice) -> Dice:
    """Return a 64-bit hash of each word (the finaliser of SplitMix64, Steele et al. 2014)."""
    z = words + np.uint64(0x9E3779B97F4A7C15)
    z ^= z >> np.uint64(30)
    z *= np.uint64(0xBF58476D1CE4E5B9)
    z ^= z >> np.uint64(27)
    z *= np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return z


def salted(words: Dice, salt: str) -> Dice:
    """Return other words for the same rows: one set for each salt."""
    return mix(words ^ np.uint64(word_of(salt)))


def below(words: Dice, n: int) -> Ints:
    """Return a number from 0 to n - 1 for each word, from its upper half.

    >>> below(np.array([0, 2**63], dtype=np.uint64), 10).tolist()
    [0, 5]
    """
    drawn: Ints = ((words >> np.uint64(32)) * np.uint64(n) >> np.uint64(32)).astype(np.int64)
    return drawn


def uniform(words: Dice) -> Floats:
    """Return a number in [0, 1) for each word, from its upper 53 bits.

    >>> uniform(np.array([0, 2**63], dtype=np.uint64)).tolist()
    [0.0, 0.5]
    """
    drawn: Floats = (words >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return drawn
