"""Cells in SQLite, one file each: one machine, any number of workers on it."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, unquote

from streams.store.protocol import Fenced, Outgoing, Row

_SCHEMA = """
CREATE TABLE IF NOT EXISTS state (tbl TEXT, key BLOB, value BLOB NOT NULL, PRIMARY KEY (tbl, key))
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS position (origin TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox
    (number INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT, part INTEGER, key BLOB, value BLOB);
CREATE TABLE IF NOT EXISTS owner (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER);
INSERT OR IGNORE INTO owner VALUES (1, 0);
"""
_PUT = "INSERT INTO state VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"


class SqliteCell:
    """One task's state in one file."""

    def __init__(self, path: Path) -> None:
        self._db = _connect(path)
        self._db.executescript(_SCHEMA)
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            # Taking ownership moves the version, so that an older owner's next commit fails.
            self._db.execute("UPDATE owner SET version = version + 1")
            row = self._db.execute("SELECT version FROM owner").fetchone()
        self._version = int(row[0])

    def rows(self, table: str) -> Iterable[tuple[bytes, bytes]]:
        """Return the (key, value) rows of a table, ordered by key."""
        return _rows(self._db, table)

    def positions(self) -> Mapping[str, int]:
        """Return the next expected n of every origin."""
        return dict(self._db.execute("SELECT origin, n FROM position"))

    def outbox(self) -> Sequence[tuple[int, Outgoing]]:
        """Return what was committed but perhaps not sent, in order, with its number."""
        found = self._db.execute("SELECT number, topic, part, key, value FROM outbox ORDER BY 1")
        return [(row[0], Outgoing(*row[1:])) for row in found]

    def commit(
        self,
        rows: Iterable[Row],
        positions: Mapping[str, int],
        outgoing: Sequence[Outgoing],
        sent: int,
    ) -> int:
        """Write everything in one transaction; see the protocol."""
        db = self._db
        with db:
            self._fence()
            db.execute("DELETE FROM outbox WHERE number <= ?", (sent,))
            puts, deletes = [], []
            for row in rows:
                if row.value is None:
                    deletes.append((row.table, row.key))
                else:
                    puts.append(row)
            db.executemany(_PUT, puts)
            db.executemany("DELETE FROM state WHERE tbl = ? AND key = ?", deletes)
            db.executemany("INSERT OR REPLACE INTO position VALUES (?, ?)", positions.items())
            db.executemany(
                "INSERT INTO outbox (topic, part, key, value) VALUES (?, ?, ?, ?)", outgoing
            )
            last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
        return int(last[0]) if last else 0

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
            return list(_rows(db, table))
        finally:
            db.close()

    def _path(self, task: str) -> Path:
        return self._folder / f"{quote(task, safe='')}.sqlite"


def _connect(path: Path) -> sqlite3.Connection:
    # The stream can be replayed from Kafka, so a power cut may cost the last moments (NORMAL),
    # a killed process costs nothing.
    db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    return db


def _rows(db: sqlite3.Connection, table: str) -> Iterable[tuple[bytes, bytes]]:
    return db.execute("SELECT key, value FROM state WHERE tbl = ? ORDER BY key", (table,))
