"""Which accounts a change of the registry concerns: those that share a blocking key with it."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from linkage.postings import ANY, Postings


def person_keys(people: Iterable[int]) -> NDArray[np.uint64]:
    """Return a key for each person that every change of theirs touches.

    It stands among the blocking keys: a verdict may speak of somebody with whom the account shares
    no blocking key. The finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable
    pseudorandom number generators") spreads them, so that they hardly ever meet one of those; to
    meet one costs a look.
    """
    mixed = np.fromiter(people, np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


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
