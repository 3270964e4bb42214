"""docs/budget.md says what is there: its commands are accepted, its batch read, its words said."""

import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from linkage.privacy.budget.policy import Policy
from streams.budget.request import read_request
from streams.cli import app, main
from tests.reading import ROOT

TEXT = (ROOT / "docs" / "budget.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^(?:\$ )?(joinlens (?:budget|release|demo)[^#\n]*)", TEXT, re.M)


def parsed(words: list[str]) -> Any:
    """Return the context in which click would call the command that the words name."""
    command: Any = typer.main.get_command(app)
    context = command.make_context("joinlens", words)
    while rest := [*context._protected_args, *context.args]:
        if not hasattr(command, "commands"):
            pytest.fail(f"{words}: left over {rest}")
        name, command, words = command.resolve_command(context, rest)
        context = command.make_context(name, words, parent=context)
    return context


@pytest.mark.parametrize("line", [line for line in COMMANDS if "..." not in line])
def test_every_command_of_the_page_is_one(line: str) -> None:
    assert parsed(shlex.split(line.replace("[FILE]", ""))[1:]).command.name


def test_a_command_that_is_none_would_be_seen() -> None:
    assert len(COMMANDS) > 12
    for wrong in ("budget audits", "release --querry x", "budget price --row 3"):
        with pytest.raises(Exception, match=r"No such (command|option)"):
            parsed(wrong.split())


def test_the_batch_of_the_page_is_read(tmp_path: Path) -> None:
    (text,) = re.findall(r"^```toml\n(.*?)^```", TEXT, re.M | re.S)
    (tmp_path / "ask.toml").write_text(text)
    found = read_request(tmp_path / "ask.toml", Policy.default(("phone", "bank", "internet")))
    assert (len(found.questions), len(found.joins)) == (1, 2)


def test_what_the_page_shows_is_what_a_run_prints(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Everything but the counts of this run: a smaller world says the same sentences."""

    def say(line: str) -> str:
        capfd.readouterr()
        monkeypatch.setattr(sys, "argv", shlex.split(line))
        with pytest.raises(SystemExit):
            main()
        return capfd.readouterr().out

    monkeypatch.chdir(tmp_path)
    say("joinlens demo --once --people 100 --days 1")
    for line in ("joinlens budget", "joinlens budget audit"):
        (shown,) = re.findall(rf"^\$ {line}\n(.*?)^```", TEXT, re.M | re.S)
        assert shape(say(line)) == shape(shown)
    line = "joinlens release --query cell_hours --blocks 7-18 --most 4"
    shown, again = re.findall(rf"^\$ {line}\n(.*?)^```", TEXT, re.M | re.S)
    said = say(line)
    assert shape(say(line)).startswith(shape(again))
    around = [re.sub(r"is counted .* noise takes", "", shape(text)) for text in (said, shown)]
    assert around[0] == around[1]


def shape(text: str) -> str:
    """Return a text without its numbers, hashes and the widths of its columns."""
    text = re.sub(r"\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b|[\d][\d,.%/-]*\d|\d", "#", text)
    text = re.sub(r"[ \n]+", " ", text).strip()
    return re.sub(r"#(?:[-e ]*#)*", "#", text)
