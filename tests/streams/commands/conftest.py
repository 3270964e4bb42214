"""One finished demo for all who only look at it or copy it."""

import shutil
from pathlib import Path

import pytest

from tests.streams.commands.finished import WORLD, run


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patched:
        assert run(patched, "demo", "--once", "--json", *WORLD, "--state", str(folder)) == 0
    return folder


@pytest.fixture
def state(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demo's state, for those who change it."""
    return Path(shutil.copytree(demo, tmp_path / "state"))
