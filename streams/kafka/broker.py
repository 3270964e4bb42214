"""A broker that this project starts itself, whatever runs it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from streams.kafka.docker_broker import DockerBroker
from streams.kafka.local_broker import LocalBroker
from streams.kafka.status import BrokerError, Status


class Broker(Protocol):
    """One Apache Kafka node on the loopback address, with its data kept between starts."""

    def start(self) -> str:
        """Start it unless it runs, wait until it answers, and return its HOST:PORT."""

    def stop(self) -> bool:
        """Stop it, keep its data, and return whether it was running."""

    def status(self) -> Status:
        """Return whether and where it runs, without changing anything."""


ENGINES: Mapping[str, Callable[[Path, int | None], Broker]] = {
    "local": LocalBroker,
    "docker": DockerBroker,
}


def broker_of(engine: str, folder: Path, port: int | None = None) -> Broker:
    """Return the broker of a folder; `port` None takes a free one at the first start.

    Brokers of the same engine and folder are the same broker, in this process or another.
    """
    if engine not in ENGINES:
        allowed = ", ".join(ENGINES)
        raise BrokerError(f"--engine got {engine!r}; allowed are {allowed}")
    return ENGINES[engine](folder, port)
