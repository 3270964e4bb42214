"""Keyed, repeatable, one to one: the same key and value give the same replacement anywhere.

Everything is a function of BLAKE2b (RFC 7693) keyed with the secret; without the key nobody can
try values and compare.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

from streams.importing.faults import FrameError

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True)
class Assigned:
    """A replacement for each value, and for how many of them the first choice was taken."""

    of: dict[str, str]
    moved: int


def secret_of(key: str) -> bytes:
    """Return the key of the hash from what a user typed."""
    return blake2b(key.encode(), digest_size=32, person=b"joinlens-import").digest()


def digest(secret: bytes, domain: str, value: str, attempt: int = 0) -> int:
    """Return the 128-bit keyed hash of a value in a domain.

    >>> digest(b"k", "name", "wu") == digest(b"k", "name", "wu") != digest(b"k", "phone", "wu")
    True
    """
    # Lengths first, so that no two of (domain, value, attempt) are the same bytes.
    text = f"{len(domain)}|{domain}|{len(value)}|{value}|{attempt}"
    return int.from_bytes(blake2b(text.encode(), digest_size=16, key=secret).digest(), "big")


def cycle(secret: bytes, domain: str, items: Sequence[T]) -> dict[T, T]:
    """Return a keyed permutation of all items in one cycle, so that none stays what it is.

    >>> turned = cycle(b"k", "letters", "abc")
    >>> sorted(turned) == sorted(turned.values()), any(a == b for a, b in turned.items())
    (True, False)
    """
    order = sorted(items, key=lambda item: digest(secret, domain, str(item)))
    return dict(zip(order, [*order[1:], *order[:1]], strict=True))


def one_to_one(
    secret: bytes,
    domain: str,
    values: Iterable[str],
    make: Callable[[int], str],
    size: int,
) -> Assigned:
    """Return a different replacement for each different value, from the `size` that `make` makes.

    A value gets the first of its own keyed sequence of choices; only where that is taken, or is
    itself a value of the input, the next, and this is counted: such a value may get another
    replacement in another table. The order of the values does not matter. FrameError when they
    are too many to be told apart.
    """
    distinct = set(values)
    if len(distinct) > size // 2:
        most = f"at most {size // 2:,} can be told apart"
        raise FrameError(f"FRAME: {len(distinct):,} different values of {domain}; {most}")
    given = {value.casefold() for value in distinct}
    taken: set[str] = set()
    found: dict[str, str] = {}
    moved = 0
    for value in sorted(distinct, key=lambda v: digest(secret, domain, v)):
        attempt = 0
        while (choice := make(digest(secret, domain, value, attempt))) in taken or (
            choice.casefold() in given
        ):
            attempt += 1
        taken.add(choice)
        found[value] = choice
        moved += attempt > 0
    return Assigned(found, moved)
