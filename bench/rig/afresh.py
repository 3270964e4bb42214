"""What needs a process of its own, so that its memory is its own: `python -m bench.rig.afresh JOB`.

JOB is the JSON of a Job; what is printed is the JSON of an object of figures.
"""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from os import getpid, sysconf
from pathlib import Path
from statistics import mean
from typing import Literal

import msgspec

from bench.harness import Row
from bench.rig.encoding import events_in
from bench.rig.peak import Used, used_by
from bench.rig.stopwatch import Stopwatch
from streams.events import Marker
from streams.synthetic.population import make_population
from streams.synthetic.world import World

READY_SECONDS, READY_MEGABYTES = 30.0, 1500.0
GROWTH = 1.1
"""How much more memory a long stream may hold than a short one: day by day it varies by as much."""
EARLY = range(2, 5)
"""Days that a long stream is compared with; the first day has all the registrations."""


Work = Literal["population", "world", "drain", "watch"]


class Job(msgspec.Struct, frozen=True):
    """What to do with a world of this size."""

    work: Work
    people: int
    days: int
    seed: int


Figures = dict[str, float]


def ready_rows(people: int, seed: int) -> list[Row]:
    """Return how long people take to be there, and their accounts, and what they weigh."""
    asked: tuple[tuple[Work, str, tuple[float | None, float | None]], ...] = (
        ("population", "people ready", (READY_SECONDS, READY_MEGABYTES)),
        ("world", "people and accounts ready", (None, None)),
    )
    out: list[Row] = []
    for work, what, bounds in asked:
        figures, used = _run(Job(work, people, 1, seed))
        out += [
            _row(f"{what}, wall clock", figures["wall"], "s", bounds[0], people, seed),
            _row(f"{what}, processor time", figures["cpu"], "s", None, people, seed),
            _row(f"{what}, peak memory", used.megabytes, "MB", bounds[1], people, seed),
        ]
    return out


def day_rows(people: int, seed: int) -> list[Row]:
    """Return what a run of one day takes, from nothing to the last line."""
    figures, used = _run(Job("drain", people, 1, seed))
    events = int(figures["events"])
    name = f"one day of {people:,} people"
    return [
        _row(f"{name}, start to end", used.seconds, "s", None, events, seed),
        _row(f"{name}, processor time", used.cpu, "s", None, events, seed),
        _row(f"{name}, peak memory", used.megabytes, "MB", None, events, seed),
        _row(f"{name}, by processor time", events / used.cpu, "events/s", None, events, seed),
    ]


def month_rows(people: int, days: int, seed: int) -> list[Row]:
    """Return the memory that a long stream holds towards its end, beside that of its beginning.

    A stream of `days`, at least four.
    """
    long, used = _run(Job("watch", people, days, seed))
    _, short = _run(Job("watch", people, EARLY[-1], seed))
    events, name = int(long["events"]), f"{days} days of {people:,} people"
    late = range(days - 2, days + 1)
    held = {span: mean(long[f"day {day}"] for day in span) for span in (EARLY, late)}
    rows = [
        _row(f"{name}, memory held, {_span(late)}", held[late], "MB", GROWTH, events, seed),
        _row(f"{name}, peak memory", used.megabytes, "MB", GROWTH, events, seed),
    ]
    peers = [(_span(EARLY), held[EARLY]), (f"{EARLY[-1]} days", short.megabytes)]
    return [
        *(_within(row, *peer) for row, peer in zip(rows, peers, strict=True)),
        _row(f"{name}, processor time", used.cpu, "s", None, events, seed),
    ]


def _within(row: Row, peer: str, value: float) -> Row:
    """Return the row held to `at_most` times its peer."""
    bound = None if row.at_most is None else row.at_most * value
    return msgspec.structs.replace(row, at_most=bound, peer=peer, peer_value=value)


def _span(days: range) -> str:
    return f"days {days[0]}-{days[-1]}"


def work(job: Job) -> Figures:
    """Do a job and return its figures."""
    return _WORKS[job.work](job)


def _population(job: Job) -> Figures:
    watch = Stopwatch()
    people = make_population(job.people, job.seed)
    taken = watch.taken()
    return {"wall": taken.wall, "cpu": taken.cpu, "people": len(people)}


def _world(job: Job) -> Figures:
    watch = Stopwatch()
    world = World(job.people, job.days, job.seed)
    taken = watch.taken()
    return {"wall": taken.wall, "cpu": taken.cpu, "people": len(world.population)}


def _drain(job: Job) -> Figures:
    return {"events": float(sum(map(events_in, World(job.people, job.days, job.seed).stream())))}


def _watch(job: Job) -> Figures:
    """Return the memory held at the end of each hour, as the mean over each day (MB)."""
    held: defaultdict[int, list[float]] = defaultdict(list)
    events = 0
    for one in World(job.people, job.days, job.seed).stream():
        events += events_in(one)
        if isinstance(one, Marker) and 0 <= one.marker < 24 * job.days:
            held[1 + one.marker // 24].append(resident())
    return {"events": float(events), **{f"day {day}": mean(mbs) for day, mbs in held.items()}}


_WORKS: dict[Work, Callable[[Job], Figures]] = {
    "population": _population,
    "world": _world,
    "drain": _drain,
    "watch": _watch,
}


def resident() -> float:
    """Return the megabytes of memory that this process holds now."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * sysconf("SC_PAGE_SIZE") / 1e6
    command = ["ps", "-o", "rss=", "-p", str(getpid())]
    return int(subprocess.check_output(command)) * 1024 / 1e6


def _run(job: Job) -> tuple[Figures, Used]:
    command = [sys.executable, "-m", "bench.rig.afresh", msgspec.json.encode(job).decode()]
    used = used_by(command)
    if used.status:
        raise RuntimeError(f"{job} ended with status {used.status}")
    return msgspec.json.decode(used.output, type=Figures), used


def _row(name: str, value: float, unit: str, at_most: float | None, n: int, seed: int) -> Row:
    return Row(name=name, value=value, unit=unit, at_most=at_most, n=n, seed=seed)


if __name__ == "__main__":
    print(msgspec.json.encode(work(msgspec.json.decode(sys.argv[1], type=Job))).decode())
