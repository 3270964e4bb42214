"""The differential-privacy ledger of a store as it stands, read without taking ownership."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from linkage.privacy.budget.admission import Blocks
from linkage.privacy.budget.ledger import Entry, LedgerError, check_version, column_of, replay
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.spent import Spent
from streams.risk.cells import all_rows
from streams.stages.asking import bespoken
from streams.stages.release import ReleaseStage
from streams.store.protocol import Store

AHEAD = 10_000
"""Blocks to come for which it is worked out what is bespoken."""


@dataclass(frozen=True)
class Kept:
    """The tables of the differential-privacy ledger, read."""

    spent: Spent
    totals: dict[str, int]
    blocks: dict[tuple[str, int], int]
    counters: dict[tuple[str, str], int]
    entries: int
    head: str


def kept(store: Store) -> Kept:
    """Return the ledger as it stands; LedgerError when it is of another version."""
    totals = dict(ledger_rows(store, "totals"))
    check_version(totals.get("version", 0))
    spent = Spent()
    for key, column in ledger_rows(store, "spent"):
        spent.put(key, column_of(key, column))
    recent = sorted(ledger_rows(store, "recent"))
    replay((entry for _, entry in recent), spent)
    heads = [head for _, head in ledger_rows(store, "head")]
    return Kept(
        spent,
        totals,
        dict(ledger_rows(store, "blocks")),
        {key: counted.state.steps for key, counted in ledger_rows(store, "counters")},
        heads[0].entries if heads else 0,
        heads[0].hash if heads else "",
    )


def public_blocks(store: Store, policy: Policy) -> tuple[Blocks, frozenset[str]]:
    """Return which blocks may be asked about and what is left of them, and what was answered.

    All of it is public: requests that have an answer, or wait for one, are told by their hash.
    """
    found = kept(store)
    decided, oldest = found.totals.get("decided", -1), found.totals.get("oldest", 0)
    blocks = range(min(oldest, decided + 1), decided + AHEAD)
    spent = {
        (release.name, block): found.blocks.get((release.name, block), 0)
        + bespoken(release, block, decided)
        for release in policy.releases
        for block in {*blocks, *(b for p, b in found.blocks if p == release.name)}
    }
    answered = frozenset(str(key) for t in ("answers", "asked") for key, _ in ledger_rows(store, t))
    return Blocks(decided, oldest, bool(found.totals.get("over")), spent), answered


def log(store: Store) -> Iterator[Entry]:
    """Yield every charge that was written down, in order; it is long, and holds who was charged."""
    yield from (entry for _, entry in sorted(ledger_rows(store, "ledger")))


def ledger_rows(store: Store, table: str) -> Iterator[tuple[Any, Any]]:
    """Yield the (key, value) rows of a table of the release stage; LedgerError for a bad one."""
    try:
        yield from all_rows(store, "release", ReleaseStage, table)
    except msgspec.DecodeError as error:
        raise LedgerError(f"ledger: a row of {table} cannot be read: {error}") from error
