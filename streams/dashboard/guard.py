"""Guard: answers only this page's own requests, and tells the browser to load nothing else.

A web page from elsewhere can make a browser send requests to a loopback port, under a name of its
own (DNS rebinding, seen in Host) or under its own origin (seen in Origin).
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Wraps an application: 421 for a foreign Host, 403 for a foreign Origin, headers on all."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._names = LOOPBACK | {name.lower() for name in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY_HEADERS)
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        await (self._refusal(Headers(scope=scope)) or self._app)(scope, receive, with_headers)

    def _refusal(self, headers: Headers) -> ASGIApp | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or host_name(hosts[0]) not in self._names:
            allowed = ", ".join(sorted(self._names))
            return PlainTextResponse(f"This Host is not served here; served: {allowed}\n", 421)
        origins = headers.getlist("origin")
        if any(urlsplit(origin).netloc.lower() != hosts[0].lower() for origin in origins):
            return PlainTextResponse("Only this page's own origin is answered\n", 403)
        return None


def host_name(host: str) -> str | None:
    """Return the name in a Host header without its port; None when there is none.

    >>> host_name("LocalHost:8000"), host_name("[::1]:80"), host_name("a@b/c"), host_name("")
    ('localhost', '::1', None, None)
    """
    try:
        parts = urlsplit(f"//{host}")
        clean = parts.netloc == host and "@" not in host and (parts.port or 0) >= 0
    except ValueError:
        return None
    return parts.hostname if clean else None
