"""The registry of verified people: columns, live, and exactly undoable.

Only what is currently in it decides what it answers: inserting and erasing a person leaves it as
if they had never been there.
"""

from collections.abc import Iterable
from hashlib import blake2b

import msgspec
import numpy as np
from numpy.typing import NDArray

from linkage.blocking import CAP, BlockingIndex, Keys, named_keys
from linkage.columns import Columns
from linkage.normalise import normalise
from linkage.records import FIELDS, Identity, Record

_SHARED = ("surname", "given", "birth", "sex", "address")
_MODULUS = 1 << 128


class Registry:
    """Verified people as columns of canonical values, found by blocking key.

    A person has a row; the row of an erased person is used again. Rows are an inner matter: what
    leaves the class is the person's number.
    """

    def __init__(self, cap: int = CAP) -> None:
        self.index = BlockingIndex(cap)
        self._row: dict[int, int] = {}
        self._free: list[int] = []
        self._record: list[Record | None] = []
        self._person: NDArray[np.int64] = np.empty(0, np.int64)
        self._columns: dict[str, NDArray[np.object_]] = {
            field: np.empty(0, object) for field in FIELDS
        }
        self._shared: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._row)

    def __contains__(self, person: int) -> bool:
        return person in self._row

    def get(self, person: int) -> Record | None:
        """Return the record of a person as it was given, or None if there is no such person."""
        row = self._row.get(person)
        return None if row is None else self._record[row]

    def row(self, person: int) -> int | None:
        """Return the row of a person, or None; it is theirs until the next change."""
        return self._row.get(person)

    def upsert(self, identity: Identity) -> Keys:
        """Insert or replace a person; return every key touched, of the old and new version.

        Only records on a touched key can see another answer than before. Nothing is touched when
        the record is the one already there.
        """
        old = self.get(identity.person)
        if old == identity.record:
            return np.empty(0, np.uint64)
        gone = self.erase(identity.person)
        record = self._share(identity.record)
        canonical = self._share(normalise(record))
        keys = named_keys(canonical).values()
        row = self._free.pop() if self._free else self._grow()
        self._row[identity.person] = row
        self._record[row] = record
        self._person[row] = identity.person
        for field in FIELDS:
            self._columns[field][row] = getattr(canonical, field)
        self.index.insert(keys, row)
        return np.union1d(gone, np.fromiter(keys, np.uint64, len(keys)))

    def erase(self, person: int) -> Keys:
        """Remove a person and return every key touched; an unknown person touches none."""
        row = self._row.pop(person, None)
        if row is None:
            return np.empty(0, np.uint64)
        keys = named_keys(self._canonical(row)).values()
        self.index.erase(keys, row)
        self._record[row] = None
        for field in FIELDS:
            self._columns[field][row] = None
        self._free.append(row)
        return np.unique(np.fromiter(keys, np.uint64, len(keys)))

    def columns(self) -> Columns:
        """Return the canonical values as columns by row; rows of erased people hold None."""
        return self._columns

    def persons(self, rows: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the people of some rows."""
        people: NDArray[np.int64] = self._person[rows]
        return people

    def identities(self) -> Iterable[Identity]:
        """Yield everyone, by number."""
        for person in sorted(self._row):
            record = self.get(person)
            assert record is not None
            yield Identity(person, record)

    def state_hash(self) -> str:
        """Return a hash of all that is stored, the index included, whatever the order it came in.

        The sum of 128-bit hashes modulo 2**128 over records, canonical records and index entries.
        """
        total = 0
        for person, row in self._row.items():
            total += _digest((person, self._record[row], self._canonical(row)))
        for key, row in zip(*(array.tolist() for array in self.index.entries()), strict=True):
            total += _digest((key, int(self._person[row])))
        return f"{total % _MODULUS:032x}"

    def _canonical(self, row: int) -> Record:
        return Record(**{field: self._columns[field][row] for field in FIELDS})

    def _share(self, record: Record) -> Record:
        """Let equal common values be one object: a surname is stored once, not once a person."""
        shared = {
            field: self._shared.setdefault(value, value)
            for field in _SHARED
            if (value := getattr(record, field)) is not None
        }
        return msgspec.structs.replace(record, **shared)

    def _grow(self) -> int:
        row = len(self._record)
        self._record.append(None)
        if row >= len(self._person):
            more = max(64, row // 2)
            self._person = np.concatenate([self._person, np.zeros(more, np.int64)])
            for field, values in self._columns.items():
                self._columns[field] = np.concatenate([values, np.full(more, None, object)])
        return row


def _digest(value: object) -> int:
    return int.from_bytes(blake2b(msgspec.msgpack.encode(value), digest_size=16).digest(), "big")
