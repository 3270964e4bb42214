"""A real broker for a bench, what is fed to it, and worker processes that are measured on it."""

import itertools
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec

from bench.harness import FOLDER, Options
from bench.rig.worker import Job, Result
from bench.rig.world import plan
from streams.delivery import Delivery
from streams.events import Marker
from streams.kafka.feed import Feed
from streams.kafka.local_broker import LocalBroker
from streams.kafka.topics import Names, end_offsets, ensure
from streams.topology import stage_named

PARTITIONS = 4
PATIENCE = 600.0


@dataclass
class Site:
    """A broker of one's own, and a folder."""

    bootstrap: str
    folder: Path
    options: Options
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def fed(self, name: str, items: Iterable[Delivery | Marker]) -> Names:
        """Make the topics of a run, feed items to them, and return their names."""
        chosen, names = plan(self.options, PARTITIONS), Names(f"{name}.")
        ensure(chosen.layout, self.bootstrap, names.prefix)
        Feed(chosen.codec(), chosen.layout, self.bootstrap, names).run(items)
        return names

    def held(self, names: Names) -> int:
        """Return how many messages the topics that identify reads hold."""
        layout = plan(self.options, PARTITIONS).layout
        topics = {names.of(topic) for topic, _ in layout.channels(stage_named("identify"))}
        return sum(end_offsets(topics, self.bootstrap).values())

    def measure(self, work: Literal["identify", "bare"], names: Names) -> Result:
        """Return how long a new worker needs for everything that identify's topics hold."""
        with self.worker(work, names, self.held(names)) as job:
            deadline = time.monotonic() + PATIENCE
            while not Path(job.result).exists():
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{work}: not done after {PATIENCE:.0f} s")
                time.sleep(0.1)
            return msgspec.json.decode(Path(job.result).read_bytes(), type=Result)

    @contextmanager
    def worker(
        self, work: Literal["identify", "bare", "all"], names: Names, expected: int | None
    ) -> Iterator[Job]:
        """Run a worker process that is in no earlier group and has no state."""
        group = f"{work}-{next(self._numbers)}"
        folder = self.folder / group
        folder.mkdir()
        job = Job(
            work,
            self.bootstrap,
            names.prefix,
            group,
            str(folder),
            asdict(self.options),
            PARTITIONS,
            expected,
            str(folder / "result.json"),
        )
        command = [sys.executable, "-m", "bench.rig.worker", msgspec.json.encode(job).decode()]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=FOLDER.parent, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            yield job
            if process.poll() is not None:
                raise RuntimeError((folder / "log").read_text(errors="replace")[-2000:])
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def site(options: Options) -> Iterator[Site]:
    """Start a broker in a temporary folder, and stop it in the end."""
    with TemporaryDirectory() as folder:
        broker = LocalBroker(Path(folder) / "broker")
        try:
            yield Site(broker.start(), Path(folder), options)
        finally:
            broker.stop()
