"""joinlens frontier: tables, files, the same from several processes, and errors of one line."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pandas as pd
import pyarrow.parquet as pq
import pytest

from streams.cli import main
from streams.frontier.found import Found, World
from streams.frontier.table import METADATA, table

WORLD = ("--people", "300", "--days", "1", "--seed", "5")
SMALL = (*WORLD, "--defence", "suppress", "--defence", "sample", "--attack", "unicity")


def run(monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    monkeypatch.setattr(sys, "argv", ["joinlens", "frontier", *options])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_what_is_said_is_what_the_files_hold(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    options = (*SMALL, "--strengths", "1,2,30", "--publications", "2", "--processes", "1")
    out = tmp_path / "made" / "here"
    assert run(monkeypatch, *options, "--out", str(out)) == 0
    said, progress = capfd.readouterr()
    assert "10 of 10" in progress.splitlines()[-1]
    written = sorted(path.name for path in out.iterdir())
    assert written == ["frontier.parquet", "overview.png", "table.md", "unicity.png"]
    words = (out / "table.md").read_text(encoding="utf-8")
    assert said.startswith(words)
    assert said.splitlines()[-1].startswith(str(out))
    assert "300 synthetic people" in words
    found = pd.read_parquet(out / "frontier.parquet")
    assert set(zip(found["defence"], found["strength"], strict=True)) == {
        *(("none", 1), ("suppress", 2), ("suppress", 30), ("sample", 2), ("sample", 30)),
    }
    assert (found["risk_low"] <= found["risk_value"]).all()
    assert (found["risk_value"] <= found["risk_high"]).all()
    told = pq.read_schema(out / "frontier.parquet").metadata[METADATA]
    world = msgspec.json.decode(told, type=World)
    assert (world.people, world.days, world.seed, world.seeds) == (300, 1, 5, (5, 6))
    # A second run replaces nothing, and says so before it works.
    assert run(monkeypatch, *options, "--out", str(out)) == 2
    assert "exists; --force replaces it" in capfd.readouterr().err


def test_several_processes_find_the_same(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    options = (*SMALL, "--strengths", "3", "--publications", "1", "--json")
    assert run(monkeypatch, *options, "--processes", "1") == 0
    alone = capfd.readouterr().out
    assert run(monkeypatch, *options, "--processes", "2") == 0
    assert capfd.readouterr().out == alone
    found = msgspec.json.decode(alone, type=Found)
    assert {figure.kind for figure in found.figures} == {"attack", "metric", "use"}
    assert len(table(found)) == len(found.trades) > 0
    assert json.loads(alone)["format"] == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--defence", "hope"), "got 'hope'; allowed: bloom"),
        (("--attack", "guess"), "got 'guess'; allowed: averaging"),
        (("--scenario", "none"), "got 'none'; allowed: many_more"),
        (("--strengths", "0,2"), "got '0'; allowed: whole numbers from 1 to 1000, as 1,2,4"),
        (("--strengths", "1.5"), "got '1.5'; allowed: whole numbers from 1 to 1000, as 1,2,4"),
        (("--publications", "0"), "Invalid value for '--publications'"),
        (
            ("--defence", "suppress", "--attack", "graph_matching"),
            "no chosen defence publishes what graph_matching reads",
        ),
        (
            ("--defence", "bloom", "--defence", "suppress", "--attack", "unicity"),
            "no chosen attack reads what bloom publishes",
        ),
        (("--out", __file__), "is a file; allowed: a folder"),
    ],
)
def test_what_will_not_do_is_said_in_one_line_before_the_work(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    said: str,
) -> None:
    assert run(monkeypatch, *WORLD, *options) == 2
    out, err = capfd.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert said in line


def test_a_run_that_is_stopped_leaves_neither_files_nor_processes(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with _started("--processes", "2", "--out", str(out)) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        children = _children(process.pid)
        process.send_signal(signal.SIGTERM)
        said, err = process.communicate(timeout=60)
    assert " of " in first, "it was at work"
    assert process.returncode == 130
    assert "stopped; nothing was written" in err
    assert said == ""
    assert list(out.iterdir()) == []
    assert len(children) == 2
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []


def test_a_process_that_dies_is_told_in_one_line() -> None:
    with _started("--processes", "2") as process:
        assert process.stderr is not None
        process.stderr.readline()
        for child in _children(process.pid):
            os.kill(child, signal.SIGKILL)
        said, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said == ""
    assert "--processes: one of the processes ended early, with exit code" in err.splitlines()[-1]


def _started(*options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "streams", "frontier", *SMALL, "--publications", "40"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen([*command, *options], **pipes, text=True, env=environment)


def _children(pid: int) -> list[int]:
    """Return the processes that a process has at work, by their numbers."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(n) for n in found if b"spawn_main" in Path(f"/proc/{n}/cmdline").read_bytes()]
