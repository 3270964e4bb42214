"""The differential-privacy ledger's rule, pure: check all, then deduct; the store commits it.

A release costs each of its members the same nano-rho, and a member is whoever's events it counts.
Everybody has a lifetime cap (an individual filter: Feldman and Zrnic 2021). Whom the cap would
stop is left out of the count before noise, silently: an answer that told would leak what was
spent. What is exactly spent is the operator's view, not private.
"""

from hashlib import blake2b

import msgspec
import numpy as np
from numpy.typing import NDArray


def charge(
    spent: NDArray[np.int64], members: NDArray[np.bool_], cost: int, cap: int
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return who takes part in a release, and everybody's spending after it.

    `spent` (nano-rho) and `members` have one place per person. Members who would exceed `cap` are
    dropped and not charged. Nothing given is changed.

    >>> spent, members = np.array([0, 8, 0]), np.array([True, True, False])
    >>> taking_part, after = charge(spent, members, cost=3, cap=10)
    >>> taking_part.tolist(), after.tolist()
    ([True, False, False], [3, 8, 0])
    """
    if cost < 0 or cap < 0:
        raise ValueError(f"cost and cap: got {cost} and {cap} nano-rho, need 0 or more")
    if spent.shape != members.shape:
        raise ValueError(f"spent and members: got {spent.shape} and {members.shape}, must agree")
    # Compared by what is left, since spent + cost could overflow.
    charged = members & (spent <= cap - cost)
    return charged, np.where(charged, spent + cost, spent)


def request_hash(purpose: str, query: str, block: int, nano_rho: int, policy: str) -> str:
    """Return what identifies a request: the same question under the same policy hashes the same."""
    return _digest([purpose, query, block, nano_rho, policy])


def charge_id(ledger_key: str, request: str) -> str:
    """Return the id of a charge, H(ledger key, request hash): a replay makes the same one."""
    return _digest([ledger_key, request])


def _digest(parts: list[str | int]) -> str:
    return blake2b(msgspec.json.encode(parts), digest_size=16).hexdigest()
