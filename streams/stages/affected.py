"""Which accounts a change of the registry concerns: those that share a blocking key with it."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from linkage.postings import ANY, Postings


def person_keys(people: Iterable[int]) -> NDArray[np.uint64]:
    """Return a key for each person that every change of theirs touches, and no other does.

    It stands among the blocking keys: a verdict may speak of somebody with whom the account shares
    no blocking key.
    """
    hashes = [blake2b(b"person/%d" % one, digest_size=8).digest() for one in people]
    return np.frombuffer(b"".join(hashes), "<u8").astype(np.uint64)


class KeyIndex:
    """Which accounts have which blocking keys; a superset after corrections.

    Looking at an account once more than needed changes nothing, so keys are only ever added.
    """

    def __init__(self) -> None:
        self._names: list[str] = []
        self._number: dict[str, int] = {}
        self._postings = Postings()

    def add(self, accounts: Sequence[str], keys: NDArray[np.uint64]) -> None:
        """Note the keys of some records (records x keys, 0 = none) under their accounts."""
        for account in accounts:
            if account not in self._number:
                self._number[account] = len(self._names)
                self._names.append(account)
        numbers = np.array([self._number[account] for account in accounts], np.int32)
        self._postings.insert(keys[keys != 0], np.repeat(numbers, (keys != 0).sum(axis=1)))

    def owners(self, keys: NDArray[np.uint64]) -> list[str]:
        """Return the accounts that have any of these keys, sorted."""
        hits, _ = self._postings.find(keys, ANY)
        return sorted(self._names[number] for number in np.unique(hits.row).tolist())
