"""Whatever is done to a ledger's rows, the audit names it in a line: it never falls over."""

import zlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from linkage.privacy.budget.continual import ContinualState
from linkage.privacy.budget.ledger import Entry, LedgerError, sealed
from linkage.privacy.budget.members import packed
from linkage.privacy.budget.spent import pack_column
from streams.budget.privacy_audit import audit_privacy
from streams.stages.counting import Counted
from streams.store.sqlite import SqliteStore
from tests.streams.stages.released import TASK, Released, stored
from tests.streams.stages.touched import ran, write

COUNTER = ("statistics", "people_seen")


@pytest.fixture
def run() -> Released:
    return ran()


@pytest.fixture
def store(run: Released, tmp_path: Path) -> SqliteStore:
    return stored(run, tmp_path)


def steps(*found: int) -> bytes:
    """Members as steps of eight bytes, whatever they come to."""
    return b"8" + b"".join(step.to_bytes(8, "little") for step in found)


def wrong(store: SqliteStore) -> tuple[str, ...]:
    """What the audit says, in lines; an error is one line too."""
    try:
        found = audit_privacy(store).wrong
    except LedgerError as error:
        found = (str(error),)
    assert all("\n" not in line for line in found)
    return found


def rewritten(run: Released, store: SqliteStore, number: int, **changes: Any) -> None:
    """Change an entry and mend every hash after it, the head's too."""
    entries = run.entries()
    entries[number] = msgspec.structs.replace(entries[number], **changes)
    last = entries[number].previous
    for entry in entries[number:]:
        mended: Entry = sealed(msgspec.structs.replace(entry, previous=last))
        last = mended.hash
        for table in ("ledger", "recent"):
            write(store, table, entry.number, mended)
    head = run.rig.tables["head"]["privacy"]
    write(store, "head", "privacy", msgspec.structs.replace(head, hash=last))


MEMBERS = [b"", b"zzz", b"8abc", steps(2**40), steps(2**62), steps(2**64 - 5), steps(1, 0)]
MEMBERS += [steps(5, 2**64 - 4), steps(2**31), steps(2**31 - 1, 1)]


@pytest.mark.parametrize("members", MEMBERS)
def test_members_that_are_none_are_named_in_both_tables(
    run: Released, store: SqliteStore, members: bytes
) -> None:
    rewritten(run, store, 4, members=members)
    found = wrong(store)
    for where in ("entry 4", "recent 4"):
        assert any(line.startswith(f"{where}: cannot be added up: ") for line in found)


FAR = {"first": -(2**62), "last": 2**62}


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        (FAR, {}),
        ({"first": 0, "last": 2**50}, {}),
        ({"first": 3, "last": 0}, {}),
        ({"side": 2**63}, {}),
        ({"nano_rho": 2**63}, {"nano_rho": 2**63}),
        ({}, {"nano_rho": 2**63}),
        ({}, {"nano_rho": -1}),
    ],
)
def test_numbers_that_no_question_has_are_not_added_up(
    run: Released, store: SqliteStore, question: dict[str, int], entry: dict[str, int]
) -> None:
    asked = msgspec.structs.replace(run.entries()[4].question, **question)
    rewritten(run, store, 4, question=asked, **entry)
    assert any(line.startswith("entry 4: cannot be added up: ") for line in wrong(store))


PACK = msgspec.msgpack.encode
ROWS: list[tuple[str, object, bytes, str]] = [
    ("spent", ("statistics", ""), PACK(b"garbage"), "ledger: spent statistics: is no column"),
    ("spent", COUNTER, PACK(zlib.compress(b"abc")), "spent statistics/people_seen: is no column"),
    ("spent", COUNTER, PACK(pack_column(np.array([0, -5]))), "somebody has -5"),
    ("spent", ("other", ""), PACK(pack_column(np.array([0, 5]))), "spent other: 1 people have"),
    ("ledger", 4, b"\xc1", "ledger: a row of ledger cannot be read"),
    ("counters", COUNTER, PACK([0]), "ledger: a row of counters cannot be read"),
    ("answers", "x", b"\xc4\x01a", "answer x: nobody was charged for it"),
    ("totals", "version", b"", "ledger: a row of totals cannot be read"),
]


@pytest.mark.parametrize(("table", "key", "value", "said"), ROWS)
def test_a_row_that_is_something_else_is_named(
    store: SqliteStore, table: str, key: object, value: bytes, said: str
) -> None:
    cell = store.open(TASK)
    cell.commit([(table, PACK(key), value)], {}, [], 0)
    cell.close()
    assert any(said in line for line in wrong(store))


def test_a_version_that_is_gone_and_an_entry_in_another_place_are_named(
    run: Released, store: SqliteStore
) -> None:
    write(store, "totals", "version", None)
    assert wrong(store) == ("version: the ledger does not say which one it has",)
    write(store, "ledger", 7, None)
    write(store, "ledger", 99, run.entries()[7])
    assert wrong(store) == ("ledger: entry 7 of ledger stands under 99",)


def counted(run: Released) -> Counted:
    found: Counted = run.rig.tables["counters"][COUNTER]
    return found


def more(state: ContinualState, rows: str) -> ContinualState:
    """The state with much more in its first step."""
    ((first, *rest),) = getattr(state, rows)
    return msgspec.structs.replace(state, **{rows: ((first + 10_000, *rest),)})


def shorter(state: ContinualState) -> ContinualState:
    rows = {name: (getattr(state, name)[0][:-1],) for name in ("increments", "noised")}
    return msgspec.structs.replace(state, **rows)


def longer(state: ContinualState) -> ContinualState:
    terms = msgspec.structs.replace(state.terms, horizon=10**12)
    return msgspec.structs.replace(state, terms=terms)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: more(s, "increments"), "its increments are not the true counts of its entries"),
        (lambda s: more(s, "noised"), "entry 1 has an answer that its noised integers do not"),
        (shorter, "it has 2 steps and 3 entries"),
        (longer, "its terms are not those of the policy of its entries: horizon_blocks 10000000"),
    ],
)
def test_a_counters_state_is_what_its_entries_and_answers_come_to(
    run: Released, store: SqliteStore, change: Any, said: str
) -> None:
    assert wrong(store) == ()
    kept = counted(run)
    write(store, "counters", COUNTER, msgspec.structs.replace(kept, state=change(kept.state)))
    assert any(line.startswith(f"counter statistics/people_seen: {said}") for line in wrong(store))


def test_a_counter_that_is_gone_or_one_that_nobody_was_charged_for_is_named(
    run: Released, store: SqliteStore
) -> None:
    write(store, "counters", ("statistics", "other"), counted(run))
    assert wrong(store) == ("counter statistics/other: nobody was charged for it",)
    write(store, "counters", ("statistics", "other"), None)
    write(store, "counters", COUNTER, None)
    assert wrong(store) == ("counter statistics/people_seen: its state is gone",)


def test_a_person_who_is_counted_too_often_is_named(run: Released, store: SqliteStore) -> None:
    """Somebody mends the chain, the increments and the columns; persons 1 and 2 count twice."""
    rewritten(run, store, 3, members=packed(np.array([1, 2])), truth=(2,))
    kept = counted(run)
    state = msgspec.structs.replace(kept.state, increments=((2, 2, 1),))
    write(store, "counters", COUNTER, msgspec.structs.replace(kept, state=state))
    assert wrong(store) == (
        "counter statistics/people_seen: somebody was counted 2 times, most is 1",
    )


def test_what_only_a_hash_that_was_noted_tells(run: Released, store: SqliteStore) -> None:
    """The ledger's page says so: whoever mends all that stands beside the log leaves no trace."""
    rewritten(run, store, 0, truth=(7, 7))
    assert wrong(store) == ()
    noted = run.entries()[-1].hash
    (line,) = audit_privacy(store, noted).wrong
    assert line.startswith(f"chain: the hash {noted} that was noted is not in it")
