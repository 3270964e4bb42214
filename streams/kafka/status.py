"""What a broker that this project starts can say about itself, and when it is up."""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

HOST = "127.0.0.1"
VERSION = "4.3.1"


class BrokerError(Exception):
    """A broker cannot be started or stopped; the message names the fix."""


@dataclass(frozen=True)
class Status:
    """Whether a broker runs, where it answers, and as what (a pid, a container)."""

    engine: str
    running: bool
    bootstrap: str | None
    detail: str


def free_port() -> int:
    """Return a TCP port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Return whether a server could listen on this port of the loopback address."""
    with socket.socket() as probe:
        # As servers do, so that connections which linger after their server ended do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(bootstrap: str) -> bool:
    """Return whether a broker speaks Kafka at HOST:PORT and is ready to hold topics."""
    host, port = bootstrap.rsplit(":", 1)
    try:
        # A plain connect first: the client logs every refused one as an error.
        with socket.create_connection((host, int(port)), timeout=2):
            pass
        admin = KafkaAdminClient(
            bootstrap_servers=bootstrap, bootstrap_timeout_ms=3000, request_timeout_ms=3000
        )
    except (OSError, KafkaError):
        return False
    try:
        return bool(admin.describe_cluster()["brokers"])
    except KafkaError:
        return False
    finally:
        admin.close()


def wait_until_answers(
    bootstrap: str,
    seconds: float,
    problem: Callable[[], str | None],
    log: Callable[[], str],
) -> None:
    """Wait until the broker speaks Kafka; raise BrokerError when `problem` tells one or time is up.

    `log` returns the end of what the broker wrote, for the message.
    """
    deadline = time.monotonic() + seconds
    while not answers(bootstrap):
        trouble = problem()
        if trouble is None and time.monotonic() > deadline:
            trouble = f"it did not answer on {bootstrap} within {seconds:.0f} s"
        if trouble:
            raise BrokerError(f"Kafka {VERSION} did not start: {trouble}\n{log()}")
        time.sleep(0.1)
