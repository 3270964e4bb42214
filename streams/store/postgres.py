"""Cells in PostgreSQL, in shared tables: several machines, any number of workers."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import psycopg

from streams.store.protocol import Fenced, Outgoing, Row

_SCHEMA = """
CREATE TABLE IF NOT EXISTS joinlens_owner (cell TEXT PRIMARY KEY, version BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS joinlens_state
    (cell TEXT, tbl TEXT, key BYTEA, value BYTEA NOT NULL, PRIMARY KEY (cell, tbl, key));
CREATE TABLE IF NOT EXISTS joinlens_position
    (cell TEXT, origin TEXT, n BIGINT NOT NULL, PRIMARY KEY (cell, origin));
CREATE TABLE IF NOT EXISTS joinlens_outbox
    (cell TEXT, number BIGINT, topic TEXT, part INTEGER, key BYTEA, value BYTEA,
     PRIMARY KEY (cell, number));
"""
_ROWS = "SELECT key, value FROM joinlens_state WHERE cell = %s AND tbl = %s ORDER BY key"
_PUT = """INSERT INTO joinlens_state VALUES (%s, %s, %s, %s)
          ON CONFLICT (cell, tbl, key) DO UPDATE SET value = excluded.value"""
_MOVE = """INSERT INTO joinlens_position VALUES (%s, %s, %s)
           ON CONFLICT (cell, origin) DO UPDATE SET n = excluded.n"""
_OWN = """INSERT INTO joinlens_owner VALUES (%s, 1)
          ON CONFLICT (cell) DO UPDATE SET version = joinlens_owner.version + 1
          RETURNING version"""


class PostgresCell:
    """One task's rows in the shared tables."""

    def __init__(self, dsn: str, task: str) -> None:
        self._db, self._task = psycopg.connect(dsn), task
        with self._db.transaction():
            row = self._db.execute(_OWN, (task,)).fetchone()
            found = self._db.execute(
                "SELECT coalesce(max(number), 0) FROM joinlens_outbox WHERE cell = %s", (task,)
            ).fetchone()
        assert row is not None and found is not None
        self._version, self._number = int(row[0]), int(found[0])

    def rows(self, table: str) -> Iterable[tuple[bytes, bytes]]:
        """Return the (key, value) rows of a table, ordered by key."""
        with self._db.transaction():
            return self._db.execute(_ROWS, (self._task, table)).fetchall()

    def positions(self) -> Mapping[str, int]:
        """Return the next expected n of every origin."""
        query = "SELECT origin, n FROM joinlens_position WHERE cell = %s"
        with self._db.transaction():
            return dict(self._db.execute(query, (self._task,)).fetchall())

    def outbox(self) -> Sequence[tuple[int, Outgoing]]:
        """Return what was committed but perhaps not sent, in order, with its number."""
        query = """SELECT number, topic, part, key, value FROM joinlens_outbox
                   WHERE cell = %s ORDER BY number"""
        with self._db.transaction():
            found = self._db.execute(query, (self._task,)).fetchall()
        return [(row[0], Outgoing(*row[1:])) for row in found]

    def commit(
        self,
        rows: Iterable[Row],
        positions: Mapping[str, int],
        outgoing: Sequence[Outgoing],
        sent: int,
        wiped: Collection[str] = (),  # noqa: ARG002
    ) -> int:
        """Write everything in one transaction; see the protocol.

        Nothing more can be wiped from here: deleted rows leave the files of the server with its
        own VACUUM, and backups with theirs.
        """
        task = self._task
        last = self._number + len(outgoing)
        with self._db.transaction(), self._db.cursor() as db:
            self._fence(db)
            db.execute("DELETE FROM joinlens_outbox WHERE cell = %s AND number <= %s", (task, sent))
            rows = list(rows)
            puts = [(task, *row) for row in rows if row[2] is not None]
            deletes = [(task, *row[:2]) for row in rows if row[2] is None]
            db.executemany(_PUT, puts)
            db.executemany(
                "DELETE FROM joinlens_state WHERE cell = %s AND tbl = %s AND key = %s", deletes
            )
            db.executemany(_MOVE, [(task, *item) for item in positions.items()])
            numbered = [(task, self._number + 1 + i, *out) for i, out in enumerate(outgoing)]
            db.executemany("INSERT INTO joinlens_outbox VALUES (%s, %s, %s, %s, %s, %s)", numbered)
        self._number = last
        return last

    def _fence(self, db: "psycopg.Cursor[tuple[int]]") -> None:
        query = "SELECT version FROM joinlens_owner WHERE cell = %s FOR UPDATE"
        row = db.execute(query, (self._task,)).fetchone()
        if row is None or row[0] != self._version:
            raise Fenced(f"cell {self._task} is owned by another process now")

    def close(self) -> None:
        """Let go of the cell; what was committed stays."""
        self._db.close()


class PostgresStore:
    """A database with the cells of all tasks; `dsn` is a libpq connection string."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        with psycopg.connect(dsn) as db:
            db.execute(_SCHEMA)

    def open(self, task: str) -> PostgresCell:
        """Take ownership of a task's cell, made empty when it does not exist yet."""
        return PostgresCell(self._dsn, task)

    def tasks(self) -> Sequence[str]:
        """Return the names of all tasks that have a cell, sorted."""
        with psycopg.connect(self._dsn) as db:
            return sorted(row[0] for row in db.execute("SELECT cell FROM joinlens_owner"))

    def peek(self, task: str, table: str) -> Iterable[tuple[bytes, bytes]]:
        """Return a table's rows without taking ownership."""
        with psycopg.connect(self._dsn) as db:
            return db.execute(_ROWS, (task, table)).fetchall()
