"""A ledger that is opened again: does what it is brought up to date from hang together?

Only the copy of the columns and the entries since are looked at, so it takes no longer for a long
ledger than for a short one. An audit looks at all of it.
"""

from linkage.privacy.chain import GENESIS, chained
from linkage.privacy.ledger import Entry, LedgerError, digest_of_columns
from linkage.privacy.spent import Key
from streams.stages.book import Head

_AFTER = (
    "Nothing was charged and nothing lost; `joinlens budget audit` says what else is wrong, and "
    "`joinlens budget restore` brings a saved ledger back into an empty state."
)


class Opening:
    """What is read back of a ledger, row by row; LedgerError for the first that does not fit."""

    def __init__(self) -> None:
        self._head = Head()
        self._first: int | None = None
        self._number, self._hash = -1, GENESIS
        self._columns: dict[Key, bytes] = {}

    def head(self, head: Head) -> None:
        """Take where the ledger says it stands; it comes before the rest."""
        self._head = head

    def column(self, key: Key, data: bytes) -> None:
        """Take a column that was copied."""
        self._columns[key] = data

    def entry(self, entry: Entry) -> None:
        """Take the next entry since then."""
        if self._first is None:
            self._first = entry.number
        elif entry.number != self._number + 1 or entry.previous != self._hash:
            raise _broken(f"entry {entry.number} does not follow the one before it")
        if entry.hash != chained(entry.previous, entry.body()):
            raise _broken(f"entry {entry.number} is not what its hash says: it was changed")
        self._number, self._hash = entry.number, entry.hash

    def end(self) -> None:
        """Take it that this was all."""
        head = self._head
        if self._columns and digest_of_columns(self._columns) != head.columns:
            raise _broken("the copy of what everybody spent is not the one that was made")
        if self._first is None:
            whole = head.copied == head.entries and (bool(self._columns) or not head.entries)
        else:
            last = self._number + 1, self._hash
            whole = self._first == head.copied and last == (head.entries, head.hash)
        if not whole:
            raise _broken(
                f"{head.entries} entries were made, and those since entry {head.copied} are not "
                f"all there, or more: they go up to {self._number}"
            )


def _broken(what: str) -> LedgerError:
    return LedgerError(f"ledger: {what}. {_AFTER}")
