"""The figure: every way to measure while they are few, else one thing at a time."""

from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from streams.experiments import figures
from streams.experiments.measuring import TABLE


def table_of(**axes: list[object]) -> pd.DataFrame:
    """A table with a row for each combination of some axes, in TABLE's columns."""
    usual: dict[str, list[object]] = {
        "people": [1000],
        "days": [2],
        "preset": ["typical"],
        "linked": [False],
        "sources": ["phone"],
        "resolution": ["hour,cell"],
        "points": [1, 2],
        "adversary": ["points"],
        "seed": [7],
        "metric": ["unicity"],
    }
    values = {**usual, **axes}
    rows = pd.DataFrame(list(product(*values.values())), columns=list(values))
    figure = {"part": "", "view": "v", "holds": "h", "value": 0.5, "low": 0.4, "high": 0.6}
    rest = {"n": 900, "estimand": "sample", "control": None, "unit": "share", "population": 1000}
    return rows.assign(**figure, **rest, config="c")[list(TABLE)]


def labels(table: pd.DataFrame) -> list[str]:
    return [line.label for line in figures._lines(table, "points", ["1", "2"])]


def test_few_ways_have_a_line_each() -> None:
    table = table_of(sources=["phone", "phone+bank"], linked=[False, True], seed=[7, 11])
    assert set(labels(table)) == {
        f"{sources}, as {how}"
        for sources in ("phone", "phone+bank")
        for how in ("it truly is", "linked")
    }
    for line in figures._lines(table, "points", ["1", "2"]):
        assert line.mean == [0.5, 0.5] and len(line.each) == 4  # two seeds at two places


def test_of_many_there_are_the_first_and_those_that_differ_in_one_thing() -> None:
    table = table_of(
        sources=["phone", "bank"],
        linked=[False, True],
        preset=["clean", "hard"],
        people=[1000, 5000],
    )
    assert set(labels(table)) == {
        "phone, clean, as it truly is, 1,000 people",
        "bank",
        "as linked",
        "hard",
        "5,000 people",
    }
    assert "Of 16 lines these are the first" in figures._caption(table, 16, 1)


@pytest.mark.parametrize(
    "axes",
    [{}, {"points": [3]}, {"metric": list("abcdef")}, {"points": [2], "people": [10, 20]}],
)
def test_any_table_can_be_drawn(axes: dict[str, list[object]], tmp_path: Path) -> None:
    figures.draw(table_of(**axes), "sweep", tmp_path / "f.png")
    assert (tmp_path / "f.png").read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in tmp_path.iterdir()] == ["f.png"]
