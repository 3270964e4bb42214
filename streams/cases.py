"""Tenancies with all they rest on, read from the cells of a run beside the pipeline."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from linkage.records import Record
from linkage.verdict import Verdict
from streams.stages.tenancy import Account, Entry, Filed, Tenancy, arrange
from streams.store.protocol import Store

Name = tuple[str, str, int]
"""A tenancy: source, account, start."""


class Case(NamedTuple):
    """A tenancy, what is decided of it, its registrations, and the verdicts in force on it."""

    name: Name
    tenancy: Tenancy
    registrations: tuple[Record, ...]
    verdicts: tuple[Verdict, ...] = ()


def cases_of(store: Store, account: str | None = None) -> Iterator[Case]:
    """Yield every tenancy that has a registration, or those of one account, task by task.

    Safe while a run works; it is then as of its last commit.
    """
    for task in store.tasks():
        stage, _, rest = task.partition("/")
        if stage == "identify":
            source = rest.split("/")[0].removeprefix("events.")
            found = _cases(store, task, source)
            yield from (case for case in found if account in (None, case.name[1]))


def _cases(store: Store, task: str, source: str) -> Iterator[Case]:
    entries = _registrations(store, task)
    filed = {
        msgspec.msgpack.decode(key, type=str): msgspec.msgpack.decode(value, type=Filed)
        for key, value in store.peek(task, "verdicts")
    }
    for key, value in store.peek(task, "accounts"):
        subject = msgspec.msgpack.decode(key, type=str)
        account = msgspec.msgpack.decode(value, type=Account)
        found = arrange(entries.get(subject, {}), account.expired, filed.get(subject, ()))
        for tenancy in account.tenancies:
            if records := found.records.get(tenancy.start):
                said = tuple(found.verdicts.get(tenancy.start, ()))
                name = (source, subject, tenancy.start)
                yield Case(name, tenancy, tuple(records), said)


def _registrations(store: Store, task: str) -> dict[str, dict[int, Entry]]:
    """Return the registrations and retractions of each account by seq; usage decides no link."""
    found: dict[str, dict[int, Entry]] = {}
    for key, value in store.peek(task, "entries"):
        entry = msgspec.msgpack.decode(value, type=Entry)
        if entry.record is not None or entry.op == "retract":
            subject, seq = msgspec.msgpack.decode(key, type=tuple[str, int])
            found.setdefault(subject, {})[seq] = entry
    return found
