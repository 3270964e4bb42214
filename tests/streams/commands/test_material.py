"""--play: a run on a recording is the run that was recorded."""

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from streams.cli import main
from streams.commands import kafka
from streams.commands.material import material_of
from streams.configure import Choice
from streams.delivery import Delivery
from streams.events import Marker, encode_marker
from streams.kafka.feed import Fed
from streams.playback import play
from streams.recording import Contents, Recorder, RecordingError, manifest_path, truth_path
from streams.scenario import default_sources
from streams.synthetic.world import World

PEOPLE, DAYS, SEED = 60, 1, 11


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = World(PEOPLE, DAYS, SEED, default_sources())
    path = tmp_path_factory.mktemp("recorded") / "w.jsonl.zst"
    with Recorder(path) as recorder:
        for item in world.deliveries():
            line = encode_marker(item) if isinstance(item, Marker) else item.value
            recorder.write(line + b"\n")
        recorder.finish(Contents(PEOPLE, DAYS, SEED, {}, {}, world.ground_truth()))
    return path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["joinlens", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def demo(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    *arguments: str,
) -> dict[str, Any]:
    assert run(monkeypatch, "demo", "--once", "--json", "--state", str(folder), *arguments) == 0
    found: dict[str, Any] = json.loads(capfd.readouterr().out)
    return found


TIMED = ("seconds", "events_per_second")


def test_a_played_world_gives_the_figures_of_the_world_itself(
    recording: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    played = demo(tmp_path / "a", monkeypatch, capfd, "--play", str(recording))
    options = ("--people", str(PEOPLE), "--days", str(DAYS), "--seed", str(SEED))
    made = demo(tmp_path / "b", monkeypatch, capfd, *options)
    assert played["digest"] == made["digest"]
    different = [name for name in made if made[name] != played[name] and name not in TIMED]
    assert [n for n in different if n not in ("releases", "ledgers")] == []
    assert played["recall"] > 0.5


def test_a_played_run_is_explained_by_what_was_played(
    recording: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Not by a world of the recording's people, days and seed: these would be others."""
    world = World(PEOPLE, DAYS, SEED + 1, default_sources())
    other = tmp_path / "other.jsonl"
    with Recorder(other) as recorder:
        for item in world.deliveries():
            line = encode_marker(item) if isinstance(item, Marker) else item.value
            recorder.write(line + b"\n")
        recorder.finish(Contents(PEOPLE, DAYS, SEED, {}, {}, None))
    demo(tmp_path / "a", monkeypatch, capfd, "--play", str(other))
    made = demo(
        *(tmp_path / "b", monkeypatch, capfd, "--people", str(PEOPLE), "--days", str(DAYS)),
        *("--seed", str(SEED + 1)),
    )
    assert made["links"] > 20
    for account in world.truth().account.iloc[:5]:
        said = []
        for folder in ("a", "b"):
            assert run(monkeypatch, "explain", account, "--state", str(tmp_path / folder)) == 0
            said.append(capfd.readouterr().out)
        assert said[0] == said[1] != ""


def test_without_truth_nothing_is_said_about_right_and_wrong(
    recording: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / recording.name
    path.write_bytes(recording.read_bytes())
    manifest_path(path).write_bytes(manifest_path(recording).read_bytes())
    found = demo(tmp_path / "state", monkeypatch, capfd, "--play", str(path))
    assert found["links"] > 0
    assert "recall" not in found
    assert not truth_path(path).exists()


def test_the_feed_gets_the_recorded_messages(
    recording: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    fed: list[Delivery | Marker] = []

    class Feed:
        def __init__(self, *_: object) -> None:
            fed.clear()

        def run(self, items: Iterable[Delivery | Marker], *_: object) -> Fed:
            fed.extend(items)
            return Fed()

    monkeypatch.setattr(kafka, "Feed", Feed)
    assert run(monkeypatch, "feed", "--play", str(recording)) == 0
    assert fed == list(play(recording))


@pytest.mark.parametrize("command", [("demo", "--once"), ("feed",)])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none.jsonl", "--play: there is no file"),
        ("w.csv", "--play: .*w.csv is no name of a recording; allowed endings: .jsonl"),
    ],
)
def test_what_is_no_recording_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    name: str,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *command, "--play", str(tmp_path / name)) == 1
    told = capfd.readouterr()
    assert len(told.err.splitlines()) == 1
    assert re.match(f"joinlens: {said}", told.err)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_recording_ends_the_run_with_one_line(
    recording: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / recording.name
    path.write_bytes(recording.read_bytes()[:-2000])
    state = str(tmp_path / "state")
    assert run(monkeypatch, "demo", "--once", "--state", state, "--play", str(path)) == 1
    told = capfd.readouterr().err.splitlines()
    assert told[-1].startswith("joinlens: --play: ")
    assert not any("Traceback" in line for line in told)


def test_a_source_that_the_scenario_lacks_is_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "w.jsonl"
    path.write_bytes(b'{"marker":-1,"last":false}\n{"source":"camera","subject":"g-1"}\n')
    _, material = material_of(Choice(10, 1, 7, "real_name", 1, 2, None), path)
    with pytest.raises(RecordingError, match=r"line 2: .* played: phone, bank, internet"):
        list(material.deliveries())


def test_people_days_and_seed_are_the_recordings(recording: Path) -> None:
    asked = Choice(20_000, 2, 7, "real_name", 1, 2, None)
    choice, _ = material_of(asked, recording)
    assert (choice.people, choice.days, choice.seed) == (PEOPLE, DAYS, SEED)
    assert material_of(asked, None)[0] is asked
