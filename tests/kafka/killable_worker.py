"""A worker that kills itself with SIGKILL when it reaches a point of a step for the n-th time.

Run as `python -m tests.kafka.killable_worker JOB`, where JOB is the JSON of a Job.
"""

import os
import signal
import sys
from pathlib import Path

import msgspec

from linkage.privacy.budget.mechanisms import opendp_sampler
from streams.kafka.topics import Names
from streams.runners.faust_worker import KafkaWorker
from streams.runners.outfit import outfit
from streams.runners.task import Probe, ignore
from streams.store.sqlite import SqliteStore
from tests.streams.stages.town import plan

SESSION_SECONDS = 6.0


class Kill(msgspec.Struct, frozen=True):
    """Where to die: the n-th time that a point is reached; `proof` is written before."""

    point: str
    nth: int
    proof: str


class Proof(msgspec.Struct, frozen=True):
    """What the dead leave behind."""

    point: str
    task: str
    pid: int


class Job(msgspec.Struct, frozen=True):
    """One life of a worker."""

    bootstrap: str
    prefix: str
    state: str
    datadir: str
    partitions: int
    kill: Kill | None = None


def killing(kill: Kill) -> Probe:
    left = kill.nth

    def probe(point: str, task: str) -> None:
        nonlocal left
        left -= point == kill.point
        if left == 0:
            proof = Proof(point, task, os.getpid())
            Path(kill.proof).write_bytes(msgspec.json.encode(proof))
            os.kill(os.getpid(), signal.SIGKILL)

    return probe


def main(argument: str) -> None:
    job = msgspec.json.decode(argument, type=Job)
    probe = ignore if job.kill is None else killing(job.kill)
    fitted = outfit(plan(job.partitions), SqliteStore(Path(job.state)), opendp_sampler(), probe)
    worker = KafkaWorker(fitted, job.bootstrap, Names(job.prefix), Path(job.datadir))
    # The least that a broker allows: a test waits this long for each worker that is killed.
    worker.app.conf.broker_session_timeout = SESSION_SECONDS
    worker.run()


if __name__ == "__main__":
    main(sys.argv[1])
