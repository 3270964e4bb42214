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
    name = int.from_bytes(blake2b(domain.encode(), digest_size=8).digest(), "little")
    key = np.array([seed % _WORD, name], dtype=np.uint64)
    counter = np.array([0, 0, chunk, tick], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))


def draw_dice(generator: np.random.Generator, n: int) -> Dice:
    """Return n random 64-bit words, each the start of one row's own `Roll`."""
    return generator.integers(0, _WORD, n, dtype=np.uint64, endpoint=False)


def mix(words: Dice) -> Dice:
    """Return a 64-bit hash of each word (the finaliser of SplitMix64, Steele et al. 2014)."""
    z = words + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    out: Dice = z ^ (z >> np.uint64(31))
    return out


class Roll:
    """A row's own small stream of numbers, from its die (SplitMix64).

    >>> r = Roll(5)
    >>> [r.below(10) for _ in range(3)] == [Roll(5).below(10)] * 3
    False
    """

    def __init__(self, die: int) -> None:
        self._state = die

    def below(self, n: int) -> int:
        """Return a number from 0 to n - 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) % _WORD
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % _WORD
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % _WORD
        return (z ^ (z >> 31)) % n
