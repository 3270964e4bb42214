"""The same Apache Kafka as a container of the official image, over the Python docker package."""

import hashlib
import importlib
from pathlib import Path
from typing import Any

from streams.kafka.status import (
    HOST,
    VERSION,
    BrokerError,
    Status,
    free_port,
    wait_until_answers,
)

IMAGE = f"apache/kafka:{VERSION}"
LABEL = "joinlens.broker"
PORT = 9094
START_SECONDS = 60.0


class DockerBroker:
    """The broker of a folder, in a container named after it; its data is a volume of that name."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self._folder = str(folder.resolve())
        self._port = port
        digest = hashlib.blake2b(self._folder.encode(), digest_size=5).hexdigest()
        self.name = f"joinlens-broker-{digest}"

    def start(self) -> str:
        """Start it unless it runs, wait until it answers, and return its HOST:PORT."""
        client = _engine()
        container = self._container(client)
        if container is not None and container.status != "running":
            container.remove(force=True, v=True)
            container = None
        if container is None:
            container = self._launch(client, self._port or free_port())
        port = _port_of(container)
        if self._port not in (None, port):
            raise BrokerError(
                f"{self.name} already runs on port {port}, not on {self._port}; "
                "stop it first: `joinlens broker stop --engine docker`"
            )
        bootstrap = f"{HOST}:{port}"
        wait_until_answers(
            bootstrap,
            START_SECONDS,
            lambda: _problem(container),
            lambda: str(container.logs(tail=15).decode(errors="replace")),
        )
        return bootstrap

    def stop(self) -> bool:
        """Stop it, keep its data, and return whether it was running."""
        container = self._container(_engine())
        if container is None:
            return False
        running = bool(container.status == "running")
        container.stop(timeout=20)
        container.remove(force=True, v=True)
        return running

    def status(self) -> Status:
        """Return whether and where it runs, without changing anything."""
        container = self._container(_engine())
        if container is None or container.status != "running":
            return Status("docker", False, None, f"no container {self.name} runs")
        return Status("docker", True, f"{HOST}:{_port_of(container)}", f"container {self.name}")

    def _launch(self, client: Any, port: int) -> Any:
        docker = importlib.import_module("docker")
        try:
            return client.containers.run(
                IMAGE,
                name=self.name,
                labels={LABEL: self._folder},
                environment=_settings(port),
                ports={f"{PORT}/tcp": (HOST, port)},
                volumes={self.name: {"bind": "/var/lib/kafka/data", "mode": "rw"}},
                detach=True,
                init=True,
            )
        except docker.errors.DockerException as error:
            raise BrokerError(
                f"the container of {IMAGE} did not start: {error}. Try `docker pull {IMAGE}`, "
                "or use `--engine local`, which needs no Docker."
            ) from error

    def _container(self, client: Any) -> Any:
        """Return this folder's container, if there is one; another's of that name is an error."""
        docker = importlib.import_module("docker")
        try:
            container = client.containers.get(self.name)
        except docker.errors.NotFound:
            return None
        if container.labels.get(LABEL) != self._folder:
            raise BrokerError(f"the container {self.name} was not started by joinlens; rename it")
        return container


def _settings(port: int) -> dict[str, str]:
    # Naming one setting switches the image's own configuration off, so all are named. Clients
    # outside come by the published port, tools inside the container by the other listener.
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_LISTENERS": f"INSIDE://:9092,CONTROLLER://:9093,OUTSIDE://:{PORT}",
        "KAFKA_ADVERTISED_LISTENERS": f"INSIDE://localhost:9092,OUTSIDE://{HOST}:{port}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": (
            "INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT,OUTSIDE:PLAINTEXT"
        ),
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "INSIDE",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_LOG_DIRS": "/var/lib/kafka/data",
        "KAFKA_HEAP_OPTS": "-Xmx512m",
    }


def _engine() -> Any:
    docker = importlib.import_module("docker")
    try:
        client = docker.from_env()
        client.ping()
    except docker.errors.DockerException as error:
        raise BrokerError(
            f"no Docker engine answers: {error}. Start it, or set DOCKER_HOST, or use "
            "`--engine local`, which needs no Docker."
        ) from error
    return client


def _port_of(container: Any) -> int:
    container.reload()
    return int(container.attrs["HostConfig"]["PortBindings"][f"{PORT}/tcp"][0]["HostPort"])


def _problem(container: Any) -> str | None:
    container.reload()
    return None if container.status == "running" else f"the container is {container.status}"
