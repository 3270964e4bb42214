"""A recording holds the exact messages, appears whole or not at all, and says what is wrong."""

import errno
import gzip
import hashlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.delivery import Delivery
from streams.events import Marker, encode_marker
from streams.playback import load_recording_manifest, load_recording_truth, play
from streams.recording import Contents, Recorder, RecordingError, config_hash
from streams.source import load_sources
from streams.synthetic.truth import Truth
from streams.synthetic.world import World

TRUTH = Truth(seed=7, people=1, days=1, tenancies=(), unregistered=())
EMPTY = [Marker(marker=-1), Marker(marker=0, last=True)]
SUFFIXES = [".jsonl", ".jsonl.gz", ".jsonl.zst"]


def line(item: Delivery | Marker) -> bytes:
    return (encode_marker(item) if isinstance(item, Marker) else item.value) + b"\n"


def contents(**changes: Any) -> Contents:
    return Contents(**{"people": 1, "days": 1, "seed": 7, "config": {}, "truth": TRUTH, **changes})


def record(path: Path, lines: Iterable[bytes], **changes: Any) -> Path:
    with Recorder(path, "replace") as recorder:
        for one in lines:
            recorder.write(one)
        recorder.finish(contents(**changes))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("at_once", [1, 7, 10_000])
def test_a_world_is_played_as_it_was_fed(tmp_path: Path, suffix: str, at_once: int) -> None:
    fed = list(World(30, 1, 7, load_sources()).deliveries())
    lines = [line(item) for item in fed]
    blocks = [b"".join(lines[i : i + at_once]) for i in range(0, len(lines), at_once)]
    path = record(tmp_path / f"w{suffix}", blocks)
    assert list(play(path)) == fed
    assert list(play(path)) == fed
    assert names(tmp_path) == [
        path.name,
        f"{path.name}.manifest.json",
        f"{path.name}.truth.msgpack",
    ]


def test_each_name_is_the_compression_that_it_says(tmp_path: Path) -> None:
    lines = [line(item) for item in EMPTY]
    assert record(tmp_path / "w.jsonl", lines).read_bytes() == b"".join(lines)
    assert gzip.decompress(record(tmp_path / "w.jsonl.gz", lines).read_bytes()) == b"".join(lines)
    assert record(tmp_path / "w.jsonl.zst", lines).read_bytes()[:4] == b"\x28\xb5\x2f\xfd"


def test_the_manifest_says_what_the_lines_are(tmp_path: Path) -> None:
    lines = [line(item) for item in EMPTY]
    config = {"b": [1, 2], "a": "x"}
    path = record(tmp_path / "w.jsonl.gz", lines, config=config, counts={"registry": 0})
    manifest = json.loads((tmp_path / "w.jsonl.gz.manifest.json").read_bytes())
    canonical = json.dumps(config, sort_keys=True, separators=(",", ":")).encode()
    assert manifest == {
        "format": 1,
        "event_version": 1,
        "people": 1,
        "days": 1,
        "seed": 7,
        "config": config,
        "config_hash": hashlib.blake2b(canonical, digest_size=16).hexdigest(),
        "counts": {"registry": 0},
        "lines": 2,
        "bytes": len(b"".join(lines)),
        "sha256": hashlib.sha256(b"".join(lines)).hexdigest(),
    }
    assert load_recording_truth(path) == TRUTH


def test_a_large_block_is_hashed_as_small_ones_are(tmp_path: Path) -> None:
    lines = [line(EMPTY[0])] * 40_000
    large = record(tmp_path / "a.jsonl", [b"".join(lines)])
    small = record(tmp_path / "b.jsonl", [b"".join(lines[:20_000])] * 2)
    assert (one := load_recording_manifest(large)) is not None
    assert one == load_recording_manifest(small)
    assert one.sha256 == hashlib.sha256(b"".join(lines)).hexdigest()
    assert one.lines == len(lines)


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=5))
def test_the_hash_of_a_configuration_knows_no_order(config: dict[str, int | str]) -> None:
    assert config_hash(config) == config_hash(dict(reversed(config.items())))
    assert config_hash(config) != config_hash({**config, "one more": 1})


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_nothing_is_left_of_one_that_is_not_finished(
    tmp_path: Path, suffix: str, error: type[BaseException]
) -> None:
    with pytest.raises(error), Recorder(tmp_path / f"w{suffix}") as recorder:
        recorder.write(line(EMPTY[0]))
        raise error
    assert names(tmp_path) == []


@pytest.mark.parametrize("there", ["w.jsonl", "w.jsonl.manifest.json", "w.jsonl.truth.msgpack"])
def test_what_exists_is_refused_and_kept(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")
    with pytest.raises(RecordingError, match=r"--out: .* exists; .* --force"):
        Recorder(tmp_path / "w.jsonl")
    assert names(tmp_path) == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_one_that_replaces_leaves_nothing_of_the_old_one(tmp_path: Path) -> None:
    path = record(tmp_path / "w.jsonl", [b"old\n"])
    record(path, [line(item) for item in EMPTY], truth=None)
    assert list(play(path)) == EMPTY
    assert names(tmp_path) == ["w.jsonl", "w.jsonl.manifest.json"]


def test_one_that_fails_to_replace_leaves_the_old_one(tmp_path: Path) -> None:
    path = record(tmp_path / "w.jsonl", [line(item) for item in EMPTY])
    before = {p: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(KeyboardInterrupt), Recorder(path, "replace") as recorder:
        recorder.write(b"new\n")
        raise KeyboardInterrupt
    assert {p: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_a_rename_that_fails_puts_the_old_ones_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = record(tmp_path / "w.jsonl", [line(item) for item in EMPTY])
    before = {p: p.read_bytes() for p in tmp_path.iterdir()}
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name == "w.jsonl.part":
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    with Recorder(path, "replace") as recorder:
        monkeypatch.setattr(Path, "rename", failing)
        with pytest.raises(RecordingError, match=r"--out: cannot write .*: Input/output error"):
            recorder.finish(contents())
    assert {p: p.read_bytes() for p in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("w.csv", r"no name of a recording; allowed endings: .jsonl, .jsonl.gz, .jsonl.zst$"),
        (".jsonl", "no name of a recording"),
        ("nowhere/w.jsonl", "there is no folder .*; make it first$"),
        ("folder.jsonl", "is there and no file; allowed"),
        ("link.jsonl", "is there and no file; allowed"),
    ],
)
def test_a_path_that_cannot_be_written_is_named(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "link.jsonl").symlink_to("elsewhere")
    before = names(tmp_path)
    with pytest.raises(RecordingError, match=f"^--out: .*{said}"):
        Recorder(tmp_path / name, "replace")
    assert names(tmp_path) == before


def test_one_path_has_one_writer_at_a_time(tmp_path: Path) -> None:
    with Recorder(tmp_path / "w.jsonl") as first:
        with pytest.raises(RecordingError, match="another run is writing"):
            Recorder(tmp_path / "w.jsonl")
        for item in EMPTY:
            first.write(line(item))
        first.finish(contents())
    assert list(play(tmp_path / "w.jsonl")) == EMPTY


def test_a_part_that_a_dead_writer_left_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "w.jsonl.part").write_bytes(b"half a li" * 1000)
    path = record(tmp_path / "w.jsonl", [line(item) for item in EMPTY])
    assert list(play(path)) == EMPTY
    assert "w.jsonl.part" not in names(tmp_path)


WRITER = """
import sys
from pathlib import Path
from streams.recording import Contents, Recorder, RecordingError
try:
    with Recorder(Path(sys.argv[1])) as recorder:
        for _ in range(200):
            recorder.write(b'{"marker":-1}\\n' * 1000)
        recorder.finish(Contents(1, 1, 1, {}))
except RecordingError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
"""


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.zst"])
def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))

    path = tmp_path / f"w{suffix}"
    command = [sys.executable, "-c", WRITER, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit)
    assert done.stderr.splitlines() == [
        f"--out: no space is left for {path}; give it another disk, or .jsonl.zst"
    ]
    assert names(tmp_path) == []


@pytest.mark.parametrize("path", ["-", "/dev/stdout"])
def test_standard_output_gets_the_lines_alone(path: str) -> None:
    done = subprocess.run([sys.executable, "-c", WRITER, path], capture_output=True, check=True)
    assert done.stdout == b'{"marker":-1}\n' * 200_000
    assert done.stderr == b""


def test_a_reader_that_goes_away_is_one_line() -> None:
    read, write = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, "-"], stdout=write, stderr=subprocess.PIPE, text=True
    ) as process:
        os.close(write)
        os.read(read, 10)
        os.close(read)
        assert process.stderr is not None
        assert process.stderr.read().splitlines() == ["--out: whoever read - has gone away"]
    assert process.returncode == 1


def test_a_block_is_whole_lines(tmp_path: Path) -> None:
    with Recorder(tmp_path / "w.jsonl") as recorder, pytest.raises(ValueError, match="whole lines"):
        recorder.write(b"half a line")
