"""The classes of one view: how many people are in each, and the doubt about them.

Most people are alone in their class with nothing in doubt; of them only the key is kept, in a set.
Of every other class one packed number is kept: its people in the low bits, their doubt above.
"""

from collections.abc import Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from linkage.privacy.rows import Ints, Keys

PEOPLE = 24
"""Bits of a class's number of people in its packed number."""
MASK = (1 << PEOPLE) - 1
MOST_DOUBT = (1 << 63 - PEOPLE) - 1
"""The doubt that still fits above them: that of half a million people of whom nothing is right."""


class ClassTable:
    """Classes by key. After `thin`, only those whose key ends in `level` zero bits.

    About 100 bytes a class at most. At most MASK people with MOST_DOUBT can be in one class.
    """

    __slots__ = ("_alone", "_crowds", "_sizes", "low", "people")

    def __init__(self) -> None:
        self._alone: set[int] = set()
        self._crowds: dict[int, int] = {}
        self._sizes: dict[int, int] = {}  # of the crowds: packed, classes and their doubt
        self.people = 0
        self.low = 0  # at level L: 2^L - 1, the bits of a key that must be zero

    def __len__(self) -> int:
        """Return how many classes the table holds."""
        return len(self._alone) + len(self._crowds)

    def shift(self, old: int, new: int, left: int = 0, brought: int = 0) -> None:
        """Let one person leave class `old` with a doubt and enter `new` with one; 0 is absent.

        Raises ValueError, with nothing changed, when nobody is there to leave, or not with this
        doubt, or when class `new` is full.
        """
        alone, crowds, low = self._alone, self._crowds, self.low
        if old and not old & low:
            if left == 0 and old in alone:
                alone.remove(old)
            else:
                before = crowds.get(old, 0) or int(old in alone)
                after = before - 1 - (left << PEOPLE)
                if after < 0 or (after and not after & MASK):
                    raise ValueError(refusal(old, before, -1, -left))
                self._put(old, before, after)
        if new and not new & low:
            if brought or new in alone or new in crowds:
                before = crowds.get(new, 0) or int(new in alone)
                after = before + 1 + (brought << PEOPLE)
                if after >> 63 or not after & MASK:
                    if old and not old & low:
                        gone = self.packed(old)
                        self._put(old, gone, gone + 1 + (left << PEOPLE))
                    raise ValueError(refusal(new, before, 1, brought))
                self._put(new, before, after)
            else:
                alone.add(new)
        if not old:
            self.people += new != 0
        elif not new:
            self.people -= 1

    def packed(self, key: int) -> int:
        """Return a class's people and doubt in one number, 0 when it is not in the table."""
        return 1 if key in self._alone else self._crowds.get(key, 0)

    def packed_of(self, keys: Sequence[int]) -> Ints:
        """Return `packed` of each key."""
        n = len(keys)
        crowds = np.fromiter(map(self._crowds.get, keys, repeat(0)), dtype=np.int64, count=n)
        return crowds + np.fromiter(map(self._alone.__contains__, keys), dtype=np.bool_, count=n)

    def write(self, keys: Sequence[int], before: Ints, after: Ints) -> None:
        """Put many classes, given what they were; changes no count of people."""
        names = np.empty(len(keys), dtype=object)
        names[:] = keys
        was, now = before == 1, after == 1
        self._alone.difference_update(names[was & ~now].tolist())
        self._alone.update(names[now & ~was].tolist())
        for key in names[(before > 1) & (after <= 1)].tolist():
            del self._crowds[key]
        crowds = after > 1
        self._crowds.update(zip(names[crowds].tolist(), after[crowds].tolist(), strict=True))
        self._resize(before[before > 1], after[crowds])

    def thin(self, level: int) -> None:
        """Drop the classes whose key does not end in `level` zero bits."""
        low = (1 << level) - 1
        if low > self.low:
            keys, people, doubts = self.arrays()
            kept = keys & np.uint64(low) == 0
            self.low, self._alone, self._crowds, self._sizes = low, set(), {}, {}
            packed = people[kept] | doubts[kept] << PEOPLE
            self.write(keys[kept].tolist(), np.zeros_like(packed), packed)

    def arrays(self) -> tuple[Keys, Ints, Ints]:
        """Return key, people and doubt of each class, in no particular order."""
        alone, crowds = len(self._alone), len(self._crowds)
        keys = np.empty(alone + crowds, dtype=np.uint64)
        keys[:alone] = np.fromiter(self._alone, dtype=np.uint64, count=alone)
        keys[alone:] = np.fromiter(self._crowds.keys(), dtype=np.uint64, count=crowds)
        packed = np.ones(alone + crowds, dtype=np.int64)
        packed[alone:] = np.fromiter(self._crowds.values(), dtype=np.int64, count=crowds)
        return keys, packed & MASK, packed >> PEOPLE

    def sizes(self) -> dict[int, int]:
        """Return for each class size how many classes have it."""
        found = {size: packed & MASK for size, packed in self._sizes.items()}
        if alone := len(self._alone):
            found[1] = found.get(1, 0) + alone
        return found

    def doubts(self) -> dict[int, int]:
        """Return for each class size the doubt of all people in classes of it, where there is."""
        return {size: packed >> PEOPLE for size, packed in self._sizes.items() if packed >> PEOPLE}

    def _put(self, key: int, before: int, after: int) -> None:
        sizes = self._sizes
        if before > 1:
            size = before & MASK
            rest = sizes[size] - 1 - (before >> PEOPLE << PEOPLE)
            if rest:
                sizes[size] = rest
            else:
                del sizes[size]
        elif before:
            self._alone.remove(key)
        if after > 1:
            size = after & MASK
            sizes[size] = sizes.get(size, 0) + 1 + (after >> PEOPLE << PEOPLE)
            self._crowds[key] = after
            return
        if before > 1:
            del self._crowds[key]
        if after:
            self._alone.add(key)

    def _resize(self, before: Ints, after: Ints) -> None:
        """Keep the sizes of crowds in step, given their packed numbers before and after."""
        packed = np.concatenate((before, after))
        sign = np.repeat(np.array([-1, 1], dtype=np.int64), (len(before), len(after)))
        touched, where = np.unique(packed & MASK, return_inverse=True)
        classes, doubts = np.zeros((2, len(touched)), dtype=np.int64)
        np.add.at(classes, where, sign)
        np.add.at(doubts, where, sign * (packed >> PEOPLE))
        changes = zip(touched.tolist(), classes.tolist(), doubts.tolist(), strict=True)
        for size, count, doubt in changes:
            self._sizes[size] = self._sizes.get(size, 0) + count + (doubt << PEOPLE)
            if not self._sizes[size]:
                del self._sizes[size]


def refused(before: Ints, people: Ints, doubt: Ints) -> NDArray[np.bool_]:
    """Return which classes cannot change by so many people and so much doubt."""
    some, much = (before & MASK) + people, (before >> PEOPLE) + doubt
    wrong: NDArray[np.bool_] = (some < 0) | (much < 0) | ((some == 0) & (much != 0))
    return wrong | (some > MASK) | (much > MOST_DOUBT)


def refusal(key: int, packed: int, people: int, doubt: int) -> str:
    """Say why a class cannot change by so many people and so much doubt."""
    held, held_doubt = packed & MASK, packed >> PEOPLE
    what = f"class {key:#018x}: {held} people"
    if held + people > MASK or held_doubt + doubt > MOST_DOUBT:
        return (
            f"{what} with doubt {held_doubt}, cannot change by {people} and {doubt}; a class holds "
            f"{MASK} people with doubt {MOST_DOUBT} at most, so tell more of them apart"
        )
    if held + people < 0 or not held:
        return f"{what}, cannot change by {people}; more people left it than ever entered"
    return (
        f"{what} with doubt {held_doubt}, which cannot change by {doubt} when {held + people} are "
        "left; everybody leaves with the doubt they entered with"
    )
