"""Follows the output topics of a broker into a session, in a thread of its own."""

import asyncio
import threading
from collections.abc import Sequence

from streams.kafka.wire import tail
from streams.session import Session
from streams.topology import Layout, stage_reading

_NOT_SHOWN = {"registry"}


def outputs(layout: Layout) -> Sequence[str]:
    """Return the topics that no stage reads: what a run says to the outside.

    >>> outputs(Layout(("phone",), 1))[:2]
    ['rejects', 'links']
    """
    return [t for t in layout.topics() if stage_reading(t) is None and t not in _NOT_SHOWN]


class Follower:
    """Reads the output topics from their beginning until it is stopped."""

    def __init__(self, bootstrap: str, session: Session, layout: Layout) -> None:
        self._bootstrap, self._session, self._topics = bootstrap, session, outputs(layout)
        self._error: BaseException | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self._task: asyncio.Task[None] | None = None
        self._thread.start()

    def check(self) -> None:
        """Raise what ended the reading, if anything did."""
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Stop reading."""
        self._loop.call_soon_threadsafe(self._cancel)
        self._thread.join(timeout=10)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _run(self) -> None:
        self._task = self._loop.create_task(self._follow())
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        except Exception as error:
            self._error = error
        finally:
            self._loop.close()

    async def _follow(self) -> None:
        async for messages in tail(self._bootstrap, self._topics, "beginning"):
            for m in messages:
                if m.value is not None:
                    self._session.take(m.topic, m.key, m.value)
