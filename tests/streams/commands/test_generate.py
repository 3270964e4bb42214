"""joinlens generate: what it writes, and what it says in one line when it cannot."""

import gzip
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import msgspec
import pandas as pd
import pyarrow as pa
import pytest

from streams.cli import main
from streams.playback import load_recording_manifest, load_recording_truth, play
from streams.recording import config_hash
from streams.source import load_sources
from streams.synthetic.preset import PRESETS
from streams.synthetic.world import World

SMALL = ("--people", "60", "--days", "1", "--seed", "5", "--sources", "phone,utility")
SOURCES = {name: load_sources()[name] for name in ("phone", "utility")}
BESIDE = (".manifest.json", ".truth.msgpack")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["joinlens", "generate", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def written(monkeypatch: pytest.MonkeyPatch, name: str, *arguments: str) -> Path:
    assert run(monkeypatch, *SMALL, *arguments, "--out", name) == 0
    return Path(name)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_every_compression_has_the_same_lines_and_they_are_the_world(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    paths = [written(monkeypatch, f"w{end}") for end in (".jsonl", ".jsonl.gz", ".jsonl.zst")]
    plain = paths[0].read_bytes()
    assert gzip.decompress(paths[1].read_bytes()) == plain
    with pa.input_stream(str(paths[2]), "zstd") as stream:
        assert stream.read() == plain
    assert names(folder) == sorted(p.name + end for p in paths for end in ("", *BESIDE))
    world = World(60, 1, 5, SOURCES)
    assert list(play(paths[1])) == list(world.deliveries())
    assert {load_recording_truth(path) for path in paths} == {world.ground_truth()}


def test_the_manifest_says_what_is_in_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(monkeypatch, "w.jsonl", "--preset", "hard")
    lines = path.read_bytes().splitlines(keepends=True)
    counts = Counter[str]()
    for message in map(json.loads, lines):
        if "marker" in message:
            counts["markers"] += 1
        elif "person" in message:
            counts["registry"] += 1
        else:
            counts[f"events.{message['source']}"] += 1
            counts[f"{message['source']}/{message['kind']}"] += 1
    manifest = load_recording_manifest(path)
    assert manifest is not None
    assert manifest.counts == counts
    assert manifest.lines == len(lines)
    assert manifest.bytes == path.stat().st_size
    assert manifest.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (manifest.people, manifest.days, manifest.seed) == (60, 1, 5)
    assert manifest.config["sources"] == ["phone", "utility"]
    assert manifest.config["preset"] == "hard"
    assert manifest.config["errors"] == dict(PRESETS["hard"].errors.rates)
    assert manifest.config_hash == config_hash(manifest.config)
    said = capsys.readouterr().out.splitlines()
    assert [line.split() for line in said[:-1]] == [
        [f"{count:,}", name] for name, count in sorted(counts.items())
    ]
    assert said[-1].endswith(f" bytes, sha256 {manifest.sha256}")


def test_the_hash_of_the_configuration_knows_each_choice_but_the_seed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choices = ((), ("--preset", "clean"), ("--sources", "phone"), ("--seed", "6"))
    paths = [written(monkeypatch, f"{n}.jsonl", *choice) for n, choice in enumerate(choices)]
    found = [load_recording_manifest(path) for path in paths]
    hashes = [manifest.config_hash for manifest in found if manifest is not None]
    assert len(set(hashes[:3])) == 3
    assert hashes[3] == hashes[0]
    assert len({manifest.sha256 for manifest in found if manifest is not None}) == 4


def test_parquet_has_a_row_for_each_message(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    table, plain = written(monkeypatch, "w.parquet"), written(monkeypatch, "w.jsonl")
    frame = pd.read_parquet(table)
    one, other = load_recording_manifest(table), load_recording_manifest(plain)
    assert one is not None
    assert other is not None
    counts = {name: count for name, count in other.counts.items() if name != "markers"}
    assert one.counts == counts
    assert one.lines == len(frame) == other.lines - other.counts["markers"]
    assert frame["topic"].value_counts().to_dict() == {
        name: count for name, count in counts.items() if "/" not in name
    }
    assert one.sha256 == hashlib.sha256(table.read_bytes()).hexdigest()
    assert one.bytes == table.stat().st_size
    assert one.config_hash == other.config_hash
    assert load_recording_truth(table) == load_recording_truth(plain)
    assert names(folder) == sorted(p.name + end for p in (table, plain) for end in ("", *BESIDE))


def test_the_scenario_chooses_the_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, scenario in (("a.jsonl", ()), ("b.jsonl", ("--scenario", "many_more"))):
        assert run(monkeypatch, "--people", "20", "--days", "1", "--out", name, *scenario) == 0
    few, many = (load_recording_manifest(Path(name)) for name in ("a.jsonl", "b.jsonl"))
    assert few is not None
    assert many is not None
    assert few.config["sources"] == ["bank", "internet", "phone"]
    assert set(few.config["sources"]) < set(many.config["sources"])


BAD = [
    (("--people", "0"), "'--people'", "got '0'; allowed: whole numbers from 10 to 5000000"),
    (("--people", "-5"), "'--people'", "got '-5'; allowed: whole numbers from 10 to"),
    (("--people", "many"), "'--people'", "got 'many'; allowed: whole numbers from"),
    (("--days", "0"), "'--days'", "got '0'; allowed: whole numbers from 1 to 115"),
    (("--days", "116"), "'--days'", "got '116'; allowed: whole numbers from 1 to 115"),
    (("--seed", "-1"), "'--seed'", "got '-1'; allowed: whole numbers from 0"),
    (("--processes", "0"), "'--processes'", "got '0'; allowed: whole numbers from 1 to 64"),
    (("--sources", "phone,post"), "--sources", "got 'post'; allowed: bank, camera, enterprise,"),
    (("--sources", "phone,"), "--sources", "got ''; allowed: bank, camera, enterprise,"),
    (("--preset", "rough"), "--preset", "got 'rough'; allowed: clean, typical, hard"),
    (("--sources", "", "--scenario", "x"), "--scenario", "got 'x'; allowed: "),
    (("--out", "w.csv"), "--out", "allowed endings: .jsonl, .jsonl.gz, .jsonl.zst"),
    (("--out", "nowhere/w.jsonl"), "--out", "there is no folder nowhere; make it first"),
    (("--out", "nowhere/w.parquet"), "--out", "there is no folder nowhere; make it first"),
]


@pytest.mark.parametrize(("arguments", "option", "said"), BAD)
def test_what_is_not_allowed_is_one_line_with_its_option(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    arguments: tuple[str, ...],
    option: str,
    said: str,
) -> None:
    assert run(monkeypatch, "--out", "w.jsonl", *SMALL, *arguments) != 0
    found = capsys.readouterr()
    (line,) = found.err.splitlines()
    assert option in line
    assert said in line
    assert found.out == ""
    assert names(folder) == []


@pytest.mark.parametrize("name", ["w.jsonl.gz", "w.parquet"])
def test_what_exists_is_replaced_only_when_forced(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path, name: str
) -> None:
    Path(name).write_text("mine")
    assert run(monkeypatch, *SMALL, "--out", name) == 1
    assert capsys.readouterr().err == (
        f"joinlens: --out: {name} exists; give another name, or --force to replace it\n"
    )
    assert names(folder) == [name]
    assert Path(name).read_text() == "mine"
    written(monkeypatch, name, "--force")
    assert load_recording_manifest(Path(name)) is not None
    assert names(folder) == sorted(name + end for end in ("", *BESIDE))


def joinlens(*arguments: str, **options: object) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "streams", "generate", *SMALL, *arguments]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        command, check=False, stderr=subprocess.PIPE, env=env, **options
    )


@pytest.mark.parametrize("name", ["w.jsonl", "w.jsonl.zst", "w.parquet"])
def test_a_full_disk_is_one_line_and_leaves_nothing(folder: Path, name: str) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = joinlens("--out", name, preexec_fn=limit)
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith(f"joinlens: --out: no space is left for {name}; ")
    assert done.returncode == 1
    assert names(folder) == []


def test_a_full_device_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = joinlens("--out", "-", stdout=full)
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("joinlens: --out: no space is left for -; ")
    assert done.returncode == 1


def test_standard_output_is_the_recording_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    done = joinlens("--out", "-", stdout=subprocess.PIPE)
    assert done.stderr == b""
    assert done.stdout == written(monkeypatch, "w.jsonl").read_bytes()


def test_two_processes_write_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    enough = ("--people", "66500", "--sources", "utility")
    done = joinlens(*enough, "--processes", "2", "--out", "two.jsonl", stdout=subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (0, b"")
    written(monkeypatch, "one.jsonl", *enough, "--processes", "1")
    one, two = (load_recording_manifest(Path(f"{name}.jsonl")) for name in ("one", "two"))
    assert one is not None
    assert one == two
    assert one.lines > 100_000


def test_a_reader_that_goes_away_is_one_line(folder: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = joinlens("--out", "-", stdout=write)
    finally:
        os.close(write)
    assert done.stderr == b"joinlens: --out: whoever read - has gone away\n"
    assert done.returncode == 1
    assert names(folder) == []


def test_an_interrupted_run_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    def interrupted(*_: object) -> None:
        assert names(folder) == ["w.jsonl.part"]
        raise KeyboardInterrupt

    monkeypatch.setattr("streams.commands.world._counted", interrupted)
    assert run(monkeypatch, *SMALL, "--out", "w.jsonl") == 130
    assert capsys.readouterr().err == ""
    assert names(folder) == []


def test_messages_are_strict_json(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = written(monkeypatch, "w.jsonl").read_bytes().splitlines()
    assert all(msgspec.json.encode(msgspec.json.decode(line)) == line for line in lines)
