"""Tables of a run's cells, row by row, without taking ownership of them."""

from collections.abc import Iterator
from typing import Any

from streams.stage import Stage
from streams.store.protocol import Store

Rows = Iterator[tuple[Any, Any]]


def tasks(store: Store, stage: str) -> list[str]:
    """Return the tasks of a stage that have a cell."""
    return [task for task in store.tasks() if task.startswith(f"{stage}/")]


def rows(store: Store, task: str, kind: type[Stage], name: str) -> Rows:
    """Yield the (key, value) rows of a table of one task; `kind` is its stage."""
    (table,) = (table for table in kind.tables if table.name == name)
    for row in store.peek(task, name):
        _, key, value = table.read(*row)
        yield key, value


def all_rows(store: Store, stage: str, kind: type[Stage], name: str) -> Rows:
    """Yield the (key, value) rows of a table of every task of a stage."""
    for task in tasks(store, stage):
        yield from rows(store, task, kind, name)
