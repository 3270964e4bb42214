"""A small town of households for the linkage tests, independent of streams.synthetic."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import msgspec
import pytest

from linkage.records import Identity, Record
from linkage.registry import Registry

SYLLABLES = ("ba", "chen", "dong", "fei", "gao", "hua", "jin", "kai", "lan", "mei", "na", "ping")


@dataclass(frozen=True)
class Claim:
    """A registration, the person it describes, and what was done to its claimed ID."""

    record: Record
    described: int
    stratum: str


def household(rng: Random, first: int, number: int) -> list[Identity]:
    surname = rng.choice(SYLLABLES) + rng.choice(("", "", "g", "ren"))
    phone = f"+999{rng.randrange(10**9):09d}"
    address = f"a{rng.randrange(30)}-s{rng.randrange(20)}-h{number}"
    people = []
    for person in range(first, first + rng.randint(1, 5)):
        given = rng.choice(SYLLABLES) + rng.choice(SYLLABLES)
        birth = f"{rng.randint(1940, 2005)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        sex = rng.choice("FM")
        order = 2 * rng.randrange(500) + (sex == "M")
        record = Record(
            id_number=f"09{rng.randrange(10**4):04d}{birth.replace('-', '')}{order:03d}"
            + rng.choice("0123456789X"),
            surname=surname,
            given=given,
            birth=birth,
            sex=sex,
            address=address,
            phone=phone if rng.random() < 0.3 else f"+999{rng.randrange(10**9):09d}",
            mail=f"{surname}.{given}{rng.randrange(10**4)}@example.com",
        )
        people.append(Identity(person, record))
    return people


def town(people: int, seed: int) -> list[Identity]:
    rng = Random(seed)
    out: list[Identity] = []
    while len(out) < people:
        out += household(rng, len(out), len(out))
    return out[:people]


def typo(rng: Random, value: str) -> str:
    place = rng.randrange(len(value))
    letter = rng.choice("0123456789" if value[place].isdigit() else "abcdefghij")
    return value[:place] + letter + value[place + 1 :]


def claim(rng: Random, identity: Identity, everybody: Sequence[Identity]) -> Claim:
    """Return a registration of a person with the errors that sources make."""
    record, changes, roll = identity.record, {}, rng.random()
    assert record.id_number and record.given and record.birth and record.surname
    stratum = "claimed"
    if roll < 0.08:
        stratum, changes["id_number"] = "missing", None
    elif roll < 0.12:
        stratum, changes["id_number"] = "mistyped", typo(rng, record.id_number)
    elif roll < 0.13:
        stratum = "borrowed"
        changes["id_number"] = rng.choice(everybody).record.id_number
    if rng.random() < 0.1:
        changes["given"] = typo(rng, record.given)
    elif rng.random() < 0.05:
        changes["surname"], changes["given"] = record.given, record.surname
    if rng.random() < 0.05:
        changes["birth"] = f"{record.birth[:5]}{record.birth[8:]}-{record.birth[5:7]}"
    for field, share in (("phone", 0.2), ("mail", 0.3), ("address", 0.15), ("birth", 0.05)):
        if rng.random() < share:
            changes[field] = None
    if rng.random() < 0.15:
        changes["address"] = f"a{rng.randrange(30)}-s{rng.randrange(20)}-h{rng.randrange(500)}"
    return Claim(msgspec.structs.replace(record, **changes), identity.person, stratum)


def fill(identities: Sequence[Identity]) -> Registry:
    registry = Registry()
    for identity in identities:
        registry.upsert(identity)
    return registry


@pytest.fixture(scope="session")
def make_town() -> Callable[[int, int], list[Identity]]:
    return town


@pytest.fixture(scope="session")
def make_registry() -> Callable[[Sequence[Identity]], Registry]:
    return fill


@pytest.fixture(scope="session")
def townsfolk() -> list[Identity]:
    return town(1_500, 11)


@pytest.fixture(scope="session")
def claims(townsfolk: list[Identity]) -> list[Claim]:
    rng = Random(12)
    return [claim(rng, identity, townsfolk) for identity in townsfolk for _ in range(2)]


@pytest.fixture(scope="session")
def registry(townsfolk: list[Identity]) -> Registry:
    return fill(townsfolk)
