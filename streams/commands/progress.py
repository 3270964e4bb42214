"""Progress while a run works: one line on standard error, at most once a second."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from streams.session import Session

T = TypeVar("T")


class Progress:
    """Writes how far a session is; on a terminal the line is overwritten."""

    def __init__(self, session: Session, days: int) -> None:
        self._session, self._last_block = session, 24 * days + 2
        self._start = self._last = time.monotonic()
        self._events = 0

    def over(self, items: Iterable[T]) -> Iterator[T]:
        """Yield the items, and report between them."""
        for item in items:
            yield item
            self.tick()

    def tick(self) -> None:
        """Report if a second has gone by."""
        now = time.monotonic()
        if now - self._last < 1:
            return
        events = self._session.events()
        rate = (events - self._events) / (now - self._last)
        linked = self._session.outcomes()["linked"]
        line = (
            f"{now - self._start:5.0f} s  block {max(self._session.block, 0):>3} of "
            f"{self._last_block}  {events:>9,} events  {rate:>7,.0f}/s  {linked:>9,} linked"
        )
        end = "\r" if sys.stderr.isatty() else "\n"
        print(line, end=end, file=sys.stderr, flush=True)
        self._last, self._events = now, events

    def end(self) -> None:
        """Leave the line."""
        if sys.stderr.isatty():
            print(file=sys.stderr)

    @property
    def seconds(self) -> float:
        """Return the seconds since the start."""
        return time.monotonic() - self._start
