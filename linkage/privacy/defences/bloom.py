"""Keyed Bloom-filter encoding: who somebody is leaves as bits that only likeness is told by."""

from hashlib import blake2b

import numpy as np

from linkage.errors import RiskError
from linkage.privacy.bloom import Scheme, encode, noise_of
from linkage.privacy.defence import Defence, Material, Published, checked, unprotected

PLAIN = Scheme()


def hardened(strength: int, fields: int) -> Scheme:
    """Return the scheme of a strength, for records with so many fields, the last a birth date.

    1 is a plain long-term key: keyed, and not hardened. From 2 on a bit in twenty is flipped, from
    4 on the filter is folded too, and from 8 on a bit in ten is flipped and the year of birth
    salts.
    """
    checked(strength)
    if strength == 1:
        return PLAIN
    if strength < 4:
        return Scheme(flipped=0.05)
    if strength < 8:
        return Scheme(flipped=0.05, folds=1)
    return Scheme(flipped=0.1, folds=1, salt=fields - 1 if fields else None)


def secret_of(seed: int) -> bytes:
    """Return the secret that holders share who publish with this seed."""
    return blake2b(f"holders' secret {seed}".encode()).digest()


def published(material: Material, scheme: Scheme, seed: int) -> Published:
    """Return who the people are, encoded under a key of the seed, in the order of their bits.

    Raises RiskError unless each person has a record.
    """
    people = material.people
    if len(people) != len(material.records):
        raise RiskError(
            f"records: got {len(material.records)} for {len(people)} people, needs one each"
        )
    noise = noise_of(seed, people)
    bits = encode(material.records, scheme, secret_of(seed), noise)
    # An order of rows that hangs on the rows alone; the noise decides between equal ones.
    order = np.lexsort((noise, *np.packbits(bits, axis=1).T)) if len(bits) else people[:0]
    nothing = unprotected(material.traces.take(people[:0]))
    return Published(nothing.traces, nothing.holder, encodings=bits[order], encoded=people[order])


def _protect(material: Material, strength: int, seed: int) -> Published:
    fields = len(material.records[0]) if material.records else 0
    return published(material, hardened(strength, fields), seed)


DEFENCE = Defence(
    name="bloom",
    promise="Nobody without the secret computes the encoding of a record he thinks of.",
    must_not_be_read_as="encryption: likeness survives every key, and is enough to name people",
    protect=_protect,
    publishes="encodings",
)
