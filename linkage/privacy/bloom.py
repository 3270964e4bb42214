"""Keyed Bloom-filter encodings: strings become bits that two holders can compare without reading.

Cryptographic long-term keys as clkhash makes them (Schnell, Bachteler and Reiher 2009, BMC Medical
Informatics 9:41, and 2011): the bigrams of each field set k bits each of one filter, by double
hashing under two keys of the field's own, all derived from one secret. So records that share
bigrams share bits, whoever holds the key. The keyed hash is BLAKE2b with its key (RFC 7693), which
is a pseudo-random function by itself, where clkhash has HMAC and HKDF.

That is no encryption, and there is no guarantee: how alike two records are survives every key,
since it has to. `graph_match` reads records from that alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.errors import RiskError
from linkage.intervals import Share, wilson
from linkage.privacy.hashing import scramble, seeded

Bits = NDArray[np.uint8]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Records = Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class Scheme:
    """How strings become bits; all of it is public but the secret, which is no part of it.

    `bits` is the length of the filter and `hashes` how many of them a bigram sets. What hardens an
    encoding: `folds`, how often its halves are put together by XOR (Schnell and Borgs 2016, IEEE
    ICDMW "Randomized response and balanced Bloom filters", and 2016, "XOR-folding for Bloom
    filter-based encryptions"); `flipped`, the chance that a bit is flipped (BLIP: Alaggan, Gambs
    and Kermarrec 2012); `salt`, the field whose first four characters go into the hash of every
    bigram (Niedermeyer et al. 2014), so that only records with the same ones can be alike.

    Raises RiskError for what cannot be.
    """

    bits: int = 1024
    hashes: int = 15
    folds: int = 0
    flipped: float = 0.0
    salt: int | None = None

    def __post_init__(self) -> None:
        if self.bits < 8 or self.hashes < 1:
            raise RiskError(f"bits, hashes: got {self.bits}, {self.hashes}; needs 8, 1 or more")
        if not 0 <= self.folds <= 4 or self.bits % (8 << self.folds):
            raise RiskError(
                f"folds: got {self.folds} of {self.bits} bits, needs whole bytes that are left"
            )
        if not 0.0 <= self.flipped <= 0.5:
            raise RiskError(f"flipped: got {self.flipped}, needs a chance between 0 and 0.5")

    @property
    def length(self) -> int:
        """Return how many bits an encoding has."""
        return self.bits >> self.folds


def grams(text: str) -> list[str]:
    """Return the bigrams of a text in small letters, with a blank on either side, each once.

    >>> grams("Anna")
    [' a', 'a ', 'an', 'na', 'nn']
    """
    padded = f" {text.casefold()} "
    return sorted({padded[i : i + 2] for i in range(len(padded) - 1)}) if text else []


def encode(records: Records, scheme: Scheme, secret: bytes, noise: NDArray[np.uint64]) -> Bits:
    """Return the encodings, one row of `scheme.length` zeros and ones for each record.

    `noise` has a number for each record that says which of its bits are flipped, if any are.
    Raises RiskError unless all records have as many fields, and the one that salts among them.
    """
    fields = {len(record) for record in records}
    many = max(fields, default=0)
    if len(fields) > 1 or len(noise) != len(records):
        raise RiskError(
            f"records: got {len(records)} of {sorted(fields)} fields and {len(noise)} numbers of "
            "noise, needs as many fields and one number for each"
        )
    if scheme.salt is not None and records and not 0 <= scheme.salt < many:
        raise RiskError(f"salt: got field {scheme.salt}, needs one below {many}")
    found = _filters(records, scheme, [_keys(secret, field) for field in range(many)])
    for _ in range(scheme.folds):
        half = found.shape[1] // 2
        found = found[:, :half] ^ found[:, half:]
    return found ^ _flips(noise, scheme)


def _filters(records: Records, scheme: Scheme, keys: list[tuple[bytes, bytes]]) -> Bits:
    """Return the filters before they are hardened; each token is hashed once."""
    known: dict[tuple[int, str, str], Ints] = {}
    found = np.zeros((len(records), scheme.bits), np.uint8)
    for row, record in enumerate(records):
        salt = "" if scheme.salt is None else record[scheme.salt][:4]
        for field, text in enumerate(record):
            for gram in grams(text):
                at = known.get((field, salt, gram))
                if at is None:
                    at = _positions(keys[field], f"{salt}\0{gram}".encode(), scheme)
                    known[field, salt, gram] = at
                found[row, at] = 1
    return found


def _keys(secret: bytes, field: int) -> tuple[bytes, bytes]:
    """Return the two keys of a field, as HKDF would (RFC 5869): extract, then expand by label."""
    extracted = blake2b(b"joinlens encoding", key=blake2b(secret).digest()).digest()
    first, second = (
        blake2b(f"field {field} hash {n}".encode(), key=extracted, digest_size=32).digest()
        for n in range(2)
    )
    return first, second


def _positions(keys: tuple[bytes, bytes], token: bytes, scheme: Scheme) -> Ints:
    """Return the bits a token sets: g + i h for i = 0, 1 ... (Kirsch and Mitzenmacher 2006)."""
    g, h = (
        int.from_bytes(blake2b(token, key=key, digest_size=8).digest(), "little") % scheme.bits
        for key in keys
    )
    return (g + np.arange(scheme.hashes) * h) % scheme.bits


def _flips(noise: NDArray[np.uint64], scheme: Scheme) -> Bits:
    if scheme.flipped == 0.0:
        return np.zeros((len(noise), scheme.length), np.uint8)
    bit = scramble(np.arange(scheme.length, dtype=np.uint64))
    words = scramble(noise[:, None] ^ bit[None, :])
    return (words < np.uint64(int(scheme.flipped * 2.0**64))).astype(np.uint8)


def noise_of(seed: int, people: Ints) -> NDArray[np.uint64]:
    """Return a number for each person that hangs on the seed and the person alone."""
    return seeded(seed, people)


def dice(left: Bits, right: Bits) -> Floats:
    """Return how alike encodings are, left x right: twice the bits in common by all bits set.

    Two without any bit are not alike.

    >>> dice(np.array([[1, 1, 0, 0]], np.uint8), np.array([[1, 1, 0, 0], [0, 1, 1, 0]], np.uint8))
    array([[1. , 0.5]])
    """
    # Whole numbers below 2**24 are exact in float32, whose products are fast.
    common = left.astype(np.float32) @ right.astype(np.float32).T
    total = left.sum(1, dtype=np.int64)[:, None] + right.sum(1, dtype=np.int64)[None, :]
    alike: Floats = 2.0 * common.astype(np.float64) / np.maximum(total, 1)
    return alike


class Served(NamedTuple):
    """What linkage by encodings finds of the true pairs, and how many of its pairs are true."""

    threshold: float
    recall: Share
    precision: Share


class Pairs(NamedTuple):
    """Rows of two holders that are each other's most alike, and how alike they are."""

    left: Ints
    right: Ints
    alike: Floats

    def above(self, threshold: float) -> "Pairs":
        """Return the pairs that are at least so much alike."""
        kept = self.alike >= threshold
        return Pairs(self.left[kept], self.right[kept], self.alike[kept])


def linked(left: Bits, right: Bits) -> Pairs:
    """Return what two holders link: rows that are each other's most alike."""
    if not len(left) or not len(right):
        return Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    alike = dice(left, right)
    rows, best = np.arange(len(left)), alike.argmax(1).astype(np.int64)
    kept = alike.argmax(0)[best] == rows
    return Pairs(rows[kept], best[kept], alike[rows, best][kept])


def served(pairs: Pairs, mates: Ints, threshold: float) -> Served:
    """Return how well linkage serves; `mates` is the right row of each left row's person, or -1."""
    found = pairs.above(threshold)
    true = int((mates[found.left] == found.right).sum())
    recall = wilson(true, int((mates >= 0).sum()))
    return Served(threshold, recall, wilson(true, len(found.left)))


def best_served(pairs: Pairs, mates: Ints) -> Served:
    """Return the same at the threshold, in steps of .01, that serves best by F1.

    Flipped bits make all pairs less alike, so a threshold belongs to a scheme. Holders find theirs
    on pairs they know.
    """

    def f1(found: Served) -> float:
        both = found.recall.value + found.precision.value
        return 2 * found.recall.value * found.precision.value / both if both else 0.0

    return max((served(pairs, mates, step / 100) for step in range(101)), key=f1)
