"""Views and the points that they show.

A view is a set of sources. Everybody who looks the same in it is in one class; a class is keyed
by the commutative sum (mod 2^64) of the person's mixed points, so a point, or the subtotal of a
whole account, can be added and taken back in O(1). Key 0 means absent from the view. Two
different profiles share a key with a probability of about 2^-64 per pair; that is the only
inexactness.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.privacy.hashing import scramble, text_hash
from linkage.privacy.rows import Keys


def salt_of(source: str) -> int:
    """Return the stable 64-bit salt that keeps the points of different sources apart."""
    return text_hash(f"source {source}")


def mix_points(salt: int, hour: NDArray[np.int64], place: NDArray[np.int64]) -> Keys:
    """Return one 64-bit key per (hour, place) of a source, never 0.

    >>> one = mix_points(salt_of("phone"), np.array([7]), np.array([3]))
    >>> bool(one[0] == mix_points(salt_of("bank"), np.array([7]), np.array([3]))[0])
    False
    """
    when = scramble(hour.astype(np.uint64) ^ np.uint64(salt))
    points = scramble(when ^ scramble(place.astype(np.uint64)))
    points[points == 0] = 1
    return points


@dataclass(frozen=True)
class View:
    """What somebody sees: a set of sources, and the purpose when a budget stands before it."""

    name: str
    sources: tuple[str, ...]
    purpose: str | None = None
