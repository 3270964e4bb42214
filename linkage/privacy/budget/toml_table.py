"""A TOML table that is read field by field; each error names line, table, field and the fix."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from linkage.errors import PolicyError
from linkage.privacy.budget.shown import shown
from linkage.privacy.budget.toml_lines import Lines, Path

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


class Source:
    """The text that tables came from; its lines are looked for when there is an error to tell."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def lines(self) -> Lines:
        """Return where the fields stand."""
        return Lines(self._text)


class Table:
    """One table; what nobody asked for is an error. Tables of an array are counted from 1."""

    def __init__(self, source: Source, path: Path, fields: dict[str, Any]) -> None:
        self.key = str(path[-1]) if path else ""
        self._source, self._path, self._fields = source, path, fields
        self._read = set[str]()

    def has(self, field: str) -> bool:
        """Return whether the table states this field."""
        return field in self._fields

    def left(self) -> list[str]:
        """Return the fields that were not read yet."""
        return [field for field in self._fields if field not in self._read]

    def finish(self) -> None:
        """Raise PolicyError if there is a field that nobody read."""
        for field in self.left():
            known = ", ".join(sorted(self._read))
            raise self.error(field, f"unknown field; allowed are {known}")

    def whole(self, field: str, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number within these bounds."""
        value = self._value(field, default)
        if type(value) is not int or not least <= value <= most:
            raise self.wrong(field, f"a whole number from {least} to {most}")
        return value

    def number(self, field: str, above: float, below: float) -> float:
        """Return a number between these bounds, both excluded."""
        value = self._value(field)
        if type(value) is not float or not above < value < below:
            raise self.wrong(field, f"a number between {above} and {below}, both excluded")
        return value

    def text(self, field: str, allowed: Sequence[str]) -> str:
        """Return one of the allowed words."""
        value = self._value(field)
        if value not in allowed:
            raise self.wrong(field, f"one of {', '.join(allowed)}")
        return str(value)

    def texts(self, field: str) -> tuple[str, ...]:
        """Return a list of different names."""
        value = self._value(field)
        fits = isinstance(value, list) and value and all(isinstance(item, str) for item in value)
        if not fits or len(set(value)) < len(value):
            raise self.wrong(field, "a list of one or more different names")
        return tuple(value)

    def inner(self, field: str) -> "Table":
        """Return a table within this one."""
        value = self._value(field)
        if not isinstance(value, dict):
            raise self.wrong(field, "a table")
        return Table(self._source, (*self._path, field), value)

    def named(self, field: str) -> list["Table"]:
        """Return the tables that stand under names of their own: letters, digits, _ and -."""
        group = self._value(field, {})
        if not isinstance(group, dict):
            raise self.wrong(field, "a table")
        inside = Table(self._source, (*self._path, field), group)
        for name in group:
            if not _NAME.match(name):
                raise inside.error(name, "a name has 1 to 64 of the letters, digits, _ and -")
        return [inside.inner(name) for name in group]

    def array(self, field: str) -> list["Table"]:
        """Return the tables of an array of tables, none if the field is missing."""
        value = self._value(field, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            name = ".".join((*map(str, self._path), field))
            raise self.wrong(field, f"tables, each under a head [[{name}]]")
        path = (*self._path, field)
        return [Table(self._source, (*path, n), item) for n, item in enumerate(value)]

    def wrong(self, field: str, allowed: str) -> PolicyError:
        """Return the error of a field whose value is not what it may be."""
        return self.error(field, f"got {shown(self._fields.get(field))}, needs {allowed}")

    def error(self, field: str | None, what: str) -> PolicyError:
        """Return an error about a field, or about the table as a whole."""
        path = self._path if field is None else (*self._path, field)
        line = self._source.lines.of(path)
        return PolicyError(f"{'' if line is None else f'line {line}: '}{_said(path)}: {what}")

    def _value(self, field: str, default: Any = None) -> Any:
        self._read.add(field)
        if field in self._fields:
            return self._fields[field]
        if default is None:
            raise self.error(None, f"field {field!r} is missing")
        return default


def _said(path: Path) -> str:
    """Return the path as it is told: fields of the top belong to the policy."""
    words = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return f"policy{words}" if len(path) < 2 else words[1:]
