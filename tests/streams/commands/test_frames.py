"""joinlens import: what it prints, and what it says in one line when it cannot."""

import sys
from pathlib import Path

import pytest

from streams.cli import main
from streams.playback import load_recording_manifest
from tests.streams.importing.tables import BAD, KEY, MAP, TOWN, write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JOINLENS_KEY", KEY)
    write(tmp_path / "t.csv", TOWN)
    write(tmp_path / "bad.csv", BAD)
    (tmp_path / "m.toml").write_text(MAP, encoding="utf-8")
    (tmp_path / "letters.toml").write_text('names = "letters"\n' + MAP, encoding="utf-8")
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["joinlens", "import", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def test_it_says_what_it_wrote(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "t.csv", "--map", "m.toml", "--out", "o.jsonl.gz") == 0
    said = capfd.readouterr()
    assert said.out == "2 registry entries, 1 registrations: o.jsonl.gz\n"
    assert said.err == ""
    assert load_recording_manifest(folder / "o.jsonl.gz") is not None


def test_standard_output_has_the_messages_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "t.csv", "--map", "m.toml", "--out", "-") == 0
    said = capfd.readouterr()
    assert said.err == "2 registry entries, 1 registrations: -\n"
    assert said.out.splitlines()[2] == '{"marker":-1,"last":false}'
    assert len(said.out.splitlines()) == 2 + 1 + 1 + 27


def test_weak_names_and_what_is_left_out_are_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    options = ("--map", "letters.toml", "--out", "o.jsonl", "--skip-bad", "rows")
    assert run(monkeypatch, "bad.csv", *options) == 0
    said = capfd.readouterr().err.splitlines()
    assert said[0] == "5 rows left out"
    assert said[1:-1] == [f"1 {f} unfit" for f in ("birth", "entity", "mail", "phone", "sex")]
    assert said[-1].startswith("warning: names = 'letters' keeps how often each letter occurs")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.csv", "--map", "m.toml", "--out", "o.jsonl"), "FRAME: there is no file none.csv"),
        (("t.csv", "--map", "none.toml", "--out", "o.jsonl"), "--map: there is no file none.toml"),
        (("t.csv", "--map", "m.toml", "--out", "o.txt"), "--out: o.txt is no name of a recording"),
        (("t.csv", "--map", "m.toml", "--out", "no/o.jsonl"), "--out: there is no folder no"),
        (("t.csv", "--map", "m.toml", "--out", "there.jsonl"), "--out: there.jsonl exists"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_its_option(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    (folder / "there.jsonl").write_text("mine")
    before = sorted(path.name for path in folder.iterdir())
    assert run(monkeypatch, *arguments) == 1
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"joinlens: {said}")
    assert len(told.err.splitlines()) == 1
    assert sorted(path.name for path in folder.iterdir()) == before
    assert (folder / "there.jsonl").read_text() == "mine"


def test_force_replaces(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        assert run(monkeypatch, "t.csv", "--map", "m.toml", "--out", "o.jsonl", "--force") == 0
    assert run(monkeypatch, "t.csv", "--map", "m.toml", "--out", "o.jsonl") == 1


def test_a_value_is_never_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "bad.csv", "--map", "m.toml", "--out", "o.jsonl") == 1
    said = capfd.readouterr().err
    assert "5 unfit values" in said
    assert not any(value in said for row in BAD for value in row.values() if len(value) > 4)
    assert not any(path.name.startswith("o.") for path in folder.iterdir())


def test_a_short_key_is_refused_and_not_repeated(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    options = ("--map", "m.toml", "--out", "o.jsonl", "--key", "hunter2")
    assert run(monkeypatch, "t.csv", *options) == 2
    said = capfd.readouterr().err
    assert "got 7 characters; allowed: at least 16" in " ".join(said.replace("│", "").split())
    assert "hunter2" not in said


def test_the_key_of_the_command_line_wins(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = []
    for options in ((), ("--key", KEY), ("--key", KEY + "!")):
        run(monkeypatch, "t.csv", "--map", "m.toml", "--out", "o.jsonl", "--force", *options)
        manifest = load_recording_manifest(folder / "o.jsonl")
        assert manifest is not None
        hashes.append(manifest.sha256)
    assert hashes[0] == hashes[1] != hashes[2]
