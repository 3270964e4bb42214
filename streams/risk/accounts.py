"""Whose a run took each account to be, and the points that it brought, from identify's cells."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from linkage.privacy.rows import Ints, Keys
from linkage.privacy.view import mix_points, salt_of
from streams.cases import Name
from streams.events import HOUR
from streams.risk.cells import rows, tasks
from streams.stages.identify import Identify
from streams.stages.tenancy import Account, Entry, Tenancy, arrange
from streams.store.protocol import Store


class Used(NamedTuple):
    """A registered tenancy, what was decided of it, and the usage that is its holder's."""

    name: Name
    tenancy: Tenancy
    usage: tuple[Entry, ...]


@dataclass(frozen=True)
class Subtotals:
    """The linked tenancies, a row each, in the order of `names`.

    `source` is the number of its source, `person` who it is linked to, `total` the sum of its
    points (mod 2^64).
    """

    names: tuple[Name, ...]
    source: Ints
    person: Ints
    total: Keys


def is_linked(tenancy: Tenancy) -> bool:
    """Return whether a tenancy's points go to somebody."""
    return tenancy.status == "linked" and tenancy.person is not None


def used(store: Store, wanted: Callable[[Tenancy], bool]) -> Iterator[Used]:
    """Yield the registered tenancies that are wanted, task by task, as identify booked them."""
    for task in tasks(store, "identify"):
        source = task.split("/")[1].removeprefix("events.")
        accounts: dict[str, Account] = {
            subject: account
            for subject, account in rows(store, task, Identify, "accounts")
            if any(map(wanted, account.tenancies))
        }
        entries: dict[str, dict[int, Entry]] = {subject: {} for subject in accounts}
        for (subject, seq), entry in rows(store, task, Identify, "entries"):
            if subject in entries:
                entries[subject][seq] = entry
        filed = dict(rows(store, task, Identify, "verdicts"))
        for subject, account in accounts.items():
            held = entries[subject]
            found = arrange(held, account.expired, filed.get(subject, ()), account.erased)
            for tenancy in account.tenancies:
                if tenancy.start in found.records and wanted(tenancy):
                    usage = tuple(held[seq] for seq in found.usage.get(tenancy.start, ()))
                    yield Used((source, subject, tenancy.start), tenancy, usage)


def points_of(source: str, usage: tuple[Entry, ...]) -> Keys:
    """Return the mixed point of each usage of a source."""
    when = np.array([entry.time // HOUR for entry in usage], np.int64)
    return mix_points(salt_of(source), when, np.array([entry.place for entry in usage], np.int64))


def subtotals(store: Store, sources: tuple[str, ...]) -> Subtotals:
    """Return the points that every linked tenancy brought to its person."""
    found = list(used(store, is_linked))
    source = np.array([sources.index(one.name[0]) for one in found], np.int64)
    total = np.zeros(len(found), np.uint64)
    for number, name in enumerate(sources):
        rows = np.flatnonzero(source == number)
        owner = np.repeat(rows, [len(found[row].usage) for row in rows.tolist()])
        usage = tuple(entry for row in rows.tolist() for entry in found[row].usage)
        np.add.at(total, owner, points_of(name, usage))
    person = np.array([one.tenancy.person for one in found], np.int64)
    return Subtotals(tuple(one.name for one in found), source, person, total)
