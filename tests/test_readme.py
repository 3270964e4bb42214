"""What the README shows in Python runs as it stands there."""

import re

import pytest

from tests.reading import ROOT

BLOCKS = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)


def test_the_session_in_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (session,) = BLOCKS
    assert len(session.splitlines()) <= 10
    names: dict[str, object] = {}
    exec(session, names)
    printed = capsys.readouterr().out
    assert "phone" in printed and "household" in printed
