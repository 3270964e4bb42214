"""Which store a setting means: a folder is SQLite, a postgresql:// address is PostgreSQL."""

from pathlib import Path

from streams.store.protocol import Store
from streams.store.sqlite import SqliteStore

SCHEMES = ("postgresql://", "postgres://")


def open_store(where: str) -> Store:
    """Return the store at a folder or a PostgreSQL address.

    Raises ValueError with the fix when PostgreSQL is asked for and its driver is not installed.
    """
    if not where.startswith(SCHEMES):
        return SqliteStore(Path(where))
    try:
        from streams.store.postgres import PostgresStore
    except ImportError as error:
        raise ValueError(
            "--state: a postgresql:// address needs the driver; pip install 'joinlens[postgres]'"
        ) from error
    return PostgresStore(where)
