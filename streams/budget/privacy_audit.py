"""The audit of released answers, from the cells of a store."""

from typing import Any

import msgspec

from linkage.privacy.budget.chain import GENESIS
from linkage.privacy.budget.ledger import KEY, Entry, LedgerError, check_version, column_of
from linkage.privacy.budget.ledger_audit import Findings, Record, audit
from streams.stages.book import Head
from streams.stages.counting import Counted
from streams.store.protocol import Store


def audit_privacy(store: Store, noted: str | None = None) -> Findings:
    """Return what is wrong with the ledger of released answers of a store, if anything is.

    `noted` is a last hash that was written down elsewhere. Only meaningful when workers are at
    rest. Raises LedgerError for a ledger of another version, and for rows that cannot be read.
    """
    task = next((task for task in store.tasks() if task.startswith("release/")), None)
    if task is None:
        raise LedgerError("ledger: the state has no release task, so nothing was ever released")
    return audit(record_of(store, task), noted)


def record_of(store: Store, task: str) -> Record:
    """Return all that a release task's cell keeps of its ledger."""

    def rows(table: str, key: object, value: object) -> dict[Any, Any]:
        try:
            return {_read(k, key): _read(v, value) for k, v in store.peek(task, table)}
        except msgspec.DecodeError as error:
            raise LedgerError(f"ledger: a row of {table} cannot be read: {error}") from error

    version = rows("totals", str, int).get("version", 0)
    check_version(version)
    logs = {table: rows(table, int, Entry) for table in ("ledger", "recent")}
    for table, entries in logs.items():
        for key, entry in entries.items():
            if key != entry.number:
                raise LedgerError(f"ledger: entry {entry.number} of {table} stands under {key}")
    head = rows("head", str, Head).get(KEY) or Head(0, GENESIS)
    return Record(
        log=[entry for _, entry in sorted(logs["ledger"].items())],
        recent=[entry for _, entry in sorted(logs["recent"].items())],
        copied={
            key: column_of(key, data) for key, data in rows("spent", tuple[str, str], bytes).items()
        },
        answers=rows("answers", str, bytes),
        blocks=rows("blocks", tuple[str, int], int),
        policies=rows("policies", str, str),
        last=(head.entries, head.hash),
        version=version,
        counters={
            key: counted.state
            for key, counted in rows("counters", tuple[str, str], Counted).items()
        },
    )


def _read(data: bytes, kind: object) -> Any:
    return msgspec.msgpack.decode(data, type=kind)
