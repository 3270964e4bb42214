"""A ledger that is opened again: what is missing or changed of what it goes on from is named."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from linkage.privacy.budget.ledger import LedgerError, sealed
from linkage.privacy.budget.members import packed
from linkage.privacy.budget.spent import pack_column
from streams.budget.privacy_audit import audit_privacy
from streams.runners.task import Routes, Task
from streams.stages import book
from streams.stages.release import ReleaseStage
from streams.store.sqlite import SqliteStore
from tests.streams.stages.released import (
    COST,
    DOMAIN,
    TASK,
    Dice,
    Released,
    by_hand,
    policy,
    stored,
)
from tests.streams.stages.touched import RULES, begun, ran, write


@pytest.mark.parametrize("copied", [False, True])
def test_a_ledger_that_is_not_whole_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copied: bool
) -> None:
    with monkeypatch.context() as patch:
        if copied:
            patch.setattr(book, "LEAST", 4 * book.OVERHEAD)
        run = begun()
    run = ran(run)
    store, head = stored(run, tmp_path), run.rig.tables["head"]["privacy"]
    assert (head.copied, head.entries) == ((4, 8) if copied else (0, 8))
    opened(store).release()
    entries = run.entries()
    changed = msgspec.structs.replace(entries[6], members=packed(np.array([1])))
    free = pack_column(np.zeros(3, np.int64))
    wrongs: list[tuple[str, object, object, str]] = [
        ("recent", 6, changed, "entry 6 is not what its hash says"),
        ("recent", 6, sealed(changed), "entry 7 does not follow"),
        ("recent", 7, None, "8 entries were made"),
        ("recent", head.copied, None, f"8 entries were made, and those since entry {head.copied}"),
        ("recent", 5, None, "entry 6 does not follow"),
        ("recent", 4, sealed(msgspec.structs.replace(entries[4], members=b"")), "entry 4: members"),
        ("spent", ("statistics", ""), free, "the copy of what everybody spent is not"),
        ("spent", ("statistics", ""), b"garbage", "the copy of what everybody spent is not"),
        ("spent", ("other", ""), free, "the copy of what everybody spent is not"),
        ("totals", "version", None, "it does not say which version it has"),
        ("totals", "version", 1, "its version is 1, this program knows 2"),
        ("head", "privacy", None, "entry|the copy|0 entries were made"),
    ]
    if copied:
        wrongs.append(("spent", ("statistics", ""), None, "the copy of what everybody spent is"))
    for table, key, value, words in wrongs:
        before = dict(stored_rows(store))
        write(store, table, key, value)
        with pytest.raises(LedgerError, match=words):
            opened(store)
        old = run.rig.logs.get(table, run.rig.tables[table]).get(key)
        write(store, table, key, old)
        assert dict(stored_rows(store)) == before
    opened(store).release()


def test_columns_that_are_all_gone_give_nobody_their_cap_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(book, "LEAST", 3 * book.OVERHEAD)
    run = Released(policy(4))
    run.run(*[{"phone": [1], "bank": []}] * 3)
    assert run.rig.logs["recent"] == {} and run.spent() == {1: 3 * COST}
    run.rig.logs["spent"].clear()
    with pytest.raises(LedgerError, match="the copy of what everybody spent is not the one"):
        run.reopen()
    head = run.rig.tables["head"]["privacy"]
    run.rig.tables["head"]["privacy"] = msgspec.structs.replace(head, columns="")
    with pytest.raises(LedgerError, match="the copy of what everybody spent is not the one"):
        run.reopen()


def test_a_ledger_of_which_nobody_has_spent_anything_is_opened_with_its_copy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(book, "LEAST", 3 * book.OVERHEAD)
    run = Released(policy(4))
    run.run(*[{"phone": [], "bank": []}] * 3)
    assert run.rig.tables["head"]["privacy"].copied == 3
    run.reopen()
    run.run({"phone": [1], "bank": []}, first=3)
    run.reopen()
    assert run.spent() == by_hand(run.entries()) == {1: COST}


def test_rows_of_an_older_form_are_not_read_before_their_version_is(tmp_path: Path) -> None:
    """Version 1 had no last block in a counter's row."""
    run = ran()
    store, kept = stored(run, tmp_path), run.rig.tables["counters"]["statistics", "people_seen"]
    write(store, "totals", "version", 1)
    write(store, "counters", ("statistics", "people_seen"), [kept.first, kept.state])
    said = "its version is 1, this program knows 2; use the program that wrote it"
    with pytest.raises(LedgerError, match=said):
        opened(store)
    with pytest.raises(LedgerError, match=said):
        audit_privacy(store)


def opened(store: SqliteStore) -> Task:
    stage = ReleaseStage(TASK, DOMAIN, RULES, Dice())
    cell = store.open(TASK)
    return Task(TASK, stage, cell, frozenset({"join/0"}), Routes({}))


def stored_rows(store: SqliteStore) -> list[tuple[tuple[str, bytes], bytes]]:
    return [
        ((table.name, key), value)
        for table in ReleaseStage.tables
        for key, value in store.peek(TASK, table.name)
    ]
