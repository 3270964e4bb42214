"""The whole pipeline in containers, once for the module; where there is no engine, tests fail."""

import os
import subprocess
from collections.abc import Iterator

import docker
import pytest

from streams.kafka.status import free_port
from tests.docker.stack import Stack

NO_ENGINE = (
    "needs a Docker engine with Compose v2: start Docker, or set DOCKER_HOST to one that runs, "
    "then `make test-docker`"
)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """The stack, up and healthy; its containers and volumes go with the module."""
    try:
        engine = docker.from_env()
        engine.ping()
        subprocess.run(["docker", "compose", "version"], capture_output=True, check=True)
    except (docker.errors.DockerException, OSError, subprocess.CalledProcessError) as error:
        pytest.fail(f"{NO_ENGINE} ({error})")
    page = free_port()
    options = {
        "JOINLENS_PEOPLE": "300",
        "JOINLENS_DAYS": "1",
        "JOINLENS_SEED": "11",
        "JOINLENS_PARTITIONS": "4",
        # Slow enough that workers come and go in the middle of the events.
        "JOINLENS_RATE": "50",
        "JOINLENS_PAGE_PORT": str(page),
        "JOINLENS_KAFKA_PORT": str(free_port()),
    }
    one = Stack(f"joinlens-test-{os.getpid()}", page, engine, options)
    try:
        one.compose("up", "--build", "--wait")
        yield one
    finally:
        one.compose("down", "-v", "--remove-orphans", check=False)
