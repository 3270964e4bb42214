"""joinlens reproduce: what it prints, what it draws and what it refuses."""

import json
import sys
from pathlib import Path

import pytest

from streams.cli import main
from streams.commands import reproduce
from streams.study import load_studies

SMALL = ("reproduce", "--people", "200", "--days", "3", "--seed", "5")
PNG = b"\x89PNG\r\n\x1a\n"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["joinlens", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_it_prints_all_studies_and_says_how_it_judges(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *SMALL) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("200 synthetic people over 3 days, seed 5\n")
    for name in load_studies():
        assert f"\n{name}: " in printed.out
    for words in ("A figure agrees if", "calibrated", "predicts", "differs", "not told", "doi 10."):
        assert words in printed.out
    assert printed.err == ""  # progress is for terminals


def test_the_same_is_printed_again_by_one_process_or_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    some = (*SMALL, "--only", "de_montjoye_2015", "--only", "rocher_2019")
    assert run(monkeypatch, *some) == 0
    alone = capsys.readouterr().out
    monkeypatch.setattr(reproduce, "SMALL", 0)
    assert run(monkeypatch, *some) == 0
    assert capsys.readouterr().out == alone
    assert "golle_2006" not in alone


def test_json_is_one_object_with_the_same_rows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *SMALL, "--only", "rocher_2019", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["people"], told["days"], told["seed"]) == (200, 3, 5)
    (study,) = told["studies"]
    assert study["doi"] == "10.1038/s41467-019-10933-3"
    assert len(study["rows"]) == 8
    first = study["rows"][0]
    assert first["ours"]["low"] <= first["ours"]["value"] <= first["ours"]["high"]
    assert first["verdict"] in ("agrees", "differs")
    assert 0 < first["published"]["value"] <= 1


def test_figures_are_drawn_and_kept_unless_forced(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    some = (*SMALL, "--only", "golle_2006", "--only", "tournier_2022", "--figures", str(folder))
    assert run(monkeypatch, *some) == 0
    said = capsys.readouterr().out
    drawn = sorted(folder.iterdir())
    assert [path.name for path in drawn] == ["golle_2006.png", "tournier_2022.png"]
    for path in drawn:
        assert path.read_bytes().startswith(PNG)
        assert str(path) in said
    assert run(monkeypatch, *some) == 2
    assert "--force" in capsys.readouterr().err
    assert run(monkeypatch, *some, "--force") == 0


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--only", "sweeney_2000"), ("--only", "golle_2006, rocher_2019")),
        (("--people", "9"), ("--people", "10 to 5000000")),
        (("--days", "0"), ("--days", "1 to 115")),
        (("--figures", __file__), ("--figures", "a folder")),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    named: tuple[str, ...],
) -> None:
    assert run(monkeypatch, "reproduce", *arguments) == 2
    said = capsys.readouterr().err
    assert all(words in said for words in named)
    assert "Traceback" not in said


@pytest.mark.prove
def test_the_calibrated_figures_agree_at_the_size_they_were_set_at(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "reproduce", "--json") == 0
    rows = {
        row["what"]: row
        for study in json.loads(capsys.readouterr().out)["studies"]
        for row in study["rows"]
    }
    calibrated = [row for row in rows.values() if row["world"] == "calibrated"]
    assert len(calibrated) >= 6
    assert [row["what"] for row in calibrated if row["verdict"] != "agrees"] == []
    predicted = [row for row in rows.values() if row["world"] == "predicts"]
    assert sum(row["verdict"] == "agrees" for row in predicted) >= 12
    assert rows["Sweeney 2000: ZIP, sex, day of birth"]["verdict"] == "differs"
    assert rows["4 points, 60 million people"]["verdict"] == "not told"
    assert rows["calls, 15 days and the next 15"]["ours"]["control"] < 0.001
