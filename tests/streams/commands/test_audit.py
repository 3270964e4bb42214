"""joinlens budget audit: a whole ledger holds, and whatever was done to one is named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streams.columns import unpack
from streams.stages.grants import Shown
from streams.stages.join import Join
from streams.stages.release import ReleaseStage
from streams.store.sqlite import SqliteStore
from tests.streams.commands.finished import run

STAGES = (("join", Join.tables), ("release", ReleaseStage.tables))
TABLES = {(stage, table.name): table for stage, tables in STAGES for table in tables}
Tell = Callable[..., str]


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], state: Path) -> Tell:
    def ask(*arguments: str, code: int = 0) -> str:
        capfd.readouterr()
        assert run(monkeypatch, "budget", "audit", *arguments, "--state", str(state)) == code
        found = capfd.readouterr()
        return found.out + found.err

    return ask


def changed(state: Path, task: str, table: str, change: Callable[[Any, Any], Any]) -> None:
    """Change the first row of a table for which `change` returns another value; None drops it."""
    store = SqliteStore(state / "demo" / "embedded" / "state")
    name = next(one for one in store.tasks() if one.startswith(task))
    for row in store.peek(name, table):
        _, key, value = TABLES[task, table].read(*row)
        new = change(key, value)
        if new is not value:
            cell = store.open(name)
            cell.commit([TABLES[task, table].row(key, new)], {}, [], 0)
            cell.close()
            return
    pytest.fail(f"{table} has no such row")


def test_a_whole_ledger_holds_and_says_what_was_checked(audit: Tell) -> None:
    said = audit()
    assert said.count("checked:") == 10 and said.endswith("both ledgers hold\n")
    found = json.loads(audit("--json"))
    assert found["identifiability"]["wrong"] == found["privacy"]["wrong"] == []
    assert found["identifiability"]["entries"] > 0 and found["privacy"]["entries"] > 0
    for ledger in ("privacy", "identifiability"):
        (last,) = found[ledger]["heads"].values()
        assert last in said
        assert "both ledgers hold" in audit("--noted", last)
    assert "WRONG: chain: the hash 00 that was noted" in audit("--noted", "00", code=1)


def refused_more(_: Any, shown: Shown) -> Shown:
    return msgspec.structs.replace(shown, refusals=shown.refusals + 1)


def spent_less(_: Any, shown: Shown) -> Shown:
    if not any(shown.account.spent):
        return shown
    account = msgspec.structs.replace(shown.account, spent=(0,) * len(shown.account.spent))
    return msgspec.structs.replace(shown, account=account)


def some_gone(_: Any, decisions: bytes) -> bytes | None:
    return None if len(unpack(decisions)["person"]) else decisions


@pytest.mark.parametrize(
    ("task", "table", "change", "said"),
    [
        ("join", "shown", refused_more, "and the decisions come to "),
        ("join", "shown", spent_less, ": spent (0, 0, 0), and the decisions come to ("),
        ("join", "shown", lambda *_: None, ": their account is missing"),
        ("join", "charges", some_gone, ": it has no decisions"),
        ("join", "policies", lambda *_: "version = 2", "is another than it was"),
        ("release", "ledger", lambda n, e: None if n == 3 else e, "entry 4: stands where entry 3"),
        ("release", "answers", lambda *_: None, "its answer is gone"),
        ("release", "blocks", lambda *_: 1, "has 1 nano-rho, its entries come to 2000000"),
        ("release", "policies", lambda *_: "version = 2", "its text was changed"),
    ],
)
def test_the_first_thing_that_is_wrong_is_named(
    audit: Tell, state: Path, task: str, table: str, change: Callable[[Any, Any], Any], said: str
) -> None:
    changed(state, task, table, change)
    last = audit(code=1).splitlines()[-1]
    assert last.startswith("WRONG: ") and said in last


def test_a_ledger_of_a_newer_version_is_an_error_that_names_both(
    audit: Tell, state: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    changed(state, "release", "totals", lambda name, v: 9 if name == "version" else v)
    for command in (("audit",), (), ("price", "--query", "total_events", "--blocks", "9")):
        capfd.readouterr()
        assert run(monkeypatch, "budget", *command, "--state", str(state)) == 1
        (line,) = capfd.readouterr().err.splitlines()
        assert line.startswith("joinlens: ledger: its version is 9, this program knows 2; ")
    assert run(monkeypatch, "release", "--query", "total_events", "--blocks", "9",
               "--state", str(state)) == 1  # fmt: skip


def test_a_row_that_cannot_be_read_is_one_line(
    audit: Tell, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteStore(state / "demo" / "embedded" / "state")
    cell = store.open("join/moves/0")
    cell.commit([("shown", msgspec.msgpack.encode(("security", 1)), b"\xc1")], {}, [], 0)
    cell.close()
    (line,) = audit(code=1).splitlines()
    assert line.startswith("joinlens: ledger: a row of joins cannot be read: ")
