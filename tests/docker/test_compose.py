"""Compose for real: healthy, closed to the outside, and right when a worker is killed.

The tests share one stack and run in their order: the events flow meanwhile.
"""

import time
import urllib.request

import pytest
from docker.models.containers import Container

from tests.docker.stack import Stack

pytestmark = pytest.mark.docker

APPS = ("feed", "worker", "dashboard")
DEADLINE = 240.0


def test_every_service_is_healthy(stack: Stack) -> None:
    for service in ("kafka", *APPS):
        (container,) = stack.containers(service)
        assert _health(container) == "healthy", service
    (topics,) = stack.containers("topics")
    assert topics.wait()["StatusCode"] == 0
    assert topics.attrs["Config"]["Healthcheck"]["Test"]


@pytest.mark.parametrize("service", ["kafka", *APPS])
def test_nobody_is_root(stack: Stack, service: str) -> None:
    (container,) = stack.containers(service)
    code, output = container.exec_run(["id", "-u"])
    assert code == 0
    assert int(output) != 0


def test_the_image_holds_no_secret_and_no_sources(stack: Stack) -> None:
    (worker,) = stack.containers("worker")
    names = [entry.split("=", 1)[0] for entry in worker.image.attrs["Config"]["Env"]]
    assert not [n for n in names if any(w in n for w in ("TOKEN", "SECRET", "PASSWORD", "INDEX"))]
    assert worker.exec_run(["ls", "/src"])[0] != 0
    search = ["find", "/", "-xdev", "-name", ".env", "-o", "-name", ".git"]
    found = worker.exec_run(search, stderr=False)
    assert found.output == b""


def test_ports_are_published_on_loopback_only(stack: Stack) -> None:
    published = 0
    for service in ("kafka", *APPS):
        for container in stack.containers(service):
            for bindings in container.attrs["NetworkSettings"]["Ports"].values():
                for binding in bindings or ():
                    published += 1
                    assert binding["HostIp"] == "127.0.0.1", service
    assert published == 2


def test_the_page_is_there(stack: Stack) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{stack.page}/", timeout=30) as answer:
        assert answer.status == 200
        assert b"joinlens" in answer.read().lower()


def test_three_workers_of_which_one_is_killed_give_the_embedded_digest(stack: Stack) -> None:
    expected = stack.embedded_digest()
    stack.compose("up", "--wait", "--no-recreate", "--scale", "worker=3")
    workers = stack.containers("worker")
    assert [_health(worker) for worker in workers] == ["healthy"] * 3
    assert stack.digest() != expected
    assert _feeding(stack), "the kill has to come while events flow; lower JOINLENS_RATE"
    workers[0].kill()
    workers[0].reload()
    assert workers[0].status == "exited"
    _until(stack, expected)
    assert not _feeding(stack)


def test_a_stop_and_a_start_keep_everything(stack: Stack) -> None:
    expected = stack.digest()
    stack.compose("down")
    assert stack.containers("kafka") == []
    stack.compose("up", "--wait")
    _until(stack, expected)
    (feed,) = stack.containers("feed")
    while _feeding(stack):
        time.sleep(0.5)
    assert feed.attrs["State"]["Status"] == "running"
    assert stack.digest() == expected


def _health(container: Container) -> str:
    container.reload()
    return str(container.attrs["State"]["Health"]["Status"])


def _feeding(stack: Stack) -> bool:
    (feed,) = stack.containers("feed")
    return any("bin/joinlens feed" in " ".join(row) for row in feed.top()["Processes"])


def _until(stack: Stack, expected: str) -> None:
    """Wait for a digest; fail with the logs when it does not come."""
    deadline = time.monotonic() + DEADLINE
    while (digest := stack.digest()) != expected:
        assert time.monotonic() < deadline, f"{digest} is not {expected}\n{stack.logs()}"
        time.sleep(2)
