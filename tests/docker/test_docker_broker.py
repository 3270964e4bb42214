"""The broker in a container does what the local one does."""

from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from streams.kafka.broker import broker_of
from streams.kafka.docker_broker import DockerBroker
from streams.kafka.status import BrokerError, answers
from streams.kafka.topics import end_offsets, ensure
from streams.topology import Layout

pytestmark = pytest.mark.docker


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder whose broker and volume go with the test."""
    yield tmp_path
    name = DockerBroker(tmp_path).name
    engine = docker.from_env()
    for container in engine.containers.list(all=True, filters={"name": name}):
        container.remove(force=True, v=True)
    for volume in engine.volumes.list(filters={"name": name}):
        volume.remove(force=True)


def test_start_status_and_stop_keep_the_data(folder: Path) -> None:
    broker = broker_of("docker", folder)
    assert not broker.status().running
    bootstrap = broker.start()
    assert bootstrap.startswith("127.0.0.1:")
    assert broker_of("docker", folder).status().bootstrap == bootstrap
    topics = ensure(Layout(("phone",), 1), bootstrap)
    assert broker_of("docker", folder).start() == bootstrap
    assert broker_of("docker", folder).stop() is True
    assert broker.stop() is False
    assert not answers(bootstrap)
    again = broker.start()
    assert {topic for topic, _ in end_offsets(topics, again)} == set(topics)


def test_it_listens_on_loopback_only(folder: Path) -> None:
    broker = DockerBroker(folder)
    broker.start()
    container = docker.from_env().containers.get(broker.name)
    bindings = [b for found in container.ports.values() for b in found or ()]
    assert [binding["HostIp"] for binding in bindings] == ["127.0.0.1"]


def test_somebody_elses_container_is_left_alone(folder: Path) -> None:
    name = DockerBroker(folder).name
    other = docker.from_env().containers.create("apache/kafka:4.3.1", ["true"], name=name)
    with pytest.raises(BrokerError, match=f"{name} was not started by joinlens"):
        DockerBroker(folder).stop()
    other.reload()
    assert other.status == "created"
