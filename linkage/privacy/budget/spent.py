"""What everybody has spent, a column for each purpose, and the charges of a moment on top of it.

Nano-rho and people are whole numbers. Columns are changed in place: at a million people, to charge
one of them must not copy eight megabytes. So only what is committed goes in, and what is about to
be charged lies on top until then.
"""

import zlib
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.privacy.rows import Ints

Key = tuple[str, str]
"""(purpose, "") of what a purpose spent; (purpose, counter) of how often the counter counted."""

FEW = 16
"""So many people are charged by name, without a column."""
_NOBODY: Ints = np.empty(0, np.int64)


class Account(NamedTuple):
    """On whose account something is charged: a purpose, or one of its counters.

    An answer costs `nano_rho` each time, and `most` means nothing here. A counter counts a person
    `most` times at most, and they pay when it is the first.
    """

    purpose: str
    counter: str
    nano_rho: int
    most: int = 1


@dataclass
class Spent:
    """Columns by key, a place per person; `total` is their sum over all purposes.

    Nobody has a place until they spend something: who is beyond the end of a column has spent 0.
    """

    columns: dict[Key, Ints] = field(default_factory=dict)
    total: Ints = field(default_factory=lambda: _NOBODY)

    def of(self, key: Key | None, people: Ints) -> Ints:
        """Return a column's value for each of these people; None is the sum over all purposes."""
        return _at(self.column(key), people)

    def column(self, key: Key | None) -> Ints:
        """Return a whole column, not to be changed; None is the sum over all purposes."""
        return self.total if key is None else self.columns.get(key, _NOBODY)

    def take(self, account: Account, counted: Ints) -> None:
        """Charge everybody who is counted, in place; `counted` is sorted and distinct."""
        if len(counted):
            paying = counted
            if account.counter:
                key = account.purpose, account.counter
                paying = counted[self.of(key, counted) == 0]
                self._add(key, counted, 1)
            if len(paying):
                self._add((account.purpose, ""), paying, account.nano_rho)
                self.total = _grown(self.total, int(paying[-1]))
                self.total[paying] += account.nano_rho

    def put(self, key: Key, column: Ints) -> None:
        """Set a whole column, as it was kept."""
        if not key[1]:
            old = self.columns.get(key, _NOBODY)
            size = max(len(self.total), len(old), len(column))
            self.total = _padded(self.total, size) - _padded(old, size) + _padded(column, size)
        self.columns[key] = column.copy()

    def size(self) -> int:
        """Return the bytes that the columns come to."""
        return sum(column.nbytes for column in self.columns.values())

    def most(self, purpose: str) -> int:
        """Return what the purpose spent on the person it spent most on."""
        return int(self.columns.get((purpose, ""), _NOBODY).max(initial=0))

    def _add(self, key: Key, people: Ints, amount: int) -> None:
        column = _grown(self.columns.get(key, _NOBODY), int(people[-1]))
        column[people] += amount
        self.columns[key] = column


class Tab:
    """Charges on top of what is committed, which stays as it is."""

    def __init__(self, spent: Spent) -> None:
        self._spent = spent
        self._piles: dict[Key | None, _Pile] = {}

    def of(self, key: Key | None, people: Ints) -> Ints:
        """Return a column's value for each of these people; None is the sum over all purposes."""
        below = self._spent.of(key, people)
        pile = self._piles.get(key)
        return below if pile is None else below + pile.of(people)

    def fits(self, account: Account, people: Ints, caps: tuple[int, int]) -> NDArray[np.bool_]:
        """Return whom of these people neither cap stops, nor the counter that has counted them."""
        here, everywhere = self.of((account.purpose, ""), people), self.of(None, people)
        # Compared by what is left, since what is spent and a price together could overflow.
        fits = (here <= caps[0] - account.nano_rho) & (everywhere <= caps[1] - account.nano_rho)
        if account.counter:
            times = self.of((account.purpose, account.counter), people)
            fits = (fits | (times > 0)) & (times < account.most)
        return fits

    def take(self, account: Account, counted: Ints) -> None:
        """Charge everybody who is counted; `counted` is sorted and distinct."""
        paying = counted
        if account.counter:
            key = account.purpose, account.counter
            paying = counted[self.of(key, counted) == 0]
            self._pile(key).add(counted, 1)
        self._pile((account.purpose, "")).add(paying, account.nano_rho)
        self._pile(None).add(paying, account.nano_rho)

    def whole(self, key: Key | None) -> Ints:
        """Return a whole column, a copy."""
        below = self._spent.column(key)
        pile = self._piles.get(key)
        size = max(len(below), 0 if pile is None else pile.last + 1)
        return self.of(key, np.arange(size))

    def names(self) -> list[Key]:
        """Return the keys of all columns, sorted."""
        return sorted({*self._spent.columns, *(key for key in self._piles if key is not None)})

    def _pile(self, key: Key | None) -> "_Pile":
        return self._piles.setdefault(key, _Pile())


class _Pile:
    """Amounts on top of a column: those of a few people by name, those of many in a column."""

    def __init__(self) -> None:
        self.last = -1
        self._few: dict[int, int] = {}
        self._column = _NOBODY

    def of(self, people: Ints) -> Ints:
        found = _at(self._column, people)
        if not len(people):
            return found
        if self._few and len(people) <= FEW:
            found += [self._few.get(person, 0) for person in people.tolist()]
        elif self._few:
            # Nobody is in `people` twice, so each of the few has one place there or none.
            who = np.fromiter(self._few.keys(), np.int64, len(self._few))
            amount = np.fromiter(self._few.values(), np.int64, len(self._few))
            place = np.minimum(np.searchsorted(people, who), len(people) - 1)
            there = people[place] == who
            found[place[there]] += amount[there]
        return found

    def add(self, people: Ints, amount: int) -> None:
        if not len(people):
            return
        self.last = max(self.last, int(people[-1]))
        if len(people) <= FEW:
            for person in people.tolist():
                self._few[person] = self._few.get(person, 0) + amount
        else:
            self._column = _grown(self._column, self.last)
            self._column[people] += amount


def pack_column(column: Ints) -> bytes:
    """Return a column as bytes, without the places at its end that hold nothing."""
    used = np.flatnonzero(column)
    length = int(used[-1]) + 1 if len(used) else 0
    return zlib.compress(column[:length].astype("<i8").tobytes(), 1)


def unpack_column(data: bytes) -> Ints:
    """Return the column in these bytes; ValueError for bytes that are something else."""
    try:
        column = np.frombuffer(zlib.decompress(data), "<i8").astype(np.int64)
    except (zlib.error, ValueError) as error:
        raise ValueError(f"is no column that was packed: {error}") from error
    if int(column.min(initial=0)) < 0:
        raise ValueError(f"is no column: somebody has {int(column.min())}, needs 0 or more")
    return column


def _at(column: Ints, people: Ints) -> Ints:
    if not len(people) or int(people[-1]) < len(column):
        return column[people]
    found = np.zeros(len(people), np.int64)
    known = people < len(column)
    found[known] = column[people[known]]
    return found


def _padded(column: Ints, size: int) -> Ints:
    return np.pad(column, (0, size - len(column)))


def _grown(column: Ints, last: int) -> Ints:
    """Return the column with a place for `last`; rarely copied, since it grows by half."""
    if last < len(column):
        return column
    return _padded(column, max(last + 1, len(column) + len(column) // 2))
