"""joinlens experiment: the same files however often it was stopped, and by however many hands."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
import pandas as pd
import pytest

from streams.cli import main
from streams.experiments.measuring import measured
from streams.experiments.outcome import ENDINGS, ExperimentManifest, files_of
from streams.experiments.parts import Parts
from streams.experiments.reading import read

SWEEP = """\
people = [100, 130, 160]
days = 1
seed = [7, 11]
sources = [["phone"], ["phone", "bank"]]
points = [1, 2]
metrics = ["unicity", "bits"]
"""
WORLDS, CELLS = 6, 4


@pytest.fixture
def joinlens(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    def command(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["joinlens", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        return int(left.value.code or 0)

    return command


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of an experiment that was never stopped, by ending."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "sweep.toml").write_text(SWEEP)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(sys, "argv", ["joinlens", "experiment", str(folder / "sweep.toml")])
        patch.setattr(sys, "stderr", sys.__stderr__)
        main()
    return contents(folder / "sweep")


def contents(name: Path) -> dict[str, bytes]:
    return dict(zip(ENDINGS, (path.read_bytes() for path in files_of(name)), strict=True))


def test_a_table_a_figure_and_a_manifest(whole: dict[str, bytes], tmp_path: Path) -> None:
    manifest = msgspec.json.decode(whole[".manifest.json"], type=ExperimentManifest)
    assert (manifest.worlds, manifest.rows) == (WORLDS, WORLDS * CELLS * 2)
    assert manifest.config["people"] == [100, 130, 160] and manifest.config["sample"] == 1000
    for ending in (".parquet", ".csv", ".png"):
        digest = sha256(whole[ending]).hexdigest()
        assert manifest.sha256[f"sweep{ending}"] == digest
    assert whole[".png"].startswith(b"\x89PNG")
    (tmp_path / "t.parquet").write_bytes(whole[".parquet"])
    (tmp_path / "t.csv").write_bytes(whole[".csv"])
    table = pd.read_parquet(tmp_path / "t.parquet")
    assert len(table) == manifest.rows and not table.duplicated().any()
    order = ["people", "seed", "sources", "points", "metric"]
    assert table[order].head(3).values.tolist() == [
        [100, 7, "phone", 1, "unicity"],
        [100, 7, "phone", 1, "bits"],
        [100, 7, "phone", 2, "unicity"],
    ]
    csv = pd.read_csv(tmp_path / "t.csv", keep_default_na=False, na_values={"control": [""]})
    pd.testing.assert_frame_equal(csv, table, check_dtype=False)


def test_one_process_writes_the_same_bytes(
    joinlens: Callable[..., int],
    whole: dict[str, bytes],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "other.toml").write_text(SWEEP)
    options = ("--out", str(tmp_path / "sweep"), "--processes", "1")
    assert joinlens("experiment", str(tmp_path / "other.toml"), *options) == 0
    found = contents(tmp_path / "sweep")
    assert found == whole
    said = capsys.readouterr()
    assert f"{WORLDS} worlds, {CELLS} ways to measure each, 2 metrics" in said.err
    assert f"{WORLDS} of {WORLDS}" in said.err and "seed 11, preset typical" in said.err
    assert "48 figures of 6 worlds, configuration " in said.out
    assert not (tmp_path / "sweep.work").exists()


def started(folder: Path) -> subprocess.Popen[str]:
    """Start the command, and wait until some worlds are finished, not all."""
    (folder / "sweep.toml").write_text(SWEEP)
    command = [sys.executable, "-m", "streams", "experiment", str(folder / "sweep.toml")]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    while not (finished := list((folder / "sweep.work").glob("*.parquet"))):
        assert process.poll() is None, "it ended before it could be stopped"
        time.sleep(0.002)
    assert len(finished) < WORLDS
    return process


def children(pid: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


LONG = pytest.param(signal.SIGTERM, marks=pytest.mark.prove)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, LONG])
def test_who_is_stopped_goes_on_from_there(
    joinlens: Callable[..., int],
    whole: dict[str, bytes],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    how: signal.Signals,
) -> None:
    process = started(tmp_path)
    hands = children(process.pid)
    os.kill(process.pid, how)
    _, said = process.communicate(timeout=60)
    if how == signal.SIGKILL:
        assert process.returncode == -how
    else:
        assert process.returncode == 130
        assert "the same command goes on from there" in said and "Traceback" not in said
    limit = time.monotonic() + 60
    while any(Path(f"/proc/{hand}").exists() for hand in hands):
        assert time.monotonic() < limit, "a process of it lives on"
        time.sleep(0.05)
    there = {p: p.stat().st_mtime_ns for p in (tmp_path / "sweep.work").glob("*.parquet")}
    assert 0 < len(there) < WORLDS
    assert not any(path.exists() for path in files_of(tmp_path / "sweep"))
    kept = [path.read_bytes() for path in there]
    assert joinlens("experiment", str(tmp_path / "sweep.toml"), "--processes", "1") == 0
    assert f"; {len(there)} worlds are there" in capsys.readouterr().err
    assert contents(tmp_path / "sweep") == whole and all(kept)


def test_a_changed_file_uses_only_what_it_still_asks_for(
    joinlens: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Worlds that were finished before it was changed stay in the folder of an unfinished run."""
    text = 'people = [40, 50]\ndays = 1\nsources = ["bank"]\npoints = [1, 2]\n'
    design = read(text, tmp_path)
    parts = Parts(tmp_path / "sweep.work", design)
    parts.path(design.settings()[0]).parent.mkdir()
    for setting in design.settings():
        parts.put(setting, measured(design, setting))
    toml = tmp_path / "sweep.toml"
    for changed, there, points in (
        (text.replace("[1, 2]", "[1, 3]"), 0, {1, 3}),
        (text.replace("[40, 50]", "[50, 60]"), 1, {1, 2}),
    ):
        toml.write_text(changed)
        copied = shutil.copytree(tmp_path / "sweep.work", tmp_path / "kept.work")
        name = ("--out", str(copied.with_suffix("")), "--processes", "1", "--force")
        assert joinlens("experiment", str(toml), *name) == 0
        assert (f"; {there} worlds are there" in capsys.readouterr().err) == bool(there)
        assert set(pd.read_csv(tmp_path / "kept.csv")["points"]) == points


def test_nothing_is_overwritten_without_force(
    joinlens: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.toml").write_text('people = 50\ndays = 1\nsources = ["bank"]\n')
    (tmp_path / "one.csv").write_text("mine")
    assert joinlens("experiment", str(tmp_path / "one.toml")) == 2
    said = capsys.readouterr().err
    assert "--out: " in said and "one.csv exists" in said and "--force" in said
    assert (tmp_path / "one.csv").read_text() == "mine"
    assert joinlens("experiment", str(tmp_path / "one.toml"), "--force") == 0
    assert pd.read_csv(tmp_path / "one.csv")["view"].tolist() == ["bank"]
    assert {path.name for path in tmp_path.iterdir()} == {"one.toml", *(f"one{e}" for e in ENDINGS)}


def test_what_is_wrong_with_the_file_is_one_line(
    joinlens: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = tmp_path / "sweep.toml"
    toml.write_text("people = 100\npoints = 0\n")
    assert joinlens("experiment", str(toml)) == 2
    said = capsys.readouterr().err
    assert f"{toml}, line 2, points: got 0; allowed: a whole number from 1 to 100" in said
    assert said.count("\n") == 1
    toml.write_bytes(b"\xff\xfe")
    assert joinlens("experiment", str(toml)) == 2
    assert joinlens("experiment", str(tmp_path / "nothing.toml")) == 2
    assert "cannot read" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["sweep.toml"]
