"""joinlens erase: what it takes out of a run that is over, what it says, and when it refuses."""

import fcntl
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linkage.privacy.budget.mechanisms import opendp_sampler
from streams.cli import main
from streams.commands.look import opened, streamed
from streams.digest import digest_of
from streams.erasing.holdings import holdings
from streams.erasing.stopped import entry_of
from streams.events import Marker
from streams.manifest import Erasure, load_manifest
from streams.messages import Link
from streams.runners.embedded import Embedded
from streams.store.protocol import Outgoing
from streams.store.sqlite import SqliteStore
from tests.streams.pipeline import Item

WORLD = ("--people", "60", "--days", "1", "--seed", "3")
Said = Callable[..., str]


def ran(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Said:
    def run(*arguments: object, code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["joinlens", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        found = capfd.readouterr()
        assert int(left.value.code or 0) == code, found.err
        return found.err if code else found.out

    return run


joinlens = pytest.fixture(ran)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that has ended, to be copied."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        arguments = ("joinlens", "demo", "--once", "--json", "--state", str(folder), *WORLD)
        patch.setattr(sys, "argv", [*arguments])
        with pytest.raises(SystemExit):
            main()
    return folder / "demo" / "embedded"


@pytest.fixture
def state(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "run")


def held(state: Path, person: int) -> Any:
    _, choice, cells = opened(str(state))
    return holdings(SqliteStore(Path(cells)), choice.plan().joins, person)


def linked(state: Path, person: int) -> list[str]:
    """Accounts that are linked to a person."""
    found = []
    store = SqliteStore(state / "state")
    for task in store.tasks():
        if task.startswith("identify/"):
            for key, value in store.peek(task, "accounts"):
                account = msgspec.msgpack.decode(value)
                if any(t[1] == "linked" and t[2] == person for t in account[1]):
                    found.append(msgspec.msgpack.decode(key))
    return found


def items(state: Path) -> list[Item]:
    manifest, choice, _ = opened(str(state))
    return list(streamed(manifest, choice).deliveries())


def digest(state: Path, folder: Path, told: Sequence[Item], said: list[Outgoing]) -> str:
    """The digest of a stream that is run at once, in cells of its own."""
    _, choice, _ = opened(str(state))
    plan, store = choice.plan(), SqliteStore(folder)
    Embedded(plan, store, opendp_sampler(), said.append).run(told)
    return digest_of(store, plan.layout.sources, plan.joins)


def test_it_takes_somebody_out_and_says_what_went_and_what_is_left(
    state: Path, joinlens: Said, tmp_path: Path
) -> None:
    before, accounts = held(state, 7), linked(state, 7)
    assert before.any() and len(accounts) >= 2
    found = json.loads(joinlens("erase", 7, "--state", state, "--json"))
    gone = {(one["place"], one["what"]): one["count"] for one in found["removed"]}
    assert gone["identify", "events of these accounts"] == before.events
    assert gone["join", "points of the profile"] == before.points
    assert sum(n for (place, what), n in gone.items() if what.endswith(" accounts")) >= 2
    assert {one["place"] for one in found["remains"]} >= {"join", "identify", "input", "disk"}
    assert not held(state, 7).any() and not linked(state, 7)
    world, said = items(state), list[Outgoing]()
    block = found["block"]
    whole = digest(state, tmp_path / "at-once", [*world, entry_of(7), Marker(block)], said)
    assert joinlens("digest", "--state", state).strip() == whole
    links = [msgspec.json.decode(o.value, type=Link) for o in said if o.topic == "links"]
    newest = {link.account: link for link in sorted(links, key=lambda one: one.revision)}
    assert {newest[account].status for account in accounts} == {"retracted"}


def test_later_commands_do_not_bring_them_back(state: Path, joinlens: Said) -> None:
    (account, *_), other = linked(state, 7), linked(state, 8)[0]
    joinlens("erase", 7, "--state", state)
    assert "no registration" in joinlens("explain", account, "--state", state, code=2)
    assert "linked" in joinlens("explain", other, "--state", state)
    assert "has no point" in joinlens("risk", "--person", 7, "--state", state, code=1)
    assert "people" in joinlens("risk", "--groups", "--state", state)
    quality = joinlens("quality", "--state", state)
    people = 1 + int(quality.split("registry: ")[1].split()[0])
    assert people == len(list(streamed(*opened(str(state))[:2]).identities())) + 1
    assert "spent" in joinlens("budget", "--person", 7, "--state", state)


def test_one_after_the_other(state: Path, joinlens: Said, tmp_path: Path) -> None:
    blocks = [json.loads(joinlens("erase", p, "--state", state, "--json"))["block"] for p in (7, 9)]
    assert blocks[1] == blocks[0] + 1
    assert not held(state, 7).any() and not held(state, 9).any()
    told = [*items(state), entry_of(7), Marker(blocks[0]), entry_of(9), Marker(blocks[1])]
    assert joinlens("digest", "--state", state).strip() == digest(state, tmp_path / "o", told, [])


def test_a_run_that_was_stopped_in_the_middle_ends_there(
    state: Path, joinlens: Said, tmp_path: Path
) -> None:
    world = items(state)
    marks = [n for n, one in enumerate(world) if isinstance(one, Marker)]
    middle = (marks[13] + marks[14]) // 2
    block = world[marks[13]].marker  # type: ignore[union-attr]
    shutil.rmtree(state / "state")
    _, choice, _ = opened(str(state))
    plan = choice.plan()
    runner = Embedded(plan, SqliteStore(state / "state"), opendp_sampler(), lambda _: None)
    runner.run(world[:middle])
    runner.close()
    found = json.loads(joinlens("erase", 7, "--state", state, "--json"))
    assert found["block"] == block + 1
    told = [*world[:middle], entry_of(7), Marker(block + 1)]
    assert joinlens("digest", "--state", state).strip() == digest(state, tmp_path / "o", told, [])
    late = 1 + len(list(streamed(*opened(str(state))[:2]).identities()))
    assert "not in the registry" in joinlens("erase", 10 * late, "--state", state, code=1)


def test_what_a_crash_left_undone_is_done_by_the_next_call(state: Path, joinlens: Said) -> None:
    manifest = load_manifest(state)
    last = max(one.marker for one in items(state) if isinstance(one, Marker))
    msgspec.structs.replace(manifest, erased=(Erasure(7, last + 1),)).write(state)
    assert held(state, 7).any()
    found = json.loads(joinlens("erase", 7, "--state", state, "--json"))
    assert found["block"] == last + 1 and not held(state, 7).any()
    assert "was erased at the close" in joinlens("erase", 7, "--state", state, code=1)
    assert load_manifest(state).erased == (Erasure(7, last + 1),)


def test_what_is_wrong_is_said_and_nothing_is_changed(state: Path, joinlens: Said) -> None:
    before = joinlens("digest", "--state", state), (state / "run.json").read_bytes()
    assert "is not in the registry" in joinlens("erase", 99_999, "--state", state, code=1)
    assert "valid integer" in joinlens("erase", "somebody", "--state", state, code=2)
    assert "holds no run" in joinlens("erase", 7, "--state", state / "state", code=2)
    with state.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "is using" in joinlens("erase", 7, "--state", state, code=1)
    assert before == (joinlens("digest", "--state", state), (state / "run.json").read_bytes())
    manifest = load_manifest(state)
    msgspec.structs.replace(manifest, seed=4).write(state)
    assert "something else" in joinlens("erase", 7, "--state", state, code=1)
    msgspec.structs.replace(manifest, partitions=4).write(state)
    assert "--bootstrap" in joinlens("erase", 7, "--state", state, code=2)
    manifest.write(state)
    assert before[0] == joinlens("digest", "--state", state)


def test_it_is_told_in_words(state: Path, joinlens: Said) -> None:
    said = joinlens("erase", 8, "--state", state)
    removed, _, remains = said.partition("\nremains\n")
    assert "person 8 was erased at the close of block" in removed
    assert "identify: events of these accounts, " in removed
    assert remains.count("why: ") == remains.count("until: ") >= 5
    assert "never given back" in remains and "cannot be called back" in remains
    assert max(map(len, said.splitlines())) <= 100 + len(str(state))
