"""What is wrong with a table, said by row, column and shape, and never by value."""

from collections.abc import Sequence
from dataclasses import dataclass

FIRST = 10
"""Reasons that are told in full."""
_LONGEST = 40


class FrameError(Exception):
    """A table or its map cannot be imported; the message names the option and what is allowed."""


class Unfit(Exception):
    """A value that cannot be replaced; the message says what is allowed, not what it was."""


@dataclass(frozen=True)
class Fault:
    """One unfit cell: `row` counts from 1 below the header, `shape` stands for the value."""

    row: int
    field: str
    column: str
    shape: str
    allowed: str

    def text(self) -> str:
        """Return it as one line."""
        return f"row {self.row}, {self.field} (column {self.column}): {self.shape}; {self.allowed}"


def shape(value: str | None) -> str:
    """Return what a value looks like: 9 for digits, a and A for letters, ? for what is not ASCII.

    >>> shape("1985-13-40"), shape("Zoë 1"), shape(None)
    ('9999-99-99', 'Aaa 9', 'empty')
    """
    if not value:
        return "empty"
    looks = "".join(_look(character) for character in value[:_LONGEST])
    return looks if len(value) <= _LONGEST else f"{looks}... ({len(value)} characters)"


def refuse(faults: Sequence[Fault]) -> FrameError:
    """Return the error that tells the first faults, and how many there are."""
    told = "".join(f"\n  {fault.text()}" for fault in faults[:FIRST])
    more = f"\n  and {len(faults) - FIRST:,} more" if len(faults) > FIRST else ""
    return FrameError(
        f"FRAME: {len(faults):,} unfit values; mend them, or --skip-bad rows (or values) leaves "
        f"them out{told}{more}"
    )


def _look(character: str) -> str:
    if character.isdecimal():
        return "9"
    if character.isalpha():
        return "A" if character.isupper() else "a"
    return character if character.isascii() and character.isprintable() else "?"
