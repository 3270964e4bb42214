"""joinlens quality: one world, three ways to it, and what is wrong with the options."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linkage.decision import Thresholds
from linkage.model import Model
from streams.cli import main
from streams.recording import truth_path

WORLD = ("--people", "300", "--days", "1", "--seed", "11")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["joinlens", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


@pytest.fixture
def joinlens(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """Run a command that must work and return what it prints."""

    def command(*arguments: str) -> str:
        assert run(monkeypatch, *arguments) == 0
        return capfd.readouterr().out

    return command


@pytest.fixture
def found(joinlens: Any) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(joinlens("quality", *WORLD, "--preset", "hard", "--json"))
    return report


def test_the_parts_of_a_report_agree_with_each_other(found: dict[str, Any]) -> None:
    links = found["links"]
    assert links["accounts"] > 1000
    assert 0 < links["correct"] <= links["linked"] < links["accounts"]
    assert links["recall"]["value"] == links["correct"] / links["findable"]
    for by in ("source", "claimed ID number", "account"):
        times = 2 if by == "account" else 1  # these are parted in two ways
        for side in ("links", "baseline"):
            parts = [row[side] for row in found["strata"][by]]
            for count in ("accounts", "findable", "linked", "correct"):
                assert sum(part[count] for part in parts) == times * found[side][count], by


def test_the_chart_at_the_threshold_in_force_is_what_was_decided(found: dict[str, Any]) -> None:
    now, links = found["operating"], found["links"]
    assert now["threshold"] == Thresholds().link == found["thresholds"]["link"]
    assert (now["linked"], now["correct"]) == (links["linked"], links["correct"])
    assert now["f1"]["value"] == pytest.approx(links["f1"]["value"])
    assert found["best"]["f1"]["value"] >= now["f1"]["value"]
    linked = [row["linked"] for row in found["chart"]]
    assert linked == sorted(linked, reverse=True)


def test_other_thresholds_give_the_row_of_the_chart(joinlens: Any, found: dict[str, Any]) -> None:
    options = ("--preset", "hard", "--link-at", "15", "--json")
    other = json.loads(joinlens("quality", *WORLD, *options))
    (row,) = (row for row in found["chart"] if row["threshold"] == 15.0)
    assert other["links"]["linked"] == row["linked"] < found["links"]["linked"]
    assert other["operating"] == row


def test_another_model_can_be_judged(joinlens: Any, found: dict[str, Any], tmp_path: Path) -> None:
    default = Model.default()
    wary = msgspec.structs.replace(default, prior=default.prior / 2**20)
    (tmp_path / "wary.json").write_bytes(wary.encode())
    options = ("--preset", "hard", "--model", str(tmp_path / "wary.json"), "--json")
    other = json.loads(joinlens("quality", *WORLD, *options))
    assert other["model"] == wary.version != found["model"]
    assert other["links"]["linked"] < found["links"]["linked"]


def test_the_linker_finds_what_the_claimed_id_does_not(found: dict[str, Any]) -> None:
    strata = {row["name"]: row for row in found["strata"]["claimed ID number"]}
    assert strata["ID right"]["baseline"]["recall"]["value"] == 1.0
    for name in ("ID missing", "ID mistyped"):
        assert strata[name]["baseline"]["recall"]["value"] == 0.0
        assert strata[name]["links"]["recall"]["low"] > 0.6
    assert found["calibration"]["sure"]["value"] > 0.95


def test_drift_is_told_from_the_world_that_the_model_learned(
    joinlens: Any, found: dict[str, Any]
) -> None:
    usual = json.loads(joinlens("quality", *WORLD, "--json"))["drift"]
    assert (usual["alarm"], found["drift"]["alarm"]) == ("none", "large")
    for one in usual["comparisons"]:
        counts = [level["observed"]["value"] for level in one["levels"]]
        assert sum(counts) == pytest.approx(1.0)


def test_a_finished_run_and_its_recording_give_the_report_of_their_world(
    joinlens: Any, tmp_path: Path
) -> None:
    """The embedded run decided event by event, with usage; the law is that it comes to the same."""
    state, recording = str(tmp_path / "state"), str(tmp_path / "w.jsonl")
    made = json.loads(joinlens("quality", *WORLD, "--json"))
    joinlens("demo", "--once", "--json", "--state", state, *WORLD)
    joinlens("generate", "--out", recording, *WORLD)
    ran = json.loads(joinlens("quality", "--state", state, "--json"))
    played = json.loads(joinlens("quality", "--play", recording, "--json"))
    assert {made.pop("of"), ran.pop("of"), played.pop("of")} == {
        "300 synthetic people, 1 day, seed 11, scenario real_name, preset typical",
        f"run in {state}: 300 synthetic people, 1 day, seed 11, scenario real_name",
        "recording w.jsonl",
    }
    assert made == ran == played


def test_tables_say_every_figure_with_its_interval(joinlens: Any) -> None:
    said = joinlens("quality", *WORLD)
    share = r" +\d+\.\d\d \[\d+\.\d\d, \d+\.\d\d\] %"
    for row in ("links", "claimed ID number alone", "B-cubed, by tenancy", "whole clusters"):
        assert re.search(f"^  {row}({share}){{3}}$", said, re.MULTILINE), row
    assert re.search(rf"^  namesakes +[\d,]+ +[\d,]+({share}){{3}}$", said, re.MULTILINE)
    assert re.search(rf"^ +\+7\.0 +[\d,]+({share}){{3}} now$", said, re.MULTILINE)
    assert re.search(rf"^  \[0\.999, 1\] +[\d,]+ +[\d.]+%{share}$", said, re.MULTILINE)
    assert re.search(
        r"^  name\(.*\) +[\d,]+ +\d\.\d{3} \[.*\] +[+-]\d\.\d\d bits  none$", said, re.MULTILINE
    )
    assert max(map(len, said.splitlines())) <= 130


def test_figures_are_drawn_and_not_drawn_over(
    joinlens: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "figures"
    said = joinlens("quality", *WORLD, "--figures", str(folder))
    paths = [folder / f"{name}.png" for name in ("thresholds", "calibration", "strata")]
    assert said.splitlines()[-3:] == [str(path) for path in paths]
    assert all(path.read_bytes()[:4] == b"\x89PNG" for path in paths)
    assert sorted(folder.iterdir()) == sorted(paths)
    assert run(monkeypatch, "quality", *WORLD, "--figures", str(folder)) == 2
    assert "thresholds.png exists; --force draws over it" in capfd.readouterr().err


def test_without_truth_nothing_can_be_scored(
    joinlens: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    recording = tmp_path / "w.jsonl"
    joinlens("generate", "--out", str(recording), *WORLD)
    truth_path(recording).unlink()
    assert run(monkeypatch, "quality", "--play", str(recording)) == 2
    assert "nobody knows the truth of this recording" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--play", "none.jsonl"), "--play: there is no file none.jsonl"),
        (("--state", "nowhere"), "nowhere holds no run; `joinlens demo --once` makes one"),
        (("--state", "x", "--play", "y.jsonl"), "a run knows its recording, model and thresholds"),
        (("--state", "x", "--link-at", "5"), "a run knows its recording, model and thresholds"),
        (("--preset", "soft"), "got 'soft'; allowed: clean, typical, hard"),
    ],
)
def test_what_is_wrong_is_one_line(
    options: tuple[str, ...],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, "quality", *options) in (1, 2)
    error = capfd.readouterr().err.splitlines()
    assert said in error[-1]
    assert len([line for line in error if not line.startswith("thresholds:")]) == 1
