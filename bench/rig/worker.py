"""A worker process that is measured: `python -m bench.rig.worker JOB`, JOB the JSON of a Job.

As `identify` it is the project's whole worker with the agent of one stage; as `bare` it is Faust
taking the same batches and handing the same bytes to the same producer, with no work in between.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

import faust
import msgspec

from bench.harness import Options
from bench.rig.stopwatch import Stopwatch
from bench.rig.world import plan
from linkage.privacy.budget.mechanisms import opendp_sampler
from streams.kafka.topics import Names
from streams.kafka.wire import BatchProducer
from streams.runners import faust_worker
from streams.runners.hand import Hand
from streams.runners.outfit import outfit
from streams.store.protocol import Outgoing
from streams.store.sqlite import SqliteStore
from streams.topology import TOPOLOGY, stage_named


class Job(msgspec.Struct, frozen=True):
    """What a worker is to do. It ends `expected` messages after it started, if that is not None.

    `prefix` is that of the topics it reads, `group` makes it one that never read them before.
    """

    work: Literal["identify", "bare", "all"]
    bootstrap: str
    prefix: str
    group: str
    folder: str
    options: dict[str, int]
    partitions: int
    expected: int | None
    result: str


class Result(msgspec.Struct, frozen=True):
    """From the first batch until the last message was done."""

    messages: int
    wall: float
    cpu: float


class Count:
    """Counts messages that are done, and writes the result when all are."""

    def __init__(self, job: Job) -> None:
        self._job, self._done = job, 0
        self._watch: Stopwatch | None = None

    def begin(self, messages: Sequence[Any]) -> None:
        """Start the clock at the first batch."""
        if messages and self._watch is None:
            self._watch = Stopwatch()

    def add(self, done: int) -> None:
        """Count messages that are done."""
        self._done += done
        if self._done == self._job.expected and self._watch is not None and done:
            result = Result(self._done, *self._watch.taken())
            part = Path(self._job.result + ".part")
            part.write_bytes(msgspec.json.encode(result))
            part.replace(self._job.result)


def work(job: Job) -> None:
    """Work until SIGTERM."""
    if job.work == "bare":
        faust.Worker(_bare(job), loglevel="WARN", redirect_stdouts=False).execute_from_commandline()
        return
    stages = TOPOLOGY if job.work == "all" else (stage_named(job.work),)
    with patch.object(faust_worker, "TOPOLOGY", stages):
        worker = _worker(job)
    with patch.object(Hand, "settle", _counted(Count(job), Hand.settle)):
        worker.run()


def _worker(job: Job) -> faust_worker.KafkaWorker:
    fitted = outfit(
        plan(Options(**job.options), job.partitions),
        SqliteStore(Path(job.folder) / "state"),
        opendp_sampler(),
    )
    names, data = Names(job.prefix), Path(job.folder) / "faust"
    worker = faust_worker.KafkaWorker(fitted, job.bootstrap, names, data)
    worker.app.conf.id = job.group
    return worker


def _counted(count: Count, settle: Any) -> Any:
    async def counted(hand: Hand, messages: Sequence[Any]) -> list[Any]:
        count.begin(messages)
        tokens: list[Any] = await settle(hand, messages)
        count.add(len(tokens))
        return tokens

    return counted


def _bare(job: Job) -> faust.App:
    """Return an app with the worker's own settings that passes on what it takes."""
    names, count = Names(job.prefix), Count(job)
    app = faust_worker._app(job.bootstrap, names, Path(job.folder) / "faust")
    app.conf.id = job.group
    layout = plan(Options(**job.options), job.partitions).layout
    topics = [names.of(topic) for topic, _ in layout.channels(stage_named("identify"))]
    source = app.topic(
        *dict.fromkeys(topics), key_serializer="raw", value_serializer="raw", value_type=bytes
    )
    producer, target = BatchProducer(job.bootstrap), names.of("moves")

    async def forward(stream: Any) -> None:
        await producer.start()
        async for events in stream.noack_take(faust_worker.TAKE, within=faust_worker.WITHIN):
            count.begin(events)
            messages = [e.message for e in events]
            await producer.send([Outgoing(target, m.partition, m.key, m.value) for m in messages])
            for event in events:
                await stream.ack(event)
            count.add(len(events))

    app.agent(source, name="bare", concurrency=1)(forward)
    return app


if __name__ == "__main__":
    work(msgspec.json.decode(sys.argv[1], type=Job))
