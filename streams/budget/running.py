"""Whether a demo is still running on a folder: its ledgers have one owner, the run itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linkage.errors import LinkageError
from streams.held import together


class RunningError(LinkageError):
    """A demo is running on the folder; the message says how to wait."""


@contextmanager
def at_rest(cells: str, what: str) -> Iterator[None]:
    """Keep demos away from a run's folder meanwhile; RunningError if one is running there now.

    `cells` is the folder of the run's cells; `what` says what has to wait, for the message.
    Several may be here at once: their cells are fenced.
    """
    folder = Path(cells).parent if Path(cells).name == "state" else Path(cells)
    lock = folder.with_suffix(".lock")
    if not lock.is_file():  # no demo ever ran here
        yield
        return
    taken = RunningError(
        f"--state: a demo is running on {folder}, and its ledgers are its own; {what} once "
        "it has ended (--once ends by itself; a live page ends with Ctrl-C)"
    )
    with together(lock, taken):
        yield
