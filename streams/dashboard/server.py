"""The live page's server: in a thread beside a pipeline, or in front of a container."""

import asyncio
import contextlib
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import uvicorn

from streams.dashboard.app import PANELS, Snapshots, build_app
from streams.dashboard.live import Fanout

__all__ = ["Dashboard", "build_app"]

GRACE = 2
"""Seconds that open answers get at shutdown."""
POLL = 0.02
"""Seconds between looks at a server that starts or stops."""


class _Server(uvicorn.Server):
    """Ends open streams before uvicorn waits for them, and leaves signals to its caller."""

    fanout: Fanout

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.fanout.end()
        deadline = time.monotonic() + GRACE
        while self.server_state.tasks and time.monotonic() < deadline:
            await asyncio.sleep(POLL)
        if self.server_state.tasks:
            # Their clients have stopped reading; uvicorn would cancel them with a traceback each.
            for connection in list(self.server_state.connections):
                connection.transport.abort()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Dashboard:
    """Serves the live page of a board, in a thread (`start`, `stop`) or in front (`run`).

    Port 0 takes a free one. Anything but a loopback `host` is for a container whose port is
    published on 127.0.0.1; `hosts` are the further names that browsers may use for it.
    """

    def __init__(
        self,
        board: Snapshots,
        host: str = "127.0.0.1",
        port: int = 0,
        hosts: tuple[str, ...] = (),
        clock: Callable[[], float] = time.monotonic,
        panels: Path = PANELS,
    ) -> None:
        self._host, self._port = host, port
        app = build_app(board, clock, hosts, panels)
        self._server = _Server(
            uvicorn.Config(
                app,
                log_level="error",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._server.fanout = app.state.fanout
        self._thread: threading.Thread | None = None

    def start(self) -> str:
        """Serve in a thread and return the page's address; OSError when the port is taken."""
        listening = self._listen()
        self._thread = threading.Thread(
            target=self._server.run, args=([listening],), name="dashboard", daemon=True
        )
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(POLL)
        if not self._server.started:
            raise RuntimeError("the page's server ended while it started; see its error above")
        return self._address(listening)

    def stop(self) -> None:
        """End all streams and the server; does nothing when it is not running."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=2 * GRACE + 2)
            self._thread = None

    def run(self, ready: Callable[[str], None] | None = None) -> None:
        """Serve in the main thread until SIGTERM or Ctrl-C, and return.

        `ready` is told the address once the port is bound.
        """

        def leave(_signal: int, _frame: FrameType | None) -> None:
            self._server.should_exit = True

        before = {s: signal.signal(s, leave) for s in (signal.SIGTERM, signal.SIGINT)}
        try:
            listening = self._listen()
            if ready is not None:
                ready(self._address(listening))
            self._server.run([listening])
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        return socket.create_server((self._host, self._port), family=family, backlog=128)

    def _address(self, listening: socket.socket) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{listening.getsockname()[1]}/"
