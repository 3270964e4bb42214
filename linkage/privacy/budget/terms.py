"""The terms on which a purpose may publish noised answers: what, how finely, at which price."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Standing:
    """A question that is asked by itself about every window of `hours` blocks, once it is decided.

    Each person who is active in that window pays `nano_rho`.
    """

    query: str
    nano_rho: int
    most: int = 1
    hours: int = 1
    side: int = 1
    k: int = 10


@dataclass(frozen=True)
class Counter:
    """A count that is published again after every block, for `horizon` blocks, under one price.

    A person adds at most `most` to it, and pays `nano_rho` once, when they first do.
    """

    name: str
    nano_rho: int
    horizon: int
    most: int = 1


@dataclass(frozen=True)
class Offer:
    """A query that may be asked ad hoc, and the finest, dearest and longest question of it.

    `most` bounds what one person contributes, fixed in advance; windows of a class have at least
    `hours` blocks and its squares at least `side` cells a side.
    """

    query: str
    nano_rho: int
    most: int = 1
    hours: int = 1
    side: int = 1
    longest: int = 24


@dataclass(frozen=True)
class Release:
    """A purpose that may publish noised answers about people of its sources.

    `person_cap` is what this purpose may spend on one person over their lifetime, silently kept;
    `block_cap` what all its questions about one block may cost together, which is public. Activity
    is kept for `kept` blocks, so older windows are closed. `delta` is for display only.
    """

    name: str
    sources: tuple[str, ...]
    person_cap: int
    block_cap: int
    kept: int
    delta: float
    standing: tuple[Standing, ...] = ()
    counters: tuple[Counter, ...] = ()
    offers: tuple[Offer, ...] = ()
