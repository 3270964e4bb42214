"""A folder that one process at a time works on: a lock file that ends with its holder."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(lock: Path, otherwise: Exception) -> Iterator[None]:
    """Hold a lock file with nobody else meanwhile, or raise `otherwise` at once."""
    yield from _held(lock, fcntl.LOCK_EX, otherwise)


@contextmanager
def together(lock: Path, otherwise: Exception) -> Iterator[None]:
    """Hold a lock file that others may hold together, but nobody alone; else raise `otherwise`."""
    yield from _held(lock, fcntl.LOCK_SH, otherwise)


def _held(lock: Path, how: int, otherwise: Exception) -> Iterator[None]:
    with lock.open("a") as stream:
        try:
            fcntl.flock(stream, how | fcntl.LOCK_NB)
        except BlockingIOError:
            raise otherwise from None
        yield
