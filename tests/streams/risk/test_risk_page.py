"""docs/risk.md says of every metric and adversary what its file says, and its commands parse."""

import re
import shlex
from typing import Any

from typer.main import get_command

from linkage.privacy.adversary import load_adversaries
from linkage.privacy.metric import load_metrics
from streams.cli import app
from tests.reading import ROOT

PAGE = (ROOT / "docs" / "risk.md").read_text(encoding="utf-8")


def table(first: str) -> list[str]:
    """The rows of the table whose first column has this head."""
    (rows,) = re.findall(rf"^\| {first} \|.*\n\|[-| ]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    return str(rows).splitlines()


def row(name: str, *cells: str) -> str:
    return f"| {' | '.join((f'`{name}`', *cells))} |"


def test_every_metric_is_there_as_its_file_says() -> None:
    expected = [
        row(m.name, m.question, m.unit, m.must_not_be_read_as) for m in load_metrics().values()
    ]
    assert table("metric") == expected


def test_every_adversary_is_there_as_its_file_says() -> None:
    expected = [row(a.name, a.holds, a.must_not_be_read_as) for a in load_adversaries().values()]
    assert table("adversary") == expected


def test_a_row_that_changed_would_be_seen() -> None:
    metric = load_metrics()["unicity"]
    assert row(metric.name, metric.question, metric.unit, "safety") not in table("metric")


def test_its_commands_are_commands_of_joinlens() -> None:
    (shown,) = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    lines = [shlex.split(line, comments=True) for line in shown.splitlines()]
    used = {word for line in lines for word in line if word.startswith("--")}
    assert all(line[:2] == ["joinlens", "risk"] for line in lines)
    commands: Any = get_command(app)
    assert used
    assert used <= {option for one in commands.commands["risk"].params for option in one.opts}
