"""Which pairs are worth comparing: blocking keys, and a live index over them.

A blocking key is a stable 64-bit hash of (rule, value); records that share one are candidates.
A key shared by more than `cap` registry entries is too common to say anything and is demoted: it
brings nobody together while its count stays above the cap. Demotion depends on the current count
alone, so it can only flip when the key is touched, and the order of events does not matter.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from linkage.normalise import birth_in, normalise
from linkage.records import Record

CAP = 50
"""Registry entries that may share a key before it is demoted."""
Keys = NDArray[np.uint64]


@dataclass(frozen=True)
class Rule:
    """One reason to compare two records; `value` takes a canonical record."""

    name: str
    value: Callable[[Record], str | None]


def _birth(record: Record) -> str | None:
    """Return year and the sorted pair of day and month, so that swapped dates meet.

    A missing birth date is read from the ID number, which contains it.
    """
    birth = record.birth or birth_in(record.id_number)
    if birth is None:
        return None
    month, day = birth[5:7], birth[8:]
    return birth[:5] + (month + day if month <= day else day + month)


def _name(record: Record) -> str | None:
    surname, given = record.surname, record.given
    if surname is None or given is None:
        return None
    return f"{surname}|{given}" if surname <= given else f"{given}|{surname}"


def _with_birth(record: Record, name: str | None) -> str | None:
    birth = _birth(record)
    return None if name is None or birth is None else f"{name}|{birth}"


RULES: tuple[Rule, ...] = (
    Rule("id", lambda r: r.id_number),
    Rule("phone", lambda r: r.phone),
    Rule("mail", lambda r: r.mail),
    Rule("address", lambda r: r.address),
    Rule("birth", _birth),
    Rule("name", _name),
    Rule("surname_birth", lambda r: _with_birth(r, r.surname)),
    Rule("given_birth", lambda r: _with_birth(r, r.given)),
)
_HASHERS = tuple((rule, blake2b(f"{rule.name}|".encode(), digest_size=8)) for rule in RULES)


def named_keys(record: Record) -> dict[str, int]:
    """Return the keys of a canonical record by the name of their rule, without missing ones."""
    out = {}
    for rule, prefix in _HASHERS:
        value = rule.value(record)
        if value is not None:
            hasher = prefix.copy()
            hasher.update(value.encode())
            out[rule.name] = int.from_bytes(hasher.digest(), "little")
    return out


def keys(record: Record) -> tuple[int, ...]:
    """Return all blocking keys of a record, demoted or not."""
    return tuple(named_keys(normalise(record)).values())


class BlockingIndex:
    """Which rows carry which key: one sorted pair of arrays, 12 bytes an entry.

    Changes gather in a small table and are merged into the arrays at the next question, so that
    single changes stay cheap and a batch of questions is one binary search.
    """

    def __init__(self, cap: int = CAP) -> None:
        self.cap = cap
        self._keys: Keys = np.empty(0, np.uint64)
        self._rows: NDArray[np.int32] = np.empty(0, np.int32)
        self._pending: dict[tuple[int, int], int] = {}

    def insert(self, keys: Iterable[int], row: int) -> None:
        """Add a row under its keys; each (key, row) must be new."""
        self._change(keys, row, 1)

    def erase(self, keys: Iterable[int], row: int) -> None:
        """Take a row from its keys; each (key, row) must be there."""
        self._change(keys, row, -1)

    def counts(self, keys: Keys) -> NDArray[np.int64]:
        """Return how many rows carry each key."""
        low, high = self._span(keys)
        return high - low

    def demoted(self, keys: Keys) -> NDArray[np.bool_]:
        """Return which keys are shared too widely to bring anyone together."""
        return self.counts(keys) > self.cap

    def candidates(self, keys: Keys) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Return aligned (position in `keys`, row) of all candidates; demoted keys bring none."""
        low, high = self._span(keys)
        found = np.where(high - low > self.cap, 0, high - low)
        position = np.repeat(np.arange(len(keys)), found)
        start = np.repeat(low - (np.cumsum(found) - found), found)
        return position, self._rows[start + np.arange(len(position))]

    def entries(self) -> tuple[Keys, NDArray[np.int32]]:
        """Return every (key, row), sorted by key."""
        self._settle()
        return self._keys, self._rows

    def _span(self, keys: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        self._settle()
        return self._keys.searchsorted(keys, "left"), self._keys.searchsorted(keys, "right")

    def _change(self, keys: Iterable[int], row: int, sign: int) -> None:
        for key in keys:
            entry = (key, row)
            if self._pending.get(entry) == -sign:
                del self._pending[entry]
            else:
                self._pending[entry] = sign

    def _settle(self) -> None:
        if not self._pending:
            return
        gone = [entry for entry, sign in self._pending.items() if sign < 0]
        new = [entry for entry, sign in self._pending.items() if sign > 0]
        self._pending = {}
        if gone:
            places = [self._place(key, row) for key, row in gone]
            self._keys, self._rows = np.delete(self._keys, places), np.delete(self._rows, places)
        if new:
            keys = np.array([key for key, _ in new], np.uint64)
            rows = np.array([row for _, row in new], np.int32)
            order = keys.argsort(kind="stable")
            before = self._keys.searchsorted(keys[order])
            self._keys = np.insert(self._keys, before, keys[order])
            self._rows = np.insert(self._rows, before, rows[order])

    def _place(self, key: int, row: int) -> int:
        wanted = np.uint64(key)
        low = int(self._keys.searchsorted(wanted, "left"))
        high = int(self._keys.searchsorted(wanted, "right"))
        return low + int(np.flatnonzero(self._rows[low:high] == row)[0])
