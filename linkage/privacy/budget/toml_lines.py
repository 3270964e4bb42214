"""On which line of a TOML text does a field stand? tomllib reads values and forgets where.

The grammar is left to tomllib: a statement is the fewest lines that it can read by themselves.
"""

import tomllib
from typing import Any

Path = tuple[str | int, ...]
_LONGEST = 200
"""Lines of one statement; after a longer one no line is told, rather than a wrong one."""


class Lines:
    """The lines of a text that tomllib can read as a whole, counted from 1."""

    def __init__(self, text: str) -> None:
        self._at: dict[Path, tuple[int, int]] = {}
        self._tables: dict[Path, int] = {}
        self._here: Path = ()
        self._read(text.replace("\r\n", "\n").split("\n"))

    def of(self, path: Path) -> int | None:
        """Return the line of a field or of a table's head; None where it cannot be told.

        Elements of an array count from 0. What stands inside a value has the value's line, if
        that has one only.

        >>> lines = Lines("[a.b]\\nc = 1\\n[[d]]\\n[[d]]\\ne.f = {g = 1}")
        >>> [lines.of(path) for path in [("a", "b", "c"), ("d", 1), ("d", 1, "e", "f", "g")]]
        [2, 4, 5]
        >>> lines.of(("h",)) is None
        True
        """
        if path in self._at:
            return self._at[path][0]
        for length in range(len(path) - 1, 0, -1):
            if path[:length] in self._at:
                first, last = self._at[path[:length]]
                return first if first == last and path[:length] not in self._tables else None
        return None

    def _read(self, lines: list[str]) -> None:
        start = 0
        while start < len(lines):
            for end in range(start + 1, min(start + _LONGEST, len(lines)) + 1):
                try:
                    found = tomllib.loads("\n".join(lines[start:end]))
                except (ValueError, RecursionError):
                    continue
                break
            else:
                return
            if found:
                self._note(lines[start].lstrip(), found, (start + 1, end))
            start = end

    def _note(self, line: str, found: dict[str, Any], at: tuple[int, int]) -> None:
        """Take up one statement: a head of a table, or one field under the last head."""
        keys = list[str]()
        inside: Any = found
        while isinstance(inside, dict) and len(inside) == 1:
            ((key, inside),) = inside.items()
            keys.append(key)
        if line.startswith("["):
            self._here = self._resolved(keys, fresh=isinstance(inside, list))
            for length in range(1, len(self._here) + 1):
                self._at.setdefault(self._here[:length], at)
                self._tables.setdefault(self._here[:length], 0)
        else:
            for length in range(1, len(keys) + 1):
                self._at.setdefault((*self._here, *keys[:length]), at)

    def _resolved(self, keys: list[str], fresh: bool) -> Path:
        """Return the path that a head means: within arrays of tables, the last table so far."""
        path: Path = ()
        for place, key in enumerate(keys):
            path = (*path, key)
            if fresh and place == len(keys) - 1:
                self._tables[path] = self._tables.get(path, 0) + 1
            if number := self._tables.get(path, 0):
                path = (*path, number - 1)
        return path
