"""joinlens risk: what a finished demo is asked, and what is wrong with the question."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linkage.privacy.adversary import load_adversaries
from linkage.privacy.metric import load_metrics
from streams.cli import main
from streams.commands.look import opened
from streams.recording import truth_path
from streams.risk.standing import standing
from streams.store.open import open_store

WORLD = ("--people", "250", "--days", "1", "--seed", "11")
JOINED = "phone+bank+internet"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["joinlens", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A finished demo that played a hard recording, which has its truth beside it."""
    folder = tmp_path_factory.mktemp("state")
    recording = ("--play", str(folder / "w.jsonl"))
    with pytest.MonkeyPatch.context() as patched:
        made = ("--out", str(folder / "w.jsonl"), "--preset", "hard", *WORLD)
        assert run(patched, "generate", *made) == 0
        assert run(patched, "demo", "--once", "--json", "--state", str(folder), *recording) == 0
    return str(folder)


Ask = Callable[..., Any]


@pytest.fixture
def risk(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], state: str) -> Ask:
    """Ask about the run and return what is printed."""

    def ask(*arguments: str) -> str:
        assert run(monkeypatch, "risk", "--state", state, *arguments) == 0
        return capfd.readouterr().out

    return ask


def test_without_options_every_view_and_metric_is_told(risk: Ask) -> None:
    said = risk()
    found = json.loads(risk("--json"))
    views = [view["view"] for view in found["views"]]
    assert views[0] == "phone" and views[6:] == [JOINED, f"{JOINED}@security"]
    for name in views:
        assert len(re.findall(rf"^  {re.escape(name)} ", said, re.MULTILINE)) > 3
    metrics = {name.partition("/")[0] for view in found["views"] for name in view["figures"]}
    assert metrics <= load_metrics().keys()
    for name in {"misidentification", "unicity", "shapley"} & metrics:
        assert name in said
    assert "any 2 points of a person's trace" in said
    assert "95 % intervals" in said
    for view in found["views"]:
        for figure in view["figures"].values():
            assert figure["low"] <= figure["value"] <= figure["high"]


def test_a_metric_is_explained(risk: Ask) -> None:
    said = risk("--metric", "misidentification", "--metric", "linkability")
    for metric in (load_metrics()[name] for name in ("misidentification", "linkability")):
        for words in (metric.question, metric.formula, metric.paper, metric.must_not_be_read_as):
            assert words in said
    assert "unicity" not in said
    found = json.loads(risk("--metric", "unicity", "--json"))
    assert {name for view in found["views"] for name in view["figures"]} == {"unicity"}


def test_another_adversary_knows_more(risk: Ask) -> None:
    few, many = (json.loads(risk("--points", points, "--json")) for points in ("1", "6"))
    for a, b in zip(few["views"], many["views"], strict=True):
        assert a["figures"]["bits"] == b["figures"]["bits"]  # not against the adversary
        assert a["figures"]["unicity"]["value"] <= b["figures"]["unicity"]["value"]
    assert few["views"][6]["figures"]["unicity"] != many["views"][6]["figures"]["unicity"]
    assert many["adversary"]["holds"] == "any 6 points of a person's trace"


@pytest.mark.parametrize("name", load_adversaries())
def test_every_adversary_may_attack(risk: Ask, name: str) -> None:
    found = json.loads(risk("--adversary", name, "--error", "0.5", "--coverage", "0.5", "--json"))
    assert found["adversary"]["name"] == name
    assert (found["adversary"]["error"], found["adversary"]["coverage"]) == (0.5, 0.5)
    assert all("unicity" in view["figures"] for view in found["views"])


def test_one_person(risk: Ask, state: str) -> None:
    people = json.loads(risk("--groups", "--json"))["people"]
    _, choice, cells = opened(state)
    person = str(standing(open_store(cells), choice.plan()).person[3])
    found = json.loads(risk("--person", person, "--json"))
    assert found["people"] == people
    assert {view["view"] for view in found["views"]} >= {"phone", JOINED}
    said = risk("--person", person)
    assert "how exposed somebody is, never how good or bad" in said
    assert "alike" in said and "points known" in said


def test_groups(risk: Ask) -> None:
    said = risk("--groups")
    assert "nobody is named, ranked or scored" in said
    for word in ("age:", "namesakes:", "numbers:", "one alone", "no join does"):
        assert word in said
    found = json.loads(risk("--groups", "--json"))
    assert [one["figure"] for one in found["figures"]][1] == "unicity"


def test_the_truth_and_its_figure(
    risk: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    said = risk("--truth")
    assert "with truth" in said and "ECE of m" in said and "0.70 " not in said
    folder = tmp_path / "drawn"
    drawn = risk("--truth", "--figures", str(folder))
    assert drawn.splitlines()[-1] == str(folder / "precision.png")
    assert (folder / "precision.png").read_bytes()[:4] == b"\x89PNG"
    assert re.search(r"^  0\.70 +vulnerability, blind", drawn, re.MULTILINE)
    assert run(monkeypatch, "risk", "--state", state, "--truth", "--figures", str(folder)) == 2
    again = json.loads(risk("--truth", "--json", "--figures", str(folder), "--force"))
    assert [row["precision"] for row in again["spoiled"]] == [1.0, 0.95, 0.9, 0.8, 0.7]
    found = json.loads(risk("--truth", "--json"))
    (joined,) = (view for view in found["views"] if view["view"] == JOINED)
    assert joined["figures"]["misidentification"]["measured"]["estimand"] == "census"


def test_how_soon_people_are_identified_is_drawn(risk: Ask, tmp_path: Path) -> None:
    drawn = risk("--metric", "time_to_identification", "--figures", str(tmp_path / "new"))
    path = tmp_path / "new" / "time_to_identification.png"
    assert drawn.splitlines()[-1] == str(path)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_without_truth_nothing_is_right_or_wrong(
    risk: Ask, state: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    truth = truth_path(Path(state) / "w.jsonl")
    aside = truth.rename(truth.with_suffix(".aside"))
    assert run(monkeypatch, "risk", "--state", state, "--truth") == 2
    assert "nobody knows the truth of this recording" in capfd.readouterr().err
    assert "recording w.jsonl" in risk()  # all else is told without it
    aside.rename(truth)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--metric", "risk"), "got 'risk'; allowed: attribute_inference"),
        (("--adversary", "spy"), "got 'spy'; allowed: acquaintance"),
        (("--points", "0"), "points: got 0, needs 1 or more"),
        (("--error", "2"), "error: got 2.0, needs a share from 0 to 1"),
        (("--person", "987654"), "person 987654: has no point in this run"),
        (("--groups", "--truth"), "one question at a time"),
        (("--figures", "x", "--groups"), "neither a person nor groups have a figure"),
    ],
)
def test_what_is_wrong_is_one_line(
    options: tuple[str, ...],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    state: str,
) -> None:
    assert run(monkeypatch, "risk", "--state", state, *options) in (1, 2)
    (line,) = capfd.readouterr().err.splitlines()
    assert said in line


def test_no_run_is_no_risk(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "risk", "--state", "nowhere") == 2
    assert "nowhere holds no run; `joinlens demo --once` makes one" in capfd.readouterr().err
