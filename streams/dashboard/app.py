"""The live page's application: snapshots as server-sent events, the page and its panels."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Protocol

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from streams.dashboard.guard import Guard
from streams.dashboard.live import Fanout, tick

STATIC = Path(__file__).parent / "static"
PANELS = STATIC / "panels"
INTERVAL = 1 / 3
"""Seconds between snapshots."""
_PANEL = re.compile(r"[a-z][a-z0-9_]*\Z")
NO_STORE = {"Cache-Control": "no-store"}


class Snapshots(Protocol):
    """What the server needs of a Board."""

    def snapshot(self, now: float) -> dict[str, Any]:
        """Return what the page shows at a time."""


def list_panels(folder: Path) -> dict[str, Path]:
    """Return the panels of a folder by name: every `name.js` in it."""
    return {p.stem: p for p in sorted(folder.glob("*.js")) if _PANEL.match(p.stem)}


def build_app(
    board: Snapshots,
    clock: Callable[[], float],
    hosts: tuple[str, ...] = (),
    panels: Path = PANELS,
) -> Starlette:
    """Return the application: page, panels, `/events`, `/snapshot.json` and `/healthz`.

    `hosts` are names served besides the loopback ones. `app.state.fanout` ends the streams.
    """
    fanout = Fanout()
    found = list_panels(panels)

    def message() -> bytes:
        return b"data: " + msgspec.json.encode(board.snapshot(clock())) + b"\n\n"

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        ticking = asyncio.create_task(tick(fanout, message, INTERVAL))
        ticking.add_done_callback(lambda _: fanout.end())
        try:
            yield
        finally:
            ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ticking

    async def index(_: Request) -> Response:
        return FileResponse(STATIC / "index.html")

    async def panel(request: Request) -> Response:
        path = found.get(request.path_params["name"])
        if path is None:
            return Response(status_code=404)
        return FileResponse(path, media_type="text/javascript")

    async def panel_names(_: Request) -> Response:
        return JSONResponse(list(found))

    async def events(_: Request) -> Response:
        return StreamingResponse(fanout.stream(), media_type="text/event-stream", headers=NO_STORE)

    async def snapshot(_: Request) -> Response:
        body = msgspec.json.encode(board.snapshot(clock()))
        return Response(body, media_type="application/json", headers=NO_STORE)

    async def health(_: Request) -> Response:
        status = "stalled" if fanout.ended else "ok"
        body = {"status": status, "clients": len(fanout)}
        return JSONResponse(body, 503 if fanout.ended else 200, headers=NO_STORE)

    app = Starlette(
        routes=[
            Route("/", index),
            Route("/events", events),
            Route("/snapshot.json", snapshot),
            Route("/healthz", health),
            Route("/panels.json", panel_names),
            Route("/panels/{name}.js", panel),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, hosts=hosts), Middleware(GZipMiddleware, compresslevel=5)],
        lifespan=lifespan,
    )
    app.state.fanout = fanout
    return app
