"""What docs/research.md shows in Python and TOML runs as it stands there, and its tables are so."""

import re
from pathlib import Path
from typing import Any

import pytest

from linkage.model import Model
from linkage.privacy.frames import COLUMNS
from streams.cli import app
from streams.experiments.design import Design
from streams.experiments.linked import as_linked, links_of
from streams.experiments.measuring import measured
from streams.experiments.reading import read
from streams.exporting import linked as exported
from streams.exporting.people import PEOPLE
from streams.points import points_of
from streams.synthetic.world import World
from tests.reading import ROOT

PAGE = (ROOT / "docs" / "research.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.M | re.S)


def rows(head: str) -> dict[str, list[str]]:
    """The names in backquotes of a table's cells, by its first cell."""
    table = PAGE[PAGE.index(f"| {head} |") :].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    return {name: re.findall(r"`([a-z_]+)`", rest[-1]) for name, *rest in cells}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files of an export, made without a run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study").mkdir()
    world = World(300, 1, 7)
    links = links_of(world, Model.default())
    frames = {"points": as_linked(points_of(world), links), "links": links}
    for name, frame in (*frames.items(), ("truth", world.truth())):
        frame.to_parquet(tmp_path / "study" / f"{name}.parquet")
    return tmp_path


def test_its_sessions_run_one_after_the_other(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {}
    for block in blocks("python"):
        exec(block, names)
    assert "estimand" in capsys.readouterr().out
    assert set(names["found"]["adversary"]) == {"any 4 points of a person's trace", "full trace"}
    assert tuple(names["found"].columns) == COLUMNS
    assert set(names["shares"]["part"]) == {"number", "hour", "place", "cents"}
    assert set(names["drawn"]["estimand"]) == {"population"}
    assert names["right"] > 0.99
    assert set(names["figures"]["metric"]) >= {"misidentification", "unicity", "shapley"}


def test_its_sweep_is_of_ten_lines_and_runs(tmp_path: Path) -> None:
    (sweep,) = blocks("toml")
    assert len(sweep.splitlines()) == 10
    design = read(sweep, tmp_path)
    assert len(design.settings()) == 8 and len(design.cells()) == 24
    small = read(sweep.replace("[1000, 5000]", "60").replace("days = 2", "days = 1"), tmp_path)
    assert len(measured(small, small.settings()[0])) == 24 * 3


def test_its_tables_name_what_there_is() -> None:
    fields = [name for head in rows("field") for name in re.findall(r"`([a-z_]+)`", head)]
    assert sorted(fields) == sorted(Design.__struct_fields__)
    files = rows("file")
    assert files["`points.parquet`"] == list(exported.POINTS)
    assert files["`links.parquet`"] == list(exported.LINKS)
    assert files["`people.parquet`"] == list(PEOPLE)


def test_its_commands_are_there() -> None:
    known = {command.name or command.callback.__name__ for command in app.registered_commands}
    for command in re.findall(r"joinlens ([a-z]+)", PAGE):
        assert command in known
