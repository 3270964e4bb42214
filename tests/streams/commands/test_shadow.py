"""A model on its way into a run, by the command line: trained, tried, cut over, explained."""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linkage.model import Model
from linkage.schema import Field
from streams.cases import cases_of
from streams.cli import main
from streams.store.open import open_store
from tests.streams.stages.test_model_change import WARY
from tests.streams.stages.town import MODEL

WORLD = ("--people", "300", "--days", "1", "--seed", "11")
STRANGE = b'{"format":3,"prior":0.5}'


def run(patch: pytest.MonkeyPatch, *arguments: str) -> int:
    patch.setattr(sys, "argv", ["joinlens", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


@pytest.fixture
def joinlens(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """Run a command that must work and return what it prints."""

    def command(*arguments: str) -> str:
        assert run(monkeypatch, *arguments) == 0, capfd.readouterr().err
        return capfd.readouterr().out

    return command


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model, and four runs of one world: old, tried, changed under way, new."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "model.json").write_bytes(MODEL.encode())
    (folder / "wary.json").write_bytes(WARY.encode())
    model, wary = str(folder / "model.json"), str(folder / "wary.json")
    options = {
        "old": ("--model", model),
        "tried": ("--model", model, "--shadow", wary),
        "changed": ("--model", model, "--shadow", wary, "--cutover", "9"),
        "new": ("--model", wary),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, given in options.items():
            state = str(folder / name)
            assert run(patch, "demo", "--once", "--json", "--state", state, *WORLD, *given) == 0
    return folder


def held(folder: Path) -> dict[Any, Any]:
    """Who holds what, and by how much."""
    store = open_store(str(folder / "demo" / "embedded" / "state"))
    return {
        case.name: (case.tenancy.status, case.tenancy.person, case.tenancy.weight)
        for case in cases_of(store)
    }


def test_a_shadow_leaves_the_digest_and_a_cut_over_ends_with_the_new_models_links(
    joinlens: Any, place: Path
) -> None:
    digests = {
        name: joinlens("digest", "--state", str(place / name)) for name in ("old", "tried", "new")
    }
    assert digests["old"] == digests["tried"] != digests["new"]
    assert held(place / "old") == held(place / "tried") != held(place / "new")
    assert held(place / "changed") == held(place / "new")


def test_the_live_shadow_says_what_trying_the_model_later_says(joinlens: Any, place: Path) -> None:
    live = json.loads(joinlens("shadow", "--state", str(place / "tried"), "--json"))
    wary = str(place / "wary.json")
    later = joinlens("shadow", "--state", str(place / "old"), "--model", wary, "--json")
    assert json.loads(later) == live
    assert live["models"] == [MODEL.version, WARY.version]
    before, after = held(place / "old"), held(place / "new")
    assert live["tenancies"] == len(before)
    lost = sum(before[n][0] == "linked" and after[n][0] == "unlinked" for n in before)
    down = sum(before[n][0] == "linked" and after[n][0] == "review" for n in before)
    assert (live["kinds"].get("lost", 0), live["kinds"]["lost to review"]) == (lost, down)
    assert live["differ"] == sum(live["kinds"].values()) == sum(r["count"] for r in live["rows"])
    assert {row["reason"] for row in live["rows"]} == {"prior"}


def test_what_a_cut_over_changed_can_be_looked_back_at(joinlens: Any, place: Path) -> None:
    old = str(place / "changed" / "demo" / "embedded" / "model.json")
    back = json.loads(
        joinlens("shadow", "--state", str(place / "changed"), "--model", old, "--json")
    )
    assert back["models"] == [WARY.version, MODEL.version]
    live = json.loads(joinlens("shadow", "--state", str(place / "tried"), "--json"))
    assert back["differ"] == live["differ"] > 0
    assert back["kinds"]["gained from review"] == live["kinds"]["lost to review"]


def test_a_run_is_explained_by_the_model_that_decided_it(joinlens: Any, place: Path) -> None:
    live = json.loads(joinlens("shadow", "--state", str(place / "tried"), "--json"))
    tenancy = next(iter(live["rows"][0]["examples"]))
    account = tenancy.split("/")[1]
    for name, model in (("old", MODEL), ("changed", WARY), ("new", WARY)):
        said = json.loads(joinlens("explain", account, "--state", str(place / name), "--json"))
        assert said["explanation"]["model"] == model.version
        assert said["explanation"]["weight"] == pytest.approx(held(place / name)[_name(tenancy)][2])
        assert "changed" not in said
    wary = str(place / "wary.json")
    text = joinlens("explain", account, "--state", str(place / "old"), "--model", wary)
    assert f"model {MODEL.version} -> {WARY.version}" in text
    change = WARY.prior_bits - MODEL.prior_bits
    bits, _, label = text.splitlines()[-1].strip().partition("  ")
    assert (float(bits), label) == (pytest.approx(change, abs=0.001), "prior")


def _name(tenancy: str) -> tuple[str, str, int]:
    source, account, start = tenancy.split("/")
    return source, account, int(start)


def test_text_for_people_names_kinds_reasons_and_tenancies(joinlens: Any, place: Path) -> None:
    live = json.loads(joinlens("shadow", "--state", str(place / "tried"), "--json"))
    lines = joinlens("shadow", "--state", str(place / "tried")).splitlines()
    assert lines[0].endswith(f"{live['differ']:,} of {live['tenancies']:,} tenancies change")
    row = live["rows"][0]
    for tenancy, one in row["examples"].items():
        old, new = one["weights"]
        said = f"{tenancy}, person {one['person']}: {old:.2f} -> {new:.2f} bits"
        assert said in map(str.strip, lines)
    few = joinlens("shadow", "--state", str(place / "tried"), "--examples", "0").splitlines()
    assert len(few) == len(lines) - sum(len(r["examples"]) for r in live["rows"])


def test_a_run_and_its_recording_train_the_same_model(
    joinlens: Any, place: Path, tmp_path: Path
) -> None:
    models = {}
    joinlens("generate", "--out", str(tmp_path / "w.jsonl"), *WORLD)
    for option, given in (("--from-run", place / "old"), ("--play", tmp_path / "w.jsonl")):
        out = tmp_path / f"{option}.json"
        joinlens("train", option, str(given), "--out", str(out))
        models[option] = Model.load(out)
    run_, played = models.values()
    assert played.report.settings["recording"] == "w.jsonl"
    assert (run_.report.settings["people"], run_.report.settings["world seed"]) == (300, 11)
    for field in ("prior", "comparisons", "frequencies", "dependence", "schema"):
        assert getattr(run_, field) == getattr(played, field)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("demo", "--once", "--cutover", "3"), "--cutover: it says when the model of --shadow"),
        (("demo", "--once", "--model", "{}/none.json"), "--model: [Errno 2] No such file"),
        (("demo", "--once", "--shadow", "{}/strange.json"), "--shadow: {}/strange.json: model: "),
        (("demo", "--once", "--model", "{}/other.json"), "its schema has colour; the pipeline's"),
        (("worker", "--cutover", "-2"), "allowed: whole numbers from -1 to 8760"),
        (("shadow", "--state", "{}/old"), "--model: the run in {}/old has no shadow"),
        (("shadow", "--state", "{}/changed"), "the shadow decides since the close of block 9"),
        (("shadow", "--state", "{}/nowhere"), "--state: {}/nowhere holds no run"),
        (("train", "--out", "{}/m.json", "--from-run", "{}/nowhere"), "--from-run: {}/nowhere"),
        (("train", "--out", "{}/no/m.json"), "--out: there is no folder {}/no"),
        (("train", "--out", "m.json", "--from-run", "x", "--play", "y"), "not on both"),
    ],
)
def test_what_does_not_go_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    place: Path,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    (place / "strange.json").write_bytes(STRANGE)
    colour = (*MODEL.schema.fields, Field("colour", "name"))
    schema = msgspec.structs.replace(MODEL.schema, fields=colour)
    other = msgspec.structs.replace(MODEL, schema=schema).encode()
    (place / "other.json").write_bytes(other)
    assert run(monkeypatch, *(one.format(place) for one in arguments)) == 2
    found = capfd.readouterr()
    assert found.out == ""
    (line,) = found.err.splitlines()
    assert line.startswith("joinlens: ") and said.format(place) in line


def test_a_state_of_other_models_than_its_manifest_names_is_not_explained(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], place: Path, tmp_path: Path
) -> None:
    folder = place / "old" / "demo" / "embedded"
    kept = (folder / "model.json").read_bytes()
    (folder / "model.json").write_bytes(WARY.encode())
    try:
        assert run(monkeypatch, "explain", "x", "--state", str(place / "old")) == 2
    finally:
        (folder / "model.json").write_bytes(kept)
    assert f"it was decided by model {MODEL.version}" in capfd.readouterr().err
