"""Speed and memory of the live linker, in a process of its own: `python -m bench.linkers.live JOB`.

JOB is the JSON of a Job; what is printed is the JSON of an object of figures.
"""

import ctypes
import gc
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, TypeVar

import msgspec
import numpy as np

from bench.linkers.material import first_registrations, quiet
from bench.rig.afresh import resident
from bench.rig.peak import used_by
from bench.rig.stopwatch import Stopwatch
from linkage.linker import Linker
from linkage.live import LiveLinker, Registered
from linkage.model import Model
from linkage.records import Record
from linkage.registry import Registry
from linkage.train import train
from streams.training import frame

BATCH, PORTION = 500, 5_000
Figures = dict[str, float]
T = TypeVar("T")


class Job(msgspec.Struct, frozen=True):
    """What to do: `link` registrations against a registry of `people`, or `train` on both."""

    work: Literal["link", "train"]
    people: int
    records: int
    seed: int


def figures(job: Job) -> Figures:
    """Do a job in a new process and return its figures, `peak` memory (MB) among them."""
    used = used_by([sys.executable, "-m", "bench.linkers.live", msgspec.json.encode(job).decode()])
    if used.status:
        raise RuntimeError(f"{job} ended with status {used.status}")
    return {**msgspec.json.decode(used.output, type=Figures), "peak": used.megabytes}


def link(job: Job) -> Figures:
    """Return what events cost against a registry of this size, and what the registry weighs."""
    world = quiet(job.people, job.seed)
    identities = world.identities()
    records = first_registrations(world, job.records)
    del world
    model = Model.default()
    before = _held()
    live = LiveLinker(Linker(model, Registry(model.schema)))
    for start in range(0, len(identities), PORTION):
        some = identities[start : start + PORTION]
        live.registry_changed([Registered(one.person, 0, one.record) for one in some])
    kept = _held() - before
    gc.freeze()
    people = [one.person for one in identities]
    return {
        "identities": float(len(people)),
        "events": float(len(records)),
        "bytes": 1e6 * kept / len(people),
        "arrays": live.linker.registry.nbytes() / len(people),
        **_batches(live.linker, records),
        **_singles(live.linker, records),
        **_undone(live, people, records),
    }


def _batches(linker: Linker, records: Sequence[Record]) -> Figures:
    groups = [[record] for record in records]
    linker.identify(groups[:BATCH])
    watch = Stopwatch()
    for start in range(0, len(groups), BATCH):
        linker.identify(groups[start : start + BATCH])
    taken = watch.taken()
    pairs = len(linker.score(groups[:PORTION]).weight) / len(groups[:PORTION])
    return {"cpu": taken.cpu / len(groups), "wall": taken.wall / len(groups), "candidates": pairs}


def _singles(linker: Linker, records: Sequence[Record]) -> Figures:
    out: Figures = {}
    for clock, what in ((time.perf_counter, ""), (time.process_time, "cpu ")):
        taken = _each(lambda record: linker.identify([[record]]), records, clock)
        out |= {f"{what}p{p:g}": float(np.percentile(taken, p)) for p in (50.0, 99.0, 99.99)}
    return out


def _undone(live: LiveLinker, people: Sequence[int], records: Sequence[Record]) -> Figures:
    """Return the 99th percentile of taking back registrations, and identities that had accounts."""
    some = records[: max(1, len(records) // 10)]
    for account, record in enumerate(some):
        live.identify(account, 0, 0, record)
    linked = sorted(set(live.links().values())) or people[:1]
    erase = _each(lambda person: live.erase(person, 1), linked[: len(some) // 2 or 1])
    retract = _each(lambda account: live.retract(account, 0, 1), range(len(some)))
    return {
        "erase": float(np.percentile(erase, 99)),
        "retract": float(np.percentile(retract, 99)),
        "undone": float(len(some)),
    }


def _each(
    work: Callable[[T], object], over: Iterable[T], clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Return the seconds of each call, by the clock."""
    out = []
    for one in over:
        start = clock()
        work(one)
        out.append(clock() - start)
    return out


def learn(job: Job) -> Figures:
    """Return the seconds that training takes, and the memory held before it."""
    world = quiet(job.people, job.seed)
    registry = frame([one.record for one in world.identities()])
    claimed = frame(first_registrations(world, job.records))
    del world
    before = _held()
    watch = Stopwatch()
    train(claimed, registry, seed=job.seed)
    taken = watch.taken()
    sizes = {"identities": float(len(registry)), "events": float(len(claimed))}
    return {**sizes, "wall": taken.wall, "cpu": taken.cpu, "before": before}


def _held() -> float:
    """Return the megabytes held when what is garbage is gone, and given back by the allocator."""
    gc.collect()
    if sys.platform == "linux":
        # Else what comes next would move into rooms that are free, and seem to weigh nothing.
        ctypes.CDLL(None).malloc_trim(0)
    return resident()


_WORKS = {"link": link, "train": learn}

if __name__ == "__main__":
    asked = msgspec.json.decode(sys.argv[1], type=Job)
    print(msgspec.json.encode(_WORKS[asked.work](asked)).decode())
