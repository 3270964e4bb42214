"""Deterministic names: the same thing has the same id on every runner and every replay."""

from hashlib import blake2b


def tenancy_id(source: str, account: str, start: int) -> str:
    """Return the name of a tenancy.

    >>> tenancy_id("phone", "+999123456789", 3600000)
    'phone/+999123456789/3600000'
    """
    return f"{source}/{account}/{start}"


def verdict_id(*words: object) -> str:
    """Return H(all that a verdict says), 16 hex digits."""
    return blake2b(repr(words).encode(), digest_size=8).hexdigest()


def link_id(source: str, account: str, start: int, person: int | None) -> str:
    """Return H(tenancy, person), 16 hex digits."""
    text = f"{tenancy_id(source, account, start)}/{person}"
    return blake2b(text.encode(), digest_size=8).hexdigest()
