"""A real Apache Kafka for the session; where it cannot start, the tests fail."""

import itertools
from collections.abc import Iterator

import pytest

from streams.kafka.local_broker import LocalBroker

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def local_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBroker]:
    """A broker that ends with the session."""
    local = LocalBroker(tmp_path_factory.mktemp("broker"))
    local.start()
    try:
        yield local
    finally:
        local.stop()


@pytest.fixture(scope="session")
def broker(local_broker: LocalBroker) -> str:
    """HOST:PORT of the session's broker."""
    return local_broker.start()


@pytest.fixture
def prefix() -> str:
    """A prefix for the topics of one test."""
    return f"t{next(_NUMBERS)}."
