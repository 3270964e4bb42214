"""Cells in SQLite, one file each: one machine, any number of workers on it.

A cell is a log: each commit appends what changed, one row a table, and reading folds it. Keys are
scattered, so to keep every value in a row of its own would rewrite a page for each changed key.
A table's log is folded in place when it has grown to several times what it holds. Where a commit
wipes tables, their logs are folded in it and the file is written anew without free pages, and
again when the messages of that commit are gone. `user_version` is 1 while that is owed.
"""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

from streams.store.protocol import Fenced, Outgoing, Row

_SCHEMA = """
CREATE TABLE IF NOT EXISTS log (number INTEGER PRIMARY KEY, tbl TEXT, pairs BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS log_of_table ON log (tbl, number);
CREATE TABLE IF NOT EXISTS position (origin TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (number INTEGER PRIMARY KEY, messages BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS owner (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER);
INSERT OR IGNORE INTO owner VALUES (1, 0);
"""
SLACK = 32 * 1024 * 1024
"""Bytes that a table's log may grow beyond three times what it held when it was last folded."""

WORTH = 0.9
"""A log that holds this share of its own bytes is not folded, and not looked at again for long."""

PART = 10_000
"""Rows of a folded log that lie together."""

Pair = tuple[bytes, bytes | None]
_encode = msgspec.msgpack.Encoder().encode
_pairs = msgspec.msgpack.Decoder(list[Pair]).decode
_messages = msgspec.msgpack.Decoder(list[Outgoing]).decode


class SqliteCell:
    """One task's state in one file."""

    def __init__(self, path: Path, slack: int = SLACK) -> None:
        self._db, self._slack = _connect(path), slack
        self._db.executescript(_SCHEMA)
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            # Taking ownership moves the version, so that an older owner's next commit fails.
            self._db.execute("UPDATE owner SET version = version + 1")
            row = self._db.execute("SELECT version FROM owner").fetchone()
        self._version = int(row[0])
        held = self.outbox()
        self._number = held[-1][0] if held else 0
        sizes = self._db.execute("SELECT tbl, sum(length(pairs)) FROM log GROUP BY tbl")
        self._bytes: dict[str, int] = dict(sizes)
        self._limits = {table: 3 * size + slack for table, size in self._bytes.items()}
        self._last: dict[str, bytes | None] = {}
        (owed,) = self._db.execute("PRAGMA user_version").fetchone()
        self._owed: int | None = self._number if owed else None
        if owed:
            self._rewrite()

    def rows(self, table: str) -> Iterable[tuple[bytes, bytes]]:
        """Return the (key, value) rows of a table, ordered by key."""
        return _fold(self._db, table)

    def positions(self) -> Mapping[str, int]:
        """Return the next expected n of every origin."""
        return dict(self._db.execute("SELECT origin, n FROM position"))

    def outbox(self) -> Sequence[tuple[int, Outgoing]]:
        """Return what was committed but perhaps not sent, in order, with its number."""
        found: list[tuple[int, Outgoing]] = []
        for last, packed in self._db.execute("SELECT number, messages FROM outbox ORDER BY 1"):
            messages = _messages(packed)
            first = last - len(messages) + 1
            found += [(first + i, message) for i, message in enumerate(messages)]
        return found

    def commit(
        self,
        rows: Iterable[Row],
        positions: Mapping[str, int],
        outgoing: Sequence[Outgoing],
        sent: int,
        wiped: Collection[str] = (),
    ) -> int:
        """Write everything in one transaction; see the protocol."""
        db, last = self._db, self._number + len(outgoing)
        settled = self._owed is not None and sent >= self._owed
        changed: dict[str, list[Pair]] = {}
        for table, key, value in rows:
            changed.setdefault(table, []).append((key, value))
        with db:
            self._fence()
            db.execute("DELETE FROM outbox WHERE number <= ?", (sent,))
            self._append(changed)
            for table in wiped:
                self._shorten(table)
            if wiped or settled:
                db.execute(f"PRAGMA user_version = {int(bool(wiped))}")
            db.executemany("INSERT OR REPLACE INTO position VALUES (?, ?)", positions.items())
            if outgoing:
                # One row a commit: its messages are sent, and forgotten, together.
                db.execute("INSERT INTO outbox VALUES (?, ?)", (last, _encode(outgoing)))
        self._number = last
        if wiped or settled:
            self._owed = last if wiped else None
            self._rewrite()
        return last

    def _rewrite(self) -> None:
        """Write the file anew, and empty the journal: no page of what was deleted is left."""
        self._db.execute("VACUUM")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _append(self, changed: Mapping[str, list[Pair]]) -> None:
        packed = [(table, _encode(pairs)) for table, pairs in changed.items()]
        for table, part in packed:
            self._last[table] = _risen(self._last_key(table), changed[table])
            self._bytes[table] = self._bytes.get(table, 0) + len(part)
        self._db.executemany("INSERT INTO log (tbl, pairs) VALUES (?, ?)", packed)
        for table in changed:
            if self._bytes[table] > self._limits.setdefault(table, self._slack):
                self._spare(table)

    def _last_key(self, table: str) -> bytes | None:
        """Return the largest key of a table whose keys only ever rise; None for another one."""
        if table in self._last:
            return self._last[table]
        query = "SELECT pairs FROM log WHERE tbl = ? ORDER BY number DESC LIMIT 1"
        row = self._db.execute(query, (table,)).fetchone()
        # Of a table that was there before only the end is looked at: to be wrong costs room alone.
        return b"" if row is None else _risen(b"", _pairs(row[0]))

    def _spare(self, table: str) -> None:
        """Shorten a log that has grown long, if it holds much that is not needed."""
        rises = self._last[table] is not None
        if rises or _weight(self._db, table) > WORTH * self._bytes[table]:
            # A table that only grows: to write it again and again would free nothing.
            self._limits[table] = 4 * self._bytes[table] + self._slack
        else:
            self._shorten(table)

    def _shorten(self, table: str) -> None:
        """Replace a table's log by what it holds."""
        rows = _fold(self._db, table)
        parts = [_encode(rows[i : i + PART]) for i in range(0, len(rows), PART)]
        self._db.execute("DELETE FROM log WHERE tbl = ?", (table,))
        insert = "INSERT INTO log (tbl, pairs) VALUES (?, ?)"
        self._db.executemany(insert, [(table, part) for part in parts])
        self._bytes[table] = sum(map(len, parts))
        self._limits[table] = 3 * self._bytes[table] + self._slack

    def _fence(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        (version,) = self._db.execute("SELECT version FROM owner").fetchone()
        if version != self._version:
            raise Fenced(f"cell version is {version}, this owner holds {self._version}")

    def close(self) -> None:
        """Let go of the cell; what was committed stays."""
        self._db.close()


class SqliteStore:
    """A folder of cells."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def open(self, task: str) -> SqliteCell:
        """Take ownership of a task's cell, made empty when it does not exist yet."""
        return SqliteCell(self._path(task))

    def tasks(self) -> Sequence[str]:
        """Return the names of all tasks that have a cell, sorted."""
        return sorted(unquote(path.stem) for path in self._folder.glob("*.sqlite"))

    def peek(self, task: str, table: str) -> Iterable[tuple[bytes, bytes]]:
        """Return a table's rows without taking ownership."""
        db = _connect(self._path(task))
        try:
            return _fold(db, table)
        finally:
            db.close()

    def _path(self, task: str) -> Path:
        return self._folder / f"{quote(task, safe='')}.sqlite"


def _connect(path: Path) -> sqlite3.Connection:
    # A killed process costs nothing. A power cut may cost the last moments (NORMAL); a worker then
    # finds a gap in its input and says so, rather than lose it silently.
    db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    return db


def _risen(last: bytes | None, pairs: Iterable[Pair]) -> bytes | None:
    """Return the largest key after these changes, or None if one of them is not above the rest."""
    if last is not None:
        for key, value in pairs:
            if value is None or key <= last:
                return None
            last = key
    return last


def _weight(db: sqlite3.Connection, table: str) -> int:
    """Return the bytes of keys and values that a table's log comes to, without holding them."""
    held: dict[bytes, int] = {}
    for (packed,) in db.execute("SELECT pairs FROM log WHERE tbl = ? ORDER BY number", (table,)):
        held.update((k, 0 if value is None else len(k) + len(value)) for k, value in _pairs(packed))
    return sum(held.values())


def _fold(db: sqlite3.Connection, table: str) -> list[tuple[bytes, bytes]]:
    """Return what a table's log comes to, ordered by key."""
    held: dict[bytes, bytes | None] = {}
    for (packed,) in db.execute("SELECT pairs FROM log WHERE tbl = ? ORDER BY number", (table,)):
        held.update(_pairs(packed))
    return sorted((key, value) for key, value in held.items() if value is not None)
