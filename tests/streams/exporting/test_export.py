"""joinlens export: its points give the figures of the run, its truth scores the links."""

import json
import shutil
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from linkage.privacy.adversary import Knowledge, load_adversaries
from linkage.privacy.frames import How, measure
from linkage.privacy.metric import figures, load_metrics
from streams.cli import main
from streams.commands.look import opened
from streams.exporting.bundle import load_export_manifest
from streams.risk.standing import standing
from streams.store.open import open_store

WORLD = ("--people", "500", "--days", "1", "--seed", "11")
SEED = 11
Command = Callable[..., int]


@pytest.fixture(scope="module")
def command() -> Command:
    def run(*arguments: str) -> int:
        with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as left:
            patch.setattr(sys, "argv", ["joinlens", *arguments])
            main()
        return int(left.value.code or 0)

    return run


@pytest.fixture(scope="module")
def state(command: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    assert command("demo", *WORLD, "--once", "--json", "--state", str(folder)) == 0
    return folder


@pytest.fixture(scope="module")
def out(command: Command, state: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports") / "made" / "here"
    assert command("export", "--state", str(state), "--out", str(folder)) == 0
    return folder


def read(folder: Path) -> dict[str, pd.DataFrame]:
    names = ("points", "links", "people", "truth")
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}


def of_the_run(state: Path, points: int, adversary: str) -> dict[tuple[frozenset[str], str], Any]:
    """Every figure of every view of the finished run, as `joinlens risk` has it."""
    _, choice, cells = opened(str(state))
    stand = standing(open_store(cells), choice.plan())
    who, metrics = load_adversaries()[adversary], load_metrics()
    del_ = "time_to_identification"  # a frame has no order of arrival
    return {
        (frozenset(context.view.sources), name): estimate
        for context in stand.contexts(who, Knowledge(points))
        if context.view.purpose is None
        for name, estimate in figures(metrics, context).items()
        if name != del_
    }


@pytest.mark.parametrize(("points", "adversary"), [(2, "points"), (1, "points_per_source")])
def test_the_points_give_the_figures_of_the_run(
    state: Path, out: Path, points: int, adversary: str
) -> None:
    tables, expected = read(out), of_the_run(state, points, adversary)
    found = measure(
        tables["points"],
        adversary=adversary,
        seed=SEED,
        how=How(points=points, sample=1000),
        links=tables["links"],
    )
    assert len(found) == len(expected) > 140
    for row in found.itertuples():
        name = f"{row.metric}/{row.part}" if row.part else str(row.metric)
        run = expected[frozenset(str(row.view).split("+")), name]
        got = row.value, row.low, row.high, row.n
        assert got == pytest.approx((run.value, run.low, run.high, run.n), abs=1e-12), name
        assert row.estimand == run.estimand
        if run.control is not None:
            assert row.control == pytest.approx(run.control, abs=1e-12)


def test_points_alone_leave_out_only_the_doubt_of_accounts_without_any(out: Path) -> None:
    tables = read(out)
    alone, both = (
        measure(tables["points"], seed=SEED, links=links) for links in (None, tables["links"])
    )
    doubted = ["contaminated", "correct_identification", "misidentification"]
    rest = ~alone["metric"].isin(doubted)
    pd.testing.assert_frame_equal(alone[rest], both[rest])
    assert (alone["value"] - both["value"]).abs().max() < 0.01


def test_a_point_is_a_usage_of_a_linked_account(out: Path) -> None:
    tables = read(out)
    key = ["source", "account", "start"]
    points, links = (tables[name].astype({"source": str}) for name in ("points", "links"))
    together = points.merge(links, on=key, how="left", validate="many_to_one")
    assert (together["status"] == "linked").all()
    assert (together["person_x"] == together["person_y"]).all()
    assert (together["probability_x"] == together["probability_y"]).all()
    assert not links.duplicated(key).any()
    assert links.loc[links["person"].isna(), "probability"].isna().all()
    assert set(points["person"]) <= set(tables["people"]["person"])


def test_the_truth_scores_the_links_as_the_run_did(
    command: Command, state: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = read(out)
    both = (
        tables["links"]
        .astype({"source": str})
        .merge(tables["truth"], on=["source", "account", "start"])
    )
    linked = both[both["status"] == "linked"]
    capsys.readouterr()
    assert command("quality", "--state", str(state), "--json") == 0
    scored = json.loads(capsys.readouterr().out)["links"]
    assert len(linked) == scored["linked"]
    assert (linked["person"] == linked["described"]).sum() == scored["correct"]
    assert (linked["holder"] != linked["described"]).any()  # a relative's SIM, a borrowed ID


def test_the_manifest_vouches_for_the_files(out: Path, state: Path) -> None:
    manifest = load_export_manifest(out)
    assert (manifest.seed, manifest.people, manifest.days) == (SEED, 500, 1)
    assert len(manifest.config_hash) == 32 and len(manifest.digest) == 32
    assert manifest.cells_per_row == 2
    assert set(manifest.files) == {p.name for p in out.iterdir()} - {"manifest.json"}
    for name, file in manifest.files.items():
        content = (out / name).read_bytes()
        assert (file.bytes, file.sha256) == (len(content), sha256(content).hexdigest())
        frame = pd.read_parquet(out / name)
        assert (file.rows, list(file.columns)) == (len(frame), list(frame.columns))


def test_nothing_is_overwritten_without_force(
    command: Command, state: Path, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(out, tmp_path / "copy")
    there = str(tmp_path / "copy")
    assert command("export", "--state", str(state), "--out", there) == 2
    assert "--out: " in (said := capsys.readouterr().err) and "--force to replace it" in said
    csv = ("export", "--state", str(state), "--out", there, "--format", "csv", "--force")
    assert command(*csv) == 0
    assert {p.suffix for p in (tmp_path / "copy").iterdir()} == {".json", ".csv"}
    points = pd.read_csv(tmp_path / "copy" / "points.csv", dtype={"account": str})
    same = measure(points, seed=SEED), measure(read(out)["points"], seed=SEED)
    pd.testing.assert_frame_equal(*same)


def test_the_same_run_gives_the_same_files(
    command: Command, state: Path, out: Path, tmp_path: Path
) -> None:
    assert command("export", "--state", str(state), "--out", str(tmp_path)) == 0
    for path in out.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes()


def test_a_run_that_was_broken_off_is_refused(
    command: Command, state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(state, tmp_path / "run")
    (name,) = (tmp_path / "run").rglob("run.json")
    name.write_text(name.read_text().replace('"days": 1', '"days": 2'))
    said = ("export", "--state", str(tmp_path / "run"), "--out", str(tmp_path / "out"))
    assert command(*said) == 2
    assert "holds a run at block 26 of 50; let it end" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert command("export", "--out", str(tmp_path / "out"), "--state", str(tmp_path)) == 2
    assert "holds no run; `joinlens demo --once` makes one" in capsys.readouterr().err


def test_a_folder_is_asked_for(command: Command, state: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    assert command("export", "--state", str(state), "--out", str(tmp_path / "file")) == 2
    assert (tmp_path / "file").read_text() == "here"
