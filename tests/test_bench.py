"""The harness of the benches, on a bench that measures nothing; and that every bench is one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.harness import FOLDER, README, Bench, Options, Row, load_benches, main, table, updated
from bench.rig.peak import used_by
from bench.rig.stopwatch import Parts

ROOT = Path(__file__).parents[1]
FIELDS = {"name", "value", "unit", "aim", "peer", "peer_value", "seed", "n"}


def rows(options: Options) -> list[Row]:
    return [
        Row(name="speed", value=5.0, unit="x/s", at_least=10.0, seed=options.seed, n=3),
        Row(name="size", value=5.0, unit="MB", at_most=10.0, peer="theirs", peer_value=4.0),
        Row(name="plain", value=float(options.people), unit="people"),
    ]


FAKE = Bench("fake", "Does the harness work?", rows, lambda options: f"{options.days} days.")


def test_a_missed_figure_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main((FAKE,), []) == 0
    printed = capsys.readouterr().out
    assert "missed" in printed
    assert "reached" in printed
    assert "2 days." in printed


def test_json_is_one_object_with_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main((FAKE, FAKE), ["--json", "--people", "11", "--seed", "5"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["rows"]
    speed, size, plain = found["rows"][:3]
    assert len(found["rows"]) == 6
    assert speed.keys() == FIELDS | {"at_least"}
    assert size.keys() == FIELDS | {"at_most"}
    assert plain.keys() == FIELDS
    assert (speed["at_least"], speed["seed"], speed["n"]) == (10.0, 5, 3)
    # What was not measured in this run is left blank.
    assert (speed["peer"], speed["peer_value"]) == (None, None)
    assert (size["peer"], size["peer_value"]) == ("theirs", 4.0)
    assert plain["value"] == 11


def test_values_stand_beside_their_peers_with_the_ratio() -> None:
    head, rule, speed, size, _ = table(rows(Options()))
    assert len({len(line) for line in (head, rule, speed, size)}) == 1
    assert [cell.strip() for cell in size.split("|")][1:-1] == [
        *("size", "5", "MB", "<= 10", "reached", "", "theirs", "4", "1.25 x", "")
    ]
    assert ">= 10" in speed


@pytest.mark.parametrize(
    ("row", "reached"),
    [
        (Row(name="a", value=10, unit="", at_least=10), True),
        (Row(name="a", value=9.9, unit="", at_least=10), False),
        (Row(name="a", value=10, unit="", at_most=10), True),
        (Row(name="a", value=10.1, unit="", at_most=10), False),
        (Row(name="a", value=10, unit=""), None),
    ],
)
def test_bounds_belong_to_what_reaches_them(row: Row, reached: bool | None) -> None:
    assert row.reached is reached


def test_writing_replaces_the_results_of_this_bench_alone(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(updated("# Benches\n\nWords.\n", "other", "kept\n"))
    assert main((FAKE,), ["--write", str(readme)]) == 0
    first = readme.read_text()
    assert main((FAKE,), ["--write", str(readme), "--people", "12345"]) == 0
    second = readme.read_text()
    for text in (first, second):
        assert text.startswith("# Benches\n\nWords.\n")
        assert text.count("kept") == text.count("## fake") == 1
        assert f"{os.cpu_count()} cores" in text
        assert "Python " in text
    assert "20,000" in first
    assert "20,000" not in second
    assert "12,345" in second


def test_every_bench_is_well_formed() -> None:
    benches = load_benches()
    assert {"linkage", "linker", "pipeline", "risk", "world"} <= benches.keys()
    for name, bench in benches.items():
        assert isinstance(bench, Bench)
        assert bench.name == name
        assert bench.question.endswith("?")
        assert callable(bench.run)


def test_each_bench_runs_alone_and_all_run_together() -> None:
    for module in ("bench", *(f"bench.{name}" for name in load_benches())):
        command = [sys.executable, "-m", module, "--help"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert "--json" in done.stdout
        assert "--write" in done.stdout


def test_the_results_of_every_bench_are_kept_with_machine_and_date() -> None:
    text = README.read_text()
    assert README.parent == FOLDER
    for name in load_benches():
        section = text.split(f"<!-- results of {name} -->")[1].split(f"<!-- end of {name} -->")[0]
        assert " cores, " in section
        assert "| value |" in " ".join(section.split())


def test_parts_count_calls_and_leave_the_class_as_it_was() -> None:
    class Thing:
        def double(self, x: int) -> int:
            return 2 * x

    before, parts = Thing.double, Parts()
    with parts.watching(("doubling", Thing, "double")):
        assert [Thing().double(n) for n in range(3)] == [0, 2, 4]
    assert Thing.double is before
    assert parts.calls == {"doubling": 3}
    assert parts.seconds["doubling"] > 0


def test_the_peak_is_that_of_the_command_and_not_of_its_parent() -> None:
    ballast = bytearray(b"x") * 200_000_000
    program = "x = bytearray(b'x') * 100_000_000; print(len(x))"
    used = used_by([sys.executable, "-c", program])
    assert (used.output, used.status) == ("100000000\n", 0)
    assert 100 < used.megabytes < len(ballast) / 1e6
