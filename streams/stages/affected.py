"""Which accounts a change of the registry concerns: those that share a blocking key with it."""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray


def person_keys(people: Iterable[int]) -> NDArray[np.uint64]:
    """Return a key for each person that every change of theirs touches, and no other does.

    It stands among the blocking keys: a verdict may speak of somebody with whom the account shares
    no blocking key.
    """
    hashes = [blake2b(b"person/%d" % one, digest_size=8).digest() for one in people]
    return np.frombuffer(b"".join(hashes), "<u8").astype(np.uint64)


class KeyIndex:
    """Blocking keys of registered accounts, as two columns; a superset after corrections.

    Looking at an account once more than needed changes nothing, so keys are only ever added.
    """

    def __init__(self) -> None:
        self._names: list[str] = []
        self._number: dict[str, int] = {}
        self._parts: list[tuple[NDArray[np.uint64], NDArray[np.int32]]] = []

    def add(self, account: str, keys: NDArray[np.uint64]) -> None:
        """Note the blocking keys of one of an account's records."""
        number = self._number.setdefault(account, len(self._names))
        if number == len(self._names):
            self._names.append(account)
        self._parts.append((keys, np.full(len(keys), number, np.int32)))

    def owners(self, keys: NDArray[np.uint64]) -> list[str]:
        """Return the accounts that have any of these keys (sorted and unique), sorted."""
        if not len(keys) or not self._parts:
            return []
        self._merge()
        own, owner = self._parts[0]
        at = np.searchsorted(keys, own)
        hit = keys[np.minimum(at, len(keys) - 1)] == own
        return sorted(self._names[i] for i in np.unique(owner[hit]))

    def _merge(self) -> None:
        if len(self._parts) > 1:
            keys, owners = zip(*self._parts, strict=True)
            self._parts = [(np.concatenate(keys), np.concatenate(owners))]
