"""Live snapshots for open pages: one slot for each client, and the newest snapshot wins."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator

END = b""
"""Ends a client's stream: a server cannot shut down while one is open."""


class Slot:
    """Room for one message. A client that is slow finds the newest, not a queue."""

    def __init__(self) -> None:
        self._message: bytes | None = None
        self._filled = asyncio.Event()

    def put(self, message: bytes) -> None:
        """Put a message in place of one that was not fetched; nothing follows END."""
        if self._message != END:
            self._message = message
            self._filled.set()

    async def get(self) -> bytes:
        """Wait for a message and take it; END stays."""
        await self._filled.wait()
        message = self._message or END
        if message != END:
            self._message = None
            self._filled.clear()
        return message


class Fanout:
    """The slots of all open pages. Only the server's event loop may touch it."""

    def __init__(self) -> None:
        self._slots: set[Slot] = set()
        self._newest: bytes | None = None
        self.ended = False

    def __len__(self) -> int:
        return len(self._slots)

    def publish(self, message: bytes) -> None:
        """Give every client this message in place of what it has not fetched."""
        self._newest = message
        for slot in self._slots:
            slot.put(message)

    def end(self) -> None:
        """End all streams, those that are opened later too."""
        self.ended = True
        for slot in self._slots:
            slot.put(END)

    async def stream(self) -> AsyncIterator[bytes]:
        """Yield messages to one client, beginning with the newest there is, until the end."""
        with self._slot() as slot:
            while (message := await slot.get()) != END:
                yield message

    @contextlib.contextmanager
    def _slot(self) -> Iterator[Slot]:
        slot = Slot()
        if self._newest is not None:
            slot.put(self._newest)
        if self.ended:
            slot.put(END)
        self._slots.add(slot)
        try:
            yield slot
        finally:
            self._slots.discard(slot)


async def tick(fanout: Fanout, message: Callable[[], bytes], seconds: float) -> None:
    """Publish a message now and then every few seconds, until cancelled."""
    while True:
        fanout.publish(message())
        await asyncio.sleep(seconds)
