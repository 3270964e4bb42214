"""A task asks its stage whether the tables it found are whole, and starts only then."""

from pathlib import Path

import pytest

from streams.runners.task import Routes, Task
from streams.store.protocol import Fenced
from streams.store.sqlite import SqliteStore
from tests.streams.runners.test_task import ORIGINS, TASK, Tell


class Wary(Tell):
    """Finds its tables wrong; somebody else may have opened the cell in the meantime."""

    def __init__(self, other: SqliteStore | None) -> None:
        super().__init__()
        self._other = other

    def restored(self) -> None:
        if self._other is not None:
            self._other.open(TASK)
        raise ValueError("a row is missing")


def test_a_stage_that_finds_its_tables_wrong_is_not_started(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    with pytest.raises(ValueError, match="a row is missing"):
        Task(TASK, Wary(None), store.open(TASK), frozenset(ORIGINS), Routes({}))
    # What it read may have changed under it, and then it is not the tables that are wrong.
    with pytest.raises(Fenced):
        Task(TASK, Wary(store), store.open(TASK), frozenset(ORIGINS), Routes({}))
