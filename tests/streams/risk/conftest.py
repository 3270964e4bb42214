"""One finished run for all tests that read one."""

import pytest

from tests.streams.risk.ran import Ran, ran


@pytest.fixture(scope="session")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """500 people whose registrations are full of errors, over three partitions."""
    return ran(tmp_path_factory.mktemp("hard"), 500, "hard", 3)
