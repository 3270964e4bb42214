"""The page's server: who is answered, what streams, and how it ends."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from streams.board import Board
from streams.dashboard.app import PANELS
from streams.dashboard.live import END, Fanout, Slot
from streams.dashboard.server import Dashboard
from tests.streams.dashboard import sample

LOCAL = "http://127.0.0.1"


def clock() -> float:
    return 40.0


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    dashboard = Dashboard(sample.board(), hosts=("board.internal",), clock=clock)
    with httpx.Client(base_url=dashboard.start()) as found:
        yield found
    dashboard.stop()


@pytest.fixture
def dashboard() -> Iterator[Dashboard]:
    found = Dashboard(sample.board(), clock=clock)
    yield found
    found.stop()


def status(client: httpx.Client, path: str, headers: dict[str, str]) -> int:
    """Return the status alone: an answer that should have been refused might never end."""
    with client.stream("GET", path, headers=headers) as answer:
        return answer.status_code


def test_the_page_and_its_modules_are_served_with_a_policy(client: httpx.Client) -> None:
    for path in ("/", "/static/app.js", "/static/style.css", "/panels/strip.js", "/snapshot.json"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-security-policy"].startswith("default-src 'self'; ")
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["content-encoding"] == "gzip" or len(answer.content) < 500
    assert "javascript" in client.get("/panels/strip.js").headers["content-type"]


def test_the_page_holds_no_inline_script_or_style_and_names_no_other_host() -> None:
    texts = {p: p.read_text() for p in PANELS.parent.rglob("*") if p.is_file()}
    page = texts[PANELS.parent / "index.html"]
    assert "<style" not in page
    assert "style=" not in page
    assert page.count("<script") == page.count('<script type="module" src="/static/')
    outside = [
        p.name
        for p, text in texts.items()
        for word in text.split()
        if "://" in word and "http://www.w3.org/" not in word
    ]
    assert outside == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "LOCALHOST", "[::1]:9", "board.internal:80"],
)
def test_own_names_are_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "evil@127.0.0.1", "localhost/x", "0.0.0.0", "", "["],
)
@pytest.mark.parametrize("path", ["/", "/events", "/snapshot.json", "/static/app.js"])
def test_a_foreign_host_is_refused(client: httpx.Client, host: str, path: str) -> None:
    assert status(client, path, {"host": host}) == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9", "x"])
@pytest.mark.parametrize("path", ["/events", "/snapshot.json"])
def test_a_foreign_origin_is_refused(client: httpx.Client, origin: str, path: str) -> None:
    headers = {"host": "127.0.0.1:8080", "origin": origin}
    assert status(client, path, headers) == 403


def test_the_own_origin_is_answered(client: httpx.Client) -> None:
    headers = {"host": "localhost:8080", "origin": "http://localhost:8080"}
    assert client.get("/snapshot.json", headers=headers).status_code == 200


def test_nothing_can_be_written(client: httpx.Client) -> None:
    for path in ("/", "/events", "/snapshot.json", "/healthz"):
        assert client.post(path).status_code == 405


def test_static_paths_do_not_lead_out(client: httpx.Client) -> None:
    for path in ("/static/../server.py", "/static/%2e%2e/server.py", "/panels/..%2fapp.js"):
        assert client.get(path).status_code == 404


def test_a_panel_is_one_new_file(tmp_path: Path) -> None:
    (tmp_path / "weather.js").write_text("export const title = 'Weather';")
    (tmp_path / "Not-a-panel.js").write_text("")
    dashboard = Dashboard(sample.board(), panels=tmp_path)
    with httpx.Client(base_url=dashboard.start()) as client:
        assert client.get("/panels.json").json() == ["weather"]
        assert client.get("/panels/weather.js").text == "export const title = 'Weather';"
        assert client.get("/panels/strip.js").status_code == 404
    dashboard.stop()


def test_every_shipped_panel_exports_a_title_and_a_render(client: httpx.Client) -> None:
    names = client.get("/panels.json").json()
    assert {"strip", "throughput", "lattice", "ledger", "links", "quality"} <= set(names)
    for name in names:
        text = client.get(f"/panels/{name}.js").text
        assert "export const title = " in text
        assert "export function render(element, " in text


def test_first_data_is_the_snapshot(dashboard: Dashboard) -> None:
    address = dashboard.start()
    with httpx.stream("GET", f"{address}events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        first = next(line for line in answer.iter_lines() if line)
    snapshot = json.loads(first.removeprefix("data: "))
    now = httpx.get(f"{address}snapshot.json").json()
    assert snapshot["risk"] == now["risk"]
    assert snapshot["run"]["seed"] == sample.RUN.seed
    assert now["seq"] > snapshot["seq"]


def test_a_slow_client_finds_the_newest_only() -> None:
    async def scene() -> list[bytes]:
        slot = Slot()
        for n in range(100):
            slot.put(str(n).encode())
        found = [await slot.get()]
        slot.put(b"next")
        slot.put(END)
        slot.put(b"after the end")
        return [*found, await slot.get(), await slot.get()]

    assert asyncio.run(asyncio.wait_for(scene(), 10)) == [b"99", END, END]


def test_a_stalled_client_holds_one_message_and_others_go_on() -> None:
    async def scene() -> tuple[list[bytes], bytes]:
        fanout = Fanout()
        quick, stalled = fanout.stream(), fanout.stream()
        fanout.publish(b"0")
        found = [await anext(quick)]
        assert await anext(stalled) == b"0"
        for n in range(1, 4):
            fanout.publish(str(n).encode())
            found.append(await anext(quick))
        missed = await anext(stalled)
        fanout.end()
        assert [rest async for rest in quick] == [rest async for rest in stalled] == []
        assert len(fanout) == 0
        return found, missed

    assert asyncio.run(asyncio.wait_for(scene(), 10)) == ([b"0", b"1", b"2", b"3"], b"3")


def test_stop_ends_open_streams_cleanly(dashboard: Dashboard) -> None:
    address = dashboard.start()
    with httpx.stream("GET", f"{address}events", timeout=10) as answer:
        lines = answer.iter_lines()
        assert next(lines).startswith("data: ")
        dashboard.stop()
        list(lines)  # httpx raises when the stream is cut and not ended
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


class Large:
    """More than the socket's buffers hold, so that a client that never reads blocks its answer."""

    def snapshot(self, now: float) -> dict:
        return {"padding": "x" * 16_000_000}


def test_stop_does_not_wait_for_a_client_that_never_reads(
    capfd: pytest.CaptureFixture[str],
) -> None:
    dashboard = Dashboard(Large())
    parts = urlsplit(dashboard.start())
    with socket.socket() as stalled:
        stalled.connect((parts.hostname, parts.port))
        stalled.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while httpx.get(f"{parts.geturl()}healthz").json()["clients"] == 0:
            pass
        dashboard.stop()
        with pytest.raises(httpx.ConnectError):
            httpx.get(parts.geturl())
    assert capfd.readouterr().err == ""


def test_a_taken_port_is_an_error_at_start(dashboard: Dashboard) -> None:
    port = urlsplit(dashboard.start()).port
    assert port is not None
    with pytest.raises(OSError, match="in use"):
        Dashboard(Board(sample.RUN), port=port).start()


FOREGROUND = """
from streams.board import Board, Run
from streams.dashboard.server import Dashboard
run = Run(people=1, days=1, seed=1, scenario="real_name", runner="embedded")
Dashboard(Board(run), host="0.0.0.0").run(ready=lambda address: print(address, flush=True))
print("left", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_in_front_it_leaves_cleanly_on_a_signal_with_a_stream_open(number: signal.Signals) -> None:
    command = [sys.executable, "-c", FOREGROUND]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = urlsplit(process.stdout.readline().strip()).port
        with httpx.stream("GET", f"{LOCAL}:{port}/events", timeout=10) as answer:
            lines = answer.iter_lines()
            assert next(lines).startswith("data: ")
            process.send_signal(number)
            list(lines)
        assert process.wait(timeout=10) == 0
        assert process.stdout.read() == "left\n"


class Broken:
    def snapshot(self, now: float) -> dict:
        raise ArithmeticError("no figures")


def test_a_board_that_fails_is_unhealthy() -> None:
    dashboard = Dashboard(Broken())
    with httpx.Client(base_url=dashboard.start()) as client:
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()["status"]) == (503, "stalled")
        assert client.get("/events").text == ""
        assert client.get("/snapshot.json").status_code == 500
    dashboard.stop()
