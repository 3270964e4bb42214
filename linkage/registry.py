"""The registry of verified people: columns, live, and exactly undoable.

Only what is currently in it decides what it answers: inserting and erasing a person leaves it as
if they had never been there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkage.blocking import CAP, BlockingIndex
from linkage.comparison import Comparison, load_comparisons
from linkage.features import Canonical, Encoded, Encoder, Fingerprints
from linkage.people import people_schema
from linkage.postings import Keys, Postings
from linkage.records import Identity
from linkage.schema import Schema
from linkage.shelf import GROWTH, Shelf
from linkage.statehash import state_hash

Change = tuple[int, Any]
"""A person and their new record, None to erase them."""


class Registry:
    """Verified people as columns of canonical values, found by blocking key.

    A person has a row; the row of an erased person is used again. Rows are an inner matter: what
    leaves the class is the person's number.
    """

    def __init__(
        self,
        schema: Schema | None = None,
        cap: int = CAP,
        catalogue: Mapping[str, Comparison] | None = None,
    ) -> None:
        known = load_comparisons() if catalogue is None else catalogue
        self.encoder = Encoder(schema or people_schema(known), known)
        self.index = BlockingIndex(cap)
        self.shelf = Shelf(self.encoder.schema, self.encoder.compared)
        self._where = Postings()
        self._free: list[int] = []
        self._person: NDArray[np.int64] = np.empty(0, np.int64)
        self._rows = 0

    def __len__(self) -> int:
        return self._rows - len(self._free)

    def __contains__(self, person: int) -> bool:
        return bool(self.rows([person])[0] >= 0)

    def get(self, person: int) -> Canonical | None:
        """Return the canonical record of a person, or None if there is no such person."""
        row = self.rows([person])
        return self.shelf.records(row)[0] if row[0] >= 0 else None

    def upsert(self, identity: Identity) -> Keys:
        """Insert or replace a person; return every key touched, of the old and new version."""
        return self.change([(identity.person, identity.record)])

    def erase(self, person: int) -> Keys:
        """Remove a person and return every key touched; an unknown person touches none."""
        return self.change([(person, None)])

    def change(self, changes: Sequence[Change]) -> Keys:
        """Apply changes in their order; return every key touched, sorted, each once.

        Only records on a touched key can see another answer than before. Nothing is touched where
        a record is the one already there; a key that is demoted before and after touches nobody.
        """
        newest = dict(changes)
        people = list(newest)
        after = self.encoder.encode(
            [self.encoder.canonical(record) for record in newest.values() if record is not None]
        )
        rows = self.rows(people)
        stays = np.array([newest[person] is not None for person in people], np.bool_)
        place = np.cumsum(stays) - 1
        same = stays & (rows >= 0)
        same[same] = (self.shelf.features[rows[same]] == after.features[place[same]]).all(axis=1)
        out, into = np.flatnonzero((rows >= 0) & ~same), np.flatnonzero(stays & ~same)
        numbers, chosen = np.array(people, np.int64), place[into]
        new = after._replace(
            canonical=[after.canonical[i] for i in chosen.tolist()],
            features=after.features[chosen],
            keys=after.keys[chosen],
        )
        old = self.encoder.encode(self.shelf.records(rows[out])).keys
        touched = np.union1d(old[old != 0], new.keys[new.keys != 0])
        hot = self.index.demoted(touched)
        self._take_out(numbers[out], rows[out], old)
        self._put_in(numbers[into], new)
        return touched[~(hot & self.index.demoted(touched))]

    def persons(self, rows: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the people of some rows."""
        people: NDArray[np.int64] = self._person[rows]
        return people

    def row(self, person: int) -> int | None:
        """Return the row of a person, or None; it is theirs until the next change."""
        row = int(self.rows([person])[0])
        return row if row >= 0 else None

    def keys(self, person: int) -> Fingerprints:
        """Return the blocking keys of a person by position in the schema, 0 where there is none."""
        found: Fingerprints = self.encoder.encode(self.shelf.records(self.rows([person]))).keys[0]
        return found

    def identities(self) -> Iterator[tuple[int, Canonical]]:
        """Yield everyone's number and canonical record, by number."""
        people, rows = self._where.entries()
        order = people.view(np.int64).argsort()
        yield from zip(
            people.view(np.int64)[order].tolist(), self.shelf.records(rows[order]), strict=True
        )

    def state_hash(self) -> str:
        """Return a hash of all that is stored, index included, whatever the order it came in."""
        keys, rows = self.index.entries()
        entries = zip(keys.tolist(), self._person[rows].tolist(), strict=True)
        return state_hash(chain(self.identities(), entries))

    def nbytes(self) -> int:
        """Return the bytes of all arrays: values, fingerprints, index, numbers of people."""
        postings = (self.index.entries(), self._where.entries())
        index = sum(array.nbytes for arrays in postings for array in arrays)
        return index + self.shelf.nbytes() + self._person.nbytes

    def rows(self, people: Iterable[int]) -> NDArray[np.int64]:
        """Return the row of each person, -1 for who is not here; theirs until the next change.

        Raises OverflowError for a number that has more than 64 bits.
        """
        wanted = np.fromiter(people, np.int64).view(np.uint64)
        hits, _ = self._where.find(wanted, 1)
        rows = np.full(len(wanted), -1, np.int64)
        rows[hits.position] = hits.row
        return rows

    def _take_out(
        self, people: NDArray[np.int64], rows: NDArray[np.int64], keys: Fingerprints
    ) -> None:
        places = rows.astype(np.int32)
        self.index.erase(keys, places)
        self._where.erase(people.view(np.uint64), places)
        self.shelf.clear(rows)
        self._free += rows.tolist()

    def _put_in(self, people: NDArray[np.int64], records: Encoded) -> None:
        rows = self._take_rows(len(people))
        places = rows.astype(np.int32)
        self.shelf.put(rows, records)
        self.index.insert(records.keys, places)
        self._where.insert(people.view(np.uint64), places)
        self._person[rows] = people

    def _take_rows(self, n: int) -> NDArray[np.int64]:
        """Return n rows that nobody has, freed ones first."""
        again = [self._free.pop() for _ in range(min(n, len(self._free)))]
        new = n - len(again)
        fresh = np.arange(self._rows, self._rows + new)
        rows: NDArray[np.int64] = np.concatenate([np.array(again, np.int64), fresh])
        self._rows += new
        if self._rows > len(self._person):
            more = max(self._rows - len(self._person), len(self._person) // GROWTH)
            self._person = np.concatenate([self._person, np.zeros(more, np.int64)])
        return rows
