"""A small ledger with all there is, and rows of it changed behind its back."""

import msgspec

from linkage.privacy.budget.ledger_audit import Findings
from streams.budget.privacy_audit import audit_privacy
from streams.store.sqlite import SqliteStore
from tests.streams.stages.released import (
    STANDING,
    TASK,
    Released,
    counter,
    offer,
    policy,
    question,
)

RULES = policy(4, kept=4, parts=(STANDING, counter(), offer()))


def begun() -> Released:
    run = Released(RULES)
    run.run({"phone": [1, 2], "bank": [2]}, {"phone": [1, 2], "bank": []})
    return run


def ran(run: Released | None = None) -> Released:
    run = run or begun()
    run.ask(question(0, 1))
    run.run({"phone": [1, 9], "bank": []}, first=2)
    run.close(3, last=True)
    run.ask(question(1, 2))
    return run


def put(store: SqliteStore, table: str, key: object, value: object) -> Findings:
    """Write a row behind the ledger's back, and audit it."""
    write(store, table, key, value)
    return audit_privacy(store)


def write(store: SqliteStore, table: str, key: object, value: object) -> None:
    cell, encode = store.open(TASK), msgspec.msgpack.encode
    cell.commit([(table, encode(key), None if value is None else encode(value))], {}, [], 0)
    cell.close()
