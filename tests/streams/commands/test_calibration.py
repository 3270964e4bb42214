"""joinlens world: what it prints, what it draws and what it refuses."""

import json
import sys
from pathlib import Path

import pytest

from streams.cli import main
from streams.commands import calibration

SMALL = ("world", "--people", "400", "--days", "2", "--seed", "5")
PNG = b"\x89PNG\r\n\x1a\n"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["joinlens", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def _flat(box: str) -> str:
    """What an error box says, as one line."""
    return " ".join(box.replace("│", " ").split())


def test_it_prints_what_is_in_the_world_beside_what_is_aimed_at(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *SMALL, "--preset", "hard") == 0
    said = capsys.readouterr().out
    assert said.startswith("400 people in ")
    assert "seed 5, preset hard" in said
    for line in (
        *("accounts registered", "events issued", "singled out by known points"),
        *("calls: hour x cell, 4", "95 % (de Montjoye 2013)", "aim: 18% wrong"),
        *("typo_surname", "ID borrowed", "delivered twice", "retracted"),
    ):
        assert line in said
    assert max(len(line) for line in said.splitlines()) <= 110


def test_json_is_one_object_with_the_same_figures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *SMALL, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["people"], report["days"], report["seed"]) == (400, 2, 5)
    assert report["preset"] == "typical"
    calls = next(e for e in report["events"] if (e["kind"], e["op"]) == ("cdr", "create"))
    assert calls["per_person_day"] == pytest.approx(calls["count"] / 800)
    four = report["unicity"]["calls: hour x cell"][3]
    assert 0 <= four["low"] <= four["value"] <= four["high"] <= 1


def test_figures_are_drawn_into_a_folder_that_is_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "figures"
    assert run(monkeypatch, *SMALL, "--figures", str(folder)) == 0
    said = capsys.readouterr().out
    drawn = {path.stem for path in folder.iterdir()}
    assert drawn == set(calibration.NAMES) - {"visits"}  # there are two places to go
    for path in folder.iterdir():
        assert path.read_bytes().startswith(PNG)
    for name in calibration.NAMES:
        assert f"{folder / name}.png" in said
    assert said.count("not drawn") == 1


def test_a_figure_that_exists_is_drawn_over_only_when_forced(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    mine = tmp_path / "unicity.png"
    mine.write_text("mine")
    assert run(monkeypatch, *SMALL, "--figures", str(tmp_path)) == 2
    said = capsys.readouterr()
    assert "--force" in said.err
    assert said.out == ""
    assert mine.read_text() == "mine"
    assert run(monkeypatch, *SMALL, "--figures", str(tmp_path), "--force") == 0
    assert mine.read_bytes().startswith(PNG)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--preset", "worse"), ("--preset", "clean, typical, hard")),
        (("--scenario", "none"), ("--scenario", "real_name")),
        (("--people", "0"), ("--people", "10 to 5000000")),
        (("--days", "116"), ("--days", "1 to 115")),
        (("--figures", __file__), ("--figures", "a folder")),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    named: tuple[str, ...],
) -> None:
    assert run(monkeypatch, "world", *arguments) == 2
    said = capsys.readouterr().err
    assert all(word in _flat(said) for word in named)
    assert "Traceback" not in said


def test_without_the_library_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "streams.synthetic.calibration.figures", None)
    assert run(monkeypatch, *SMALL, "--figures", str(tmp_path / "f")) == 2
    assert "pip install 'joinlens[figures]'" in _flat(capsys.readouterr().err)
    assert not (tmp_path / "f").exists()
