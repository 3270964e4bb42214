"""The command line as a user calls it, in this process, and a small world to call it on."""

import sys

import pytest

from streams.cli import main

WORLD = ("--people", "200", "--days", "1", "--seed", "11")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Call `joinlens` with these arguments and return its exit status."""
    monkeypatch.setattr(sys, "argv", ["joinlens", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)
