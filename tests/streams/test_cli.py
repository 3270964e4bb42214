"""The command line says what a user can mend in one line on standard error."""

import sys

import pytest

from streams import cli
from streams.synthetic.crews import WorkerError


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["joinlens", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("generat",), "No such command 'generat'. Did you mean 'generate'?"),
        (("generate",), "Missing option '--out'."),
        (("generate", "--peopl", "1"), "No such option: --peopl "),
        (("generate", "--out"), "Option '--out' requires an argument."),
        (("demo", "--runner", "x"), "Invalid value for '--runner' "),
    ],
)
def test_a_wrong_use_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    assert run(monkeypatch, *arguments) == 2
    found = capsys.readouterr()
    assert found.out == ""
    (line,) = found.err.splitlines()
    assert line.startswith(f"joinlens: {said}")


def test_without_a_command_there_is_help_and_no_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch) == 2
    found = capsys.readouterr()
    assert "generate" in found.out
    assert found.err == ""


def test_asking_for_help_is_no_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "generate", "--help") == 0
    assert "--people" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (WorkerError("--processes: one ended"), 1, "joinlens: --processes: one ended\n"),
        (OSError(28, "No space left on device"), 1, "joinlens: [Errno 28] No space left on "),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_what_a_command_cannot_do_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    raised: BaseException,
    code: int,
    said: str,
) -> None:
    def failing(*_: object) -> None:
        raise raised

    monkeypatch.setattr("streams.commands.world._recorded", failing)
    assert run(monkeypatch, "generate", "--out", "x.jsonl") == code
    found = capsys.readouterr()
    assert found.err.startswith(said)
    assert len(found.err.splitlines()) == bool(said)
