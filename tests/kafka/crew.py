"""Worker processes of one run on Kafka: started, killed by themselves, started again."""

import itertools
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from streams.kafka.feed import Feed
from streams.kafka.topics import Names, ensure
from streams.messages import Pulse
from streams.store.sqlite import SqliteStore
from streams.topology import TOPOLOGY
from tests.kafka.killable_worker import Job, Kill, Proof
from tests.streams.pipeline import Item
from tests.streams.stages.town import CODEC, plan

ROOT = Path(__file__).parents[2]
Reading = Callable[[str], dict[int, list[tuple[bytes | None, bytes]]]]


class Crew:
    """Some slots, each with one worker at a time; the dead are replaced.

    Each life that starts takes the next of `kills`, until there are none left.
    """

    def __init__(
        self,
        bootstrap: str,
        prefix: str,
        folder: Path,
        partitions: int,
        kills: Sequence[tuple[str, int]] = (),
    ) -> None:
        self.store = SqliteStore(folder / "state")
        self._bootstrap, self._prefix, self._folder = bootstrap, prefix, folder
        self._partitions = partitions
        proofs = (str(folder / f"proof-{i}.json") for i in itertools.count())
        self._kills = [Kill(*kill, proof) for kill, proof in zip(kills, proofs, strict=False)]
        self._lives = 0
        self.workers: dict[int, tuple[subprocess.Popen[bytes], Kill | None]] = {}
        self.proofs: list[Proof] = []
        self.ends: list[int] = []

    def start(self, slots: int) -> None:
        for slot in range(slots):
            self.start_slot(slot)

    def tend(self) -> None:
        """Start whoever died again; fail when one died otherwise than by its own kill."""
        for slot, (process, kill) in list(self.workers.items()):
            status = process.poll()
            if status is None:
                continue
            self.ends.append(status)
            if kill is not None and status == -signal.SIGKILL:
                proof = msgspec.json.decode(Path(kill.proof).read_bytes(), type=Proof)
                assert (proof.point, proof.pid) == (kill.point, process.pid)
                self.proofs.append(proof)
            self.start_slot(slot)

    def wait(self, read: Reading, last: int, seconds: float) -> None:
        """Tend until every task has said that it closed the last block."""
        layout = plan(self._partitions).layout
        wanted = {task for spec in TOPOLOGY for task in layout.tasks(spec)}
        deadline = time.monotonic() + seconds
        while behind := wanted - self._closed(read, last):
            assert time.monotonic() < deadline, f"not at rest: {sorted(behind)}\n{self.log()}"
            self.tend()
            time.sleep(0.2)

    def stop(self) -> None:
        for process, _ in self.workers.values():
            process.kill()
            process.wait()
        self.workers = {}

    def log(self) -> str:
        return "\n".join(
            f"{path.name}: {path.read_text(errors='replace')[-3000:]}"
            for path in sorted(self._folder.glob("*.log"))
        )

    def _closed(self, read: Reading, last: int) -> set[str]:
        said = (m for messages in read(f"{self._prefix}pulse").values() for m in messages)
        pulses = [msgspec.json.decode(value, type=Pulse) for _, value in said]
        return {pulse.task for pulse in pulses if pulse.block == last}

    def start_slot(self, slot: int) -> None:
        """Start one more worker, or one that died again."""
        kill = self._kills.pop(0) if self._kills else None
        job = Job(
            self._bootstrap,
            self._prefix,
            str(self._folder / "state"),
            str(self._folder / f"data-{slot}"),
            self._partitions,
            kill,
        )
        self._lives += 1
        with (self._folder / f"life-{self._lives:03d}.log").open("wb") as log:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.kafka.killable_worker",
                    msgspec.json.encode(job).decode(),
                ],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.workers[slot] = (process, kill)


def ran(
    items: Sequence[Item], folder: Path, broker: str, read: Reading, last: int, partitions: int
) -> Crew:
    """Feed everything to two workers, in a new folder and its topics, until `last` is closed."""
    prefix, layout = prefix_of(folder), plan(partitions).layout
    folder.mkdir()
    ensure(layout, broker, prefix)
    crew = Crew(broker, prefix, folder, partitions)
    try:
        crew.start(2)
        Feed(CODEC, layout, broker, Names(prefix)).run(items)
        crew.wait(read, last, 90)
        assert crew.ends == [], f"a worker ended: {crew.ends}\n{crew.log()}"
    finally:
        crew.stop()
    return crew


def prefix_of(folder: Path) -> str:
    """Return the prefix of a run's topics on the broker that all share."""
    return f"{folder.parent.name}.{folder.name}."
