"""Both ledgers out of a state into a file, and back into a state that has none of its own."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from pathlib import Path

import msgspec

from linkage.errors import LinkageError
from streams.budget.ledger_file import Entry, Head, read, verify, write
from streams.store.protocol import Row, Store

TABLES: Mapping[str, tuple[str, ...]] = {
    "join": ("shown", "charges", "chain", "heads", "policies", "totals"),
    "release": (
        *("answers", "blocks", "counters", "head", "ledger", "policies"),
        *("recent", "spent", "totals"),
    ),
}
"""The tables of each stage that are its ledger."""
PLACE = ("block", "decided", "late", "moves", "oldest", "over", "serial")
"""Totals that say how far a run is, and not what was spent: they stay with the run."""
TOGETHER = 1_000
"""Rows that are restored in one commit."""


class RestoreError(LinkageError):
    """A ledger may not be restored here; the message says what is in the way."""


def entries(store: Store) -> Iterator[Entry]:
    """Yield every row of both ledgers, in an order that depends on nothing else."""
    for task in store.tasks():
        for table in sorted(TABLES.get(task.partition("/")[0], ())):
            for key, value in sorted(store.peek(task, table)):
                if table != "totals" or msgspec.msgpack.decode(key) not in PLACE:
                    yield Entry(task, table, bytes(key), bytes(value))


def save(store: Store, path: Path, head: Head, force: bool = False) -> Head:
    """Write both ledgers of a state at rest to a file; return its head, counts and last hash.

    LandingError when the file must not be written, RestoreError when there is nothing to save.
    """
    if next(entries(store), None) is None:
        raise RestoreError("the state has no ledger: nothing was asked for and nothing released")
    return write(path, head, entries(store), force)


def restore(path: Path, store: Store, expected: str | None = None) -> Head:
    """Bring a ledger from a file into a state; return the file's head.

    The file is verified as a whole first. RestoreError when the state holds a row of a ledger that
    the file does not have just so: what was spent there would be lost. A restore that was cut off
    can be made again, since what is there is then part of the file.
    """
    verify(path, expected)
    head, rows = read(path, expected)
    _check_free(path, rows, store)
    _, rows = read(path, expected)
    for task, mine in groupby(rows, key=lambda entry: entry.task):
        cell = store.open(task)
        try:
            while part := list(islice(mine, TOGETHER)):
                changes: list[Row] = [(one.table, one.key, one.value) for one in part]
                cell.commit(changes, {}, [], 0)
        finally:
            cell.close()
    return head


def _check_free(path: Path, rows: Iterable[Entry], store: Store) -> None:
    here = {(e.task, e.table, e.key): e.value for e in entries(store)}
    for entry in rows:
        if here.get(entry[:3]) == entry.value:
            del here[entry[:3]]
    if here:
        task, table, _ = min(here)
        raise RestoreError(
            f"the state has a ledger of its own ({task}, table {table}), which is not in {path}; "
            "what was spent there would be lost. Restore into another, empty state"
        )
