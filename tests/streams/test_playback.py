"""What is no recording is refused with its line, and never with its content."""

import json
import tracemalloc
from pathlib import Path

import pytest

from streams.delivery import Delivery
from streams.events import Marker
from streams.playback import load_recording_manifest, load_recording_truth, play
from streams.recording import Contents, Recorder, RecordingError

FIRST, LAST = b'{"marker":-1,"last":false}\n', b'{"marker":0,"last":true}\n'
EVENT = b'{"v":1,"source":"phone","subject":"+999000000001"}\n'
ENTRY = b'{"person":7,"record":{}}\n'


def write(path: Path, *lines: bytes) -> Path:
    with Recorder(path) as recorder:
        recorder.write(b"".join(lines) + (b"" if lines else b"\n"))
        recorder.finish(Contents(1, 1, 1, {}))
    return path


def test_each_line_goes_to_its_topic_under_its_key(tmp_path: Path) -> None:
    path = write(tmp_path / "w.jsonl", ENTRY, FIRST, EVENT, LAST)
    assert list(play(path)) == [
        Delivery("registry", b"7", ENTRY[:-1]),
        Marker(marker=-1),
        Delivery("events.phone", b"+999000000001", EVENT[:-1]),
        Marker(marker=0, last=True),
    ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([b"13800138000\n"], "line 1: no event, registry entry or marker in JSON"),
        ([FIRST, b"\n", LAST], "line 2: no event, registry entry or marker in JSON"),
        ([FIRST, b"\xff\n"], "line 2: no event"),
        ([FIRST, b'{"marker":"x"}\n'], "line 2: no event"),
        ([FIRST, b'{"marker":0,"phone":"13800138000"}\n'], "line 2: no event"),
        ([FIRST, b'{"source":"phone"}\n'], "line 2: neither source and subject, nor person"),
        ([FIRST, b'{"phone":"13800138000"}\n'], "line 2: neither source and subject"),
        ([FIRST, EVENT, FIRST], "line 3: found where the marker of block 0 is due"),
        ([LAST], "line 1: found where the marker of block -1 is due"),
        ([FIRST, LAST, EVENT], "line 3: found where the end of the stream is due"),
        ([FIRST, EVENT], "ends after line 2, before its last marker"),
        ([FIRST, b'{"source":"13800138000","subject":"x"}\n'], "line 2: .* played: phone, bank"),
    ],
)
def test_what_is_no_message_is_refused_by_line(
    tmp_path: Path, lines: list[bytes], said: str
) -> None:
    path = write(tmp_path / "w.jsonl", *lines)
    with pytest.raises(RecordingError, match=f"^--play: .*{said}") as caught:
        list(play(path, ("phone", "bank")))
    assert "13800138000" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_line_of_another_day_is_noticed_at_the_end(tmp_path: Path) -> None:
    path = write(tmp_path / "w.jsonl", FIRST, EVENT, LAST)
    path.write_bytes(path.read_bytes().replace(b"+999000000001", b"+999000000002"))
    played = play(path)
    assert len([next(played) for _ in range(3)]) == 3
    with pytest.raises(RecordingError, match="not those that its manifest names"):
        next(played)


def test_without_a_manifest_the_lines_alone_are_played(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl"
    path.write_bytes(FIRST + LAST)
    assert len(list(play(path))) == 2
    assert load_recording_manifest(path) is None
    assert load_recording_truth(path) is None


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".jsonl.zst"])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"w{suffix}", FIRST, *[EVENT] * 50, LAST)
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(
        RecordingError, match=r"cut off|damaged|cannot be read|ends after"
    ) as caught:
        list(play(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", [".jsonl.gz", ".jsonl.zst"])
def test_a_file_that_is_not_compressed_as_its_name_says_is_refused(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"w{suffix}"
    path.write_bytes(FIRST + LAST)
    with pytest.raises(RecordingError, match="cannot be read"):
        list(play(path))


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl"
    path.write_bytes(FIRST + b"x" * 5_000_000)
    with pytest.raises(RecordingError, match="line 2 is longer than 65536 bytes"):
        list(play(path))


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.zst"])
def test_memory_does_not_grow_with_the_recording(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"w{suffix}", FIRST, *[EVENT] * 400_000, LAST)
    tracemalloc.start()
    count = sum(1 for _ in play(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 400_002
    assert peak < 8_000_000 < 400_000 * len(EVENT)


@pytest.mark.parametrize(
    ("name", "said"),
    [("w.txt", "allowed endings: .jsonl"), ("none.jsonl", "there is no file")],
)
def test_a_path_that_is_no_recording_is_named(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(RecordingError, match=f"^--play: .*{said}"):
        list(play(tmp_path / name))


def test_a_manifest_that_is_none_or_of_another_format_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "w.jsonl", FIRST, LAST)
    beside = tmp_path / "w.jsonl.manifest.json"
    known = json.loads(beside.read_bytes())
    beside.write_text(json.dumps({**known, "format": 2}))
    with pytest.raises(RecordingError, match="of format 2; this version reads format 1"):
        list(play(path))
    beside.write_text("{")
    with pytest.raises(RecordingError, match="is no manifest"):
        list(play(path))
    (tmp_path / "w.jsonl.truth.msgpack").write_bytes(b"\xff\xff")
    with pytest.raises(RecordingError, match="is no truth"):
        load_recording_truth(path)
