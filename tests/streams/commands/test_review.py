"""joinlens review: what is shown and stored, and that a demo which plays it does as was said."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streams.cli import main
from streams.verdicts import ClerkVerdict, decode_verdict

WORLD = ("--people", "250", "--days", "1", "--seed", "3")
# Strict thresholds leave a clerk enough to do in a small world.
STRICT = ("--link-at", "22")
Said = Callable[..., str]


@pytest.fixture
def joinlens(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Said:
    def run(*arguments: object, code: int = 0, keys: str = "") -> str:
        monkeypatch.setattr(sys, "argv", ["joinlens", *map(str, arguments)])
        pressed: Iterator[str] = iter(keys)
        monkeypatch.setattr("typer.getchar", lambda: next(pressed, "q"))
        with pytest.raises(SystemExit) as left:
            main()
        found = capfd.readouterr()
        assert int(left.value.code or 0) == code, found.err
        return found.err if code else found.out

    return run


@pytest.fixture
def demo(joinlens: Said) -> Callable[..., dict[str, Any]]:
    def run(folder: Path, *more: object) -> dict[str, Any]:
        out = joinlens("demo", "--once", "--json", "--state", folder, *WORLD, *STRICT, *more)
        found: dict[str, Any] = json.loads(out)
        return found

    return run


def lines(path: Path) -> list[ClerkVerdict]:
    return [decode_verdict(line) for line in path.read_bytes().splitlines()]


def test_a_sitting_is_stored_and_played(
    tmp_path: Path, joinlens: Said, demo: Callable[..., dict[str, Any]]
) -> None:
    plain, file = demo(tmp_path / "a"), tmp_path / "said" / "v.jsonl"
    options = ("--state", tmp_path / "a", "--verdicts", file)
    queue = joinlens("review", "--list", *options).splitlines()
    assert len(queue) - 1 == plain["reviews"] > 5
    worth = [float(line.split()[0]) for line in queue[1:]]
    assert worth == sorted(worth, reverse=True)
    clock = ("--reviewer", "clerk-17", "--time", "2026-11-24T10:15:58.123Z")
    shown = joinlens("review", *options, *clock, keys="lnsluq")
    assert "registration 1 of" in shown and "match weight" in shown
    assert [v.verdict for v in lines(file)] == ["link", "non-link", "link", "undo"]
    assert lines(file)[0].time == "2026-11-24T10:15:58.123Z"
    assert {v.reviewer for v in lines(file)} == {"clerk-17"}
    left = joinlens("review", "--list", *options).splitlines()
    assert len(left) == len(queue) - 2  # one linked, one without anybody else
    played = demo(tmp_path / "b", "--verdicts", file)
    assert played["events"] == plain["events"] + 4 == sum(played["outcomes"].values())
    assert played["digest"] != plain["digest"]
    first, second = lines(file)[0], lines(file)[1]
    assert ": linked\nverdict " in _why(joinlens, tmp_path / "b", first.subject)
    assert "non-link, person" in _why(joinlens, tmp_path / "b", second.subject)
    # What is in the run and in the file counts once.
    again = ("--state", tmp_path / "b", "--verdicts", file)
    assert joinlens("review", "--list", *again).splitlines() == left
    assert demo(tmp_path / "c", "--verdicts", file)["digest"] == played["digest"]


def _why(joinlens: Said, state: Path, account: str) -> str:
    return joinlens("explain", account, "--state", state)


def test_the_order_and_repetition_of_a_file_change_nothing(
    tmp_path: Path, joinlens: Said, demo: Callable[..., dict[str, Any]]
) -> None:
    demo(tmp_path / "a")
    file = tmp_path / "v.jsonl"
    joinlens("review", "--state", tmp_path / "a", "--verdicts", file, keys="lnlunlq")
    back = tmp_path / "back.jsonl"
    back.write_bytes(b"".join(reversed(file.read_bytes().splitlines(keepends=True))))
    played = [demo(tmp_path / f.stem, "--verdicts", f) for f in (file, back)]
    assert played[0]["digest"] == played[1]["digest"]
    twice = tmp_path / "twice.jsonl"
    twice.write_bytes(file.read_bytes() * 2)
    again = demo(tmp_path / "t", "--verdicts", twice)
    assert again["links"] == played[0]["links"]
    more = again["outcomes"]["duplicate"] - played[0]["outcomes"]["duplicate"]
    assert more == len(lines(file))


def test_an_account_may_be_asked_about_whatever_is_decided_of_it(
    tmp_path: Path, joinlens: Said, demo: Callable[..., dict[str, Any]]
) -> None:
    demo(tmp_path / "a")
    file = tmp_path / "v.jsonl"
    options = ("--state", tmp_path / "a", "--verdicts", file)
    first, second = joinlens("review", "--list", *options).splitlines()[1:3]
    account, person = first.split("/")[1], int(second.split()[2])
    shown = joinlens("review", account, "--person", person, *options, keys="l")
    assert f"is it person {person}?" in shown
    (said,) = lines(file)
    assert (said.subject, said.person, said.verdict) == (account, person, "link")
    demo(tmp_path / "b", "--verdicts", file)
    played = ("--state", tmp_path / "b", "--verdicts", file)
    joinlens("review", account, *played, keys="u")
    assert [v.verdict for v in lines(file)] == ["link", "undo"]
    assert demo(tmp_path / "c", "--verdicts", file)["links"] == demo(tmp_path / "d")["links"]


def test_costs_choose_the_thresholds_and_are_kept_with_the_run(
    tmp_path: Path, joinlens: Said
) -> None:
    costs = ("--cost-false-link", "4000", "--cost-missed-link", "1", "--cost-review", "0.25")
    joinlens("demo", "--once", "--state", tmp_path, *WORLD, *costs)
    kept = json.loads((tmp_path / "demo" / "embedded" / "run.json").read_text())
    assert kept["thresholds"]["link"] == pytest.approx(13.9656, abs=1e-3)
    none = ("--verdicts", tmp_path / "none.jsonl", "--state", tmp_path)
    asked = len(joinlens("review", "--list", *none).splitlines())
    cheaper = joinlens("review", "--list", *none, "--link-at", "3")
    dearer = joinlens("review", "--list", *none, "--link-at", "40")
    assert len(cheaper.splitlines()) < asked < len(dearer.splitlines())


WRONG = [
    (("--cost-false-link", "20"), "give both"),
    (("--cost-false-link", "20", "--cost-missed-link", "1", "--link-at", "3"), "not from both"),
    (("--cost-false-link", "0", "--cost-missed-link", "1"), "numbers above 0"),
    (("--link-at", "x"), "numbers from -1000 to 1000"),
    (("--link-at", "-3"), r"link -3.0 must not lie below review 0.0"),
]


@pytest.mark.parametrize(("options", "said"), WRONG)
@pytest.mark.parametrize("command", ["demo", "worker", "review"])
def test_thresholds_that_do_not_go_together_are_one_line(
    tmp_path: Path, joinlens: Said, command: str, options: tuple[str, ...], said: str
) -> None:
    (line,) = joinlens(command, "--state", tmp_path, *options, code=2).splitlines()
    assert re.search(said, line)


def test_what_a_clerk_can_mend_is_one_line(
    tmp_path: Path, joinlens: Said, demo: Callable[..., dict[str, Any]]
) -> None:
    demo(tmp_path)
    file = tmp_path / "v.jsonl"
    file.write_text('{"verdict":"link","v":1}\n')
    for arguments, code, said in [
        (("--reviewer", "Bo Li"), 2, "never a name"),
        (("--time", "noon"), 2, "such as 2026-11-24T10:15:58.123Z"),
        (("nobody",), 2, "no registration of 'nobody'"),
        (("--person", "5"), 2, "an ACCOUNT"),
        (("--verdicts", str(file)), 1, "line 1: missing_field"),
        (("--bootstrap", "127.0.0.1:1"), 1, "no Kafka answers"),
    ]:
        (line,) = joinlens("review", "--state", tmp_path, *arguments, code=code).splitlines()
        assert said in line and "Bo Li" not in line


def test_without_a_terminal_it_says_so(
    tmp_path: Path,
    joinlens: Said,
    demo: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    demo(tmp_path)

    def no_terminal() -> str:
        raise OSError(6, "No such device or address")

    monkeypatch.setattr("streams.commands.review._pressed", no_terminal)
    options = ("--state", tmp_path, "--verdicts", tmp_path / "v.jsonl")
    assert "--list prints the queue" in joinlens("review", *options, code=1)


def test_a_recording_may_hold_verdicts_too(
    tmp_path: Path, joinlens: Said, demo: Callable[..., dict[str, Any]]
) -> None:
    demo(tmp_path / "a")
    file = tmp_path / "v.jsonl"
    joinlens("review", "--state", tmp_path / "a", "--verdicts", file, keys="lnq")
    recording = tmp_path / "w.jsonl"
    joinlens("generate", "--out", recording, *WORLD)
    whole = recording.read_bytes().splitlines(keepends=True)
    place = 1 + next(i for i, line in enumerate(whole) if line.startswith(b'{"marker":-1'))
    both = tmp_path / "both.jsonl"
    both.write_bytes(b"".join([*whole[:place], file.read_bytes(), *whole[place:]]))
    played = joinlens("demo", "--once", "--json", "--play", both, "--state", tmp_path, *STRICT)
    wanted = demo(tmp_path / "b", "--verdicts", file)
    assert msgspec.json.decode(played)["digest"] == wanted["digest"]
