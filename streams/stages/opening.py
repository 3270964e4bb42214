"""A ledger that is opened again: does what it is brought up to date from hang together?

Only the copy of the columns and the entries since are looked at, so it takes no longer for a long
ledger than for a short one. An audit looks at all of it.
"""

from linkage.privacy.budget.chain import GENESIS, chained
from linkage.privacy.budget.ledger import (
    Entry,
    LedgerError,
    check_version,
    column_of,
    digest_of_columns,
)
from linkage.privacy.budget.spent import Key, Spent
from streams.stages.book import Head

_AFTER = (
    "Nothing was charged and nothing lost; `joinlens budget audit` says what else is wrong, and "
    "`joinlens budget restore` brings a saved ledger back into an empty state."
)


class Opening:
    """What is read back of a ledger, row by row; LedgerError for the first that does not fit.

    What everybody spent is brought up to date from it, by nothing that does not hang together.
    """

    def __init__(self, spent: Spent) -> None:
        self._spent = spent
        self._head, self._version = Head(), 0
        self._first: int | None = None
        self._number, self._hash = -1, GENESIS
        self._columns: dict[Key, bytes] = {}

    def version(self, version: int) -> None:
        """Take the form that the ledger is in; it comes first."""
        check_version(version)
        self._version = version

    def head(self, head: Head) -> None:
        """Take where the ledger says it stands; it comes before the rest."""
        self._head = head

    def column(self, key: Key, data: bytes) -> None:
        """Take a column that was copied."""
        self._columns[key] = data

    def entry(self, entry: Entry) -> None:
        """Take the next entry since then."""
        if self._first is None:
            self._unpack()
            self._first = entry.number
        elif entry.number != self._number + 1 or entry.previous != self._hash:
            raise _broken(f"entry {entry.number} does not follow the one before it")
        if entry.hash != chained(entry.previous, entry.body()):
            raise _broken(f"entry {entry.number} is not what its hash says: it was changed")
        self._number, self._hash = entry.number, entry.hash
        self._spent.take(entry.account, entry.people)

    def end(self) -> None:
        """Take it that this was all."""
        head = self._head
        if self._first is None:
            self._unpack()
            whole = head.copied == head.entries
        else:
            last = self._number + 1, self._hash
            whole = self._first == head.copied and last == (head.entries, head.hash)
        if not whole:
            raise _broken(
                f"{head.entries} entries were made, and those since entry {head.copied} are not "
                f"all there, or more: they go up to {self._number}"
            )
        if head.entries and not self._version:
            raise _broken("it does not say which version it has")

    def _unpack(self) -> None:
        """Take the columns, all of them at once; nobody may have spent anything when it was made.

        Where a copy was made the head has its hash, so columns that are all gone show too.
        """
        columns = self._columns
        if (digest_of_columns(columns) if columns or self._head.copied else "") != (
            self._head.columns
        ):
            raise _broken("the copy of what everybody spent is not the one that was made")
        for key, data in columns.items():
            self._spent.put(key, column_of(key, data))


def _broken(what: str) -> LedgerError:
    return LedgerError(f"ledger: {what}. {_AFTER}")
