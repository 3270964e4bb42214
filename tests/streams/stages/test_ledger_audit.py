"""An audit adds the ledger up from its log; whatever is changed, cut, moved or put in is named."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from linkage.privacy.budget.ledger import Entry, LedgerError, sealed
from linkage.privacy.budget.members import packed
from linkage.privacy.budget.spent import pack_column
from streams.budget.privacy_audit import audit_privacy
from streams.stages.book import Head
from streams.store.sqlite import SqliteStore
from tests.streams.stages.released import COST, Released, by_hand, stored
from tests.streams.stages.touched import RULES, put, ran


@pytest.fixture
def run() -> Released:
    return ran()


@pytest.fixture
def store(run: Released, tmp_path: Path) -> SqliteStore:
    return stored(run, tmp_path)


def test_a_ledger_that_nobody_touched_adds_up(run: Released, store: SqliteStore) -> None:
    found = audit_privacy(store)
    assert found.wrong == () and found.whole
    assert (found.entries, found.head) == (8, run.entries()[-1].hash)
    assert found.charged == {"statistics": sum(by_hand(run.entries()).values())}
    assert found.people == 3
    assert audit_privacy(store, noted=run.entries()[2].hash).whole


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("members", packed(np.array([1]))),
        ("truth", (7, 7)),
        ("nano_rho", 1),
        ("answer", "0" * 32),
        ("kind", "asked"),
        ("policy", "0" * 32),
    ],
)
def test_an_entry_that_was_changed_is_named(
    run: Released, store: SqliteStore, field: str, value: Any
) -> None:
    for table in ("ledger", "recent"):
        entry = msgspec.structs.replace(run.entries()[4], **{field: value})
        found = put(store, table, 4, entry)
    assert "entry 4: is not what its hash says: it was changed" in found.wrong
    # Whoever also mends its hash breaks the next one's.
    for table in ("ledger", "recent"):
        found = put(store, table, 4, sealed(entry))
    assert any(w.startswith("entry 5: does not follow the entry before it") for w in found.wrong)


def test_what_was_cut_off_left_out_or_moved_is_named(run: Released, store: SqliteStore) -> None:
    entries = run.entries()
    assert put(store, "ledger", 7, None).wrong[0].startswith("head: says 8 entries up to")
    assert put(store, "ledger", 3, None).wrong[0].startswith("entry 4: stands where entry 3 should")
    put(store, "ledger", 7, entries[7])
    put(store, "ledger", 3, msgspec.structs.replace(entries[4], number=3))
    found = put(store, "ledger", 4, msgspec.structs.replace(entries[3], number=4))
    assert any(w.startswith("entry 3: does not follow") for w in found.wrong)


def rewritten(run: Released, length: int, **changes: Any) -> list[Entry]:
    """The first entries with every hash mended, the last of them with these changes."""
    entries = run.entries()[:length]
    entries[-1] = msgspec.structs.replace(entries[-1], **changes)
    entries[-1] = sealed(entries[-1])
    return entries


def test_a_ledger_that_was_cut_with_all_that_goes_with_it_is_found_by_a_hash_noted_before(
    run: Released, tmp_path: Path
) -> None:
    noted, short = run.entries()[-1].hash, ran()
    entries = rewritten(run, 7)
    for table in ("ledger", "recent"):
        short.rig.logs[table] = {entry.number: entry for entry in entries}
    short.rig.tables["head"]["privacy"] = Head(7, entries[-1].hash)
    del short.rig.tables["answers"][run.entries()[7].request]
    for block in (1, 2):
        short.rig.tables["blocks"]["statistics", block] -= COST
    store = stored(short, tmp_path / "short")
    assert audit_privacy(store).whole
    (wrong,) = audit_privacy(store, noted).wrong
    assert wrong.startswith(f"chain: the hash {noted} that was noted is not in it")


def test_columns_blocks_answers_and_policies_that_disagree_are_named(
    run: Released, store: SqliteStore
) -> None:
    free = np.zeros(10, np.int64)
    found = put(store, "spent", ("statistics", ""), pack_column(free + COST))
    assert any("statistics: 10 people have spent something else" in w for w in found.wrong)
    put(store, "spent", ("statistics", ""), None)
    found = put(store, "blocks", ("statistics", 1), 1)
    assert any(w.startswith("block 1 of statistics: has 1 nano-rho") for w in found.wrong)
    put(store, "blocks", ("statistics", 1), run.rig.tables["blocks"]["statistics", 1])
    request = run.entries()[2].request
    assert put(store, "answers", request, b"other").wrong == (
        "entry 2: its answer is not the one that was published",
    )
    assert put(store, "answers", request, None).wrong == ("entry 2: its answer is gone",)
    put(store, "answers", request, run.rig.tables["answers"][request])
    assert put(store, "answers", "more", b"").wrong == ("answer more: nobody was charged for it",)
    put(store, "answers", "more", None)
    lower = RULES.text.replace("= 40", "= 10")
    found = put(store, "policies", RULES.hash, lower)
    after = "counter statistics/people_seen: is not followed, since no policy of its entries can be"
    assert found.wrong == (f"policy {RULES.hash}: its text was changed", f"{after} read")
    put(store, "policies", RULES.hash, None)
    assert audit_privacy(store).wrong == (
        f"policy {RULES.hash}: its text is gone",
        f"{after} read",
    )


def test_a_charge_above_a_cap_is_named(run: Released, tmp_path: Path) -> None:
    """Somebody mends all the rest, and charges person 1 once more than the policy allows."""
    entries = rewritten(run, 8, members=packed(np.array([1, 9])))
    for table in ("ledger", "recent"):
        run.rig.logs[table] = {entry.number: entry for entry in entries}
    run.rig.tables["head"]["privacy"] = Head(8, entries[-1].hash)
    before = by_hand(entries[:7])[1]
    wrong = audit_privacy(stored(run, tmp_path / "above")).wrong
    assert wrong == (f"entry 7: somebody spent {before + COST}, person_cap_nano_rho is {4 * COST}",)


def test_a_newer_ledger_and_rows_that_are_none_are_errors(store: SqliteStore) -> None:
    with pytest.raises(LedgerError, match="cannot be read"):
        put(store, "ledger", 2, "no entry")
    with pytest.raises(LedgerError, match="its version is 99, this program knows 2"):
        put(store, "totals", "version", 99)
