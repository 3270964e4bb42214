"""The live lattice at work, in a process of its own: `python -m bench.risks.lattices JOB`.

JOB is the JSON of a Job; what is printed is the JSON of an object of figures.
"""

import ctypes
import gc
import sys
import time
from typing import Literal, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.rig.afresh import resident
from bench.rig.peak import used_by
from bench.rig.stopwatch import Stopwatch
from bench.risks.full_traces import apart
from linkage.privacy.doubt import doubt
from linkage.privacy.histogram import ClassHistogram
from linkage.privacy.lattice import class_moves
from linkage.privacy.live import LiveLattice
from linkage.privacy.view import mix_points, salt_of

NAMES = ("phone", "bank", "internet", "mail", "forum", "metro", "shop", "clinic")
HOURS, CELLS = 24, 300
TAKEN_BACK = 0.2
"""Share of events that take back a point, or the doubt of a link."""
DOUBTS = tuple(doubt(p) for p in (0.999, 0.9, 0.5))
Figures = dict[str, float]


class Job(msgspec.Struct, frozen=True):
    """What to do: time each `update`, or see whether a long history and batch `agree`."""

    work: Literal["update", "agree"]
    people: int
    sources: int
    events: int
    seed: int


class Acts(NamedTuple):
    """A row for each event: whose, at which source, which point, and whether it comes or goes."""

    person: NDArray[np.int64]
    source: NDArray[np.int64]
    point: NDArray[np.uint64]
    sign: NDArray[np.int64]


def figures(job: Job) -> Figures:
    """Do a job in a new process and return its figures."""
    used = used_by(
        [sys.executable, "-m", "bench.risks.lattices", msgspec.json.encode(job).decode()]
    )
    if used.status:
        raise RuntimeError(f"{job} ended with status {used.status}")
    return msgspec.json.decode(used.output, type=Figures)


def update(job: Job) -> Figures:
    """Return what one event costs once everybody has points in every source, and their weight."""
    names, rng = NAMES[: job.sources], np.random.default_rng(job.seed)
    person, source = (
        each.ravel() for each in np.meshgrid(np.arange(job.people), np.arange(job.sources))
    )
    first = _rows(Acts(person, source, _points(rng, source), np.ones_like(person)), names)
    before = _held()
    live = LiveLattice(names)
    for act in first:
        live.add(*act)
    kept = _held() - before
    acts = _rows(_acts(rng, job), names)
    gc.collect()
    gc.freeze()
    taken, clock = [], time.perf_counter_ns
    for act in acts:
        start = clock()
        live.add(*act)
        taken.append(clock() - start)
    return {
        "bytes": 1e6 * kept / job.people,
        "classes": float(sum(map(live.histogram.kept, range(len(live.views))))) / job.people,
        **{f"p{p}": float(np.percentile(taken, p)) / 1e3 for p in (50, 99)},
    }


def agree(job: Job) -> Figures:
    """Return by how much any figure of any view differs from the same events added up at once."""
    names, rng = NAMES[: job.sources], np.random.default_rng(job.seed)
    acts = _acts(rng, job)
    doubted = rng.random(job.events) < 0.05
    units = np.array(DOUBTS)[rng.integers(0, len(DOUBTS), job.events)]
    rows = _rows(acts, names)
    live, watch = LiveLattice(names), Stopwatch()
    for row, believed, unit in zip(rows, (~doubted).tolist(), units.tolist(), strict=True):
        live.add(*row)
        if not believed:
            live.trust(row[0], row[1], unit)
    taken = watch.taken()
    # Every third doubt is taken back in the end.
    back = np.flatnonzero(doubted)[::3]
    for at in back.tolist():
        live.trust(rows[at][0], rows[at][1], -int(units[at]))
    kept = doubted.copy()
    kept[back] = False
    batch = _at_once(job, names, acts, np.where(kept, units, 0))
    same = batch.digest() == live.histogram.digest()
    return {
        "apart": apart(live.histogram, batch, live.views, len(live)),
        "digest": float(same),
        "per second": job.events / taken.cpu,
        "taken back": float((acts.sign < 0).sum()),
    }


def _at_once(
    job: Job, names: tuple[str, ...], acts: Acts, units: NDArray[np.int64]
) -> ClassHistogram:
    """Return all events added up by person and source, then every view from that."""
    shape = job.people, job.sources
    sums, doubts = np.zeros(shape, np.uint64), np.zeros(shape, np.int64)
    signed = acts.point * acts.sign.view(np.uint64)
    np.add.at(sums, (acts.person, acts.source), signed)
    np.add.at(doubts, (acts.person, acts.source), units)
    views = LiveLattice(names).views
    histogram = ClassHistogram(len(views))
    empty = np.zeros_like(sums), np.zeros_like(doubts)
    for moves in class_moves(views, names, (empty[0], sums), (empty[1], doubts)):
        histogram.move(moves)
    return histogram


def _acts(rng: np.random.Generator, job: Job) -> Acts:
    """Return new points, of which some are taken back by a later event, once each."""
    person = rng.integers(0, job.people, job.events)
    source = rng.integers(0, job.sources, job.events)
    point = _points(rng, source)
    sign = np.ones(job.events, dtype=np.int64)
    back = np.flatnonzero(rng.random(job.events) < TAKEN_BACK)
    # The first half of them is what the second half takes back, in another order.
    gone, later = back[: len(back) // 2], back[len(back) // 2 :][: len(back) // 2]
    gone = rng.permutation(gone)
    person[later], source[later], point[later] = person[gone], source[gone], point[gone]
    sign[later] = -1
    return Acts(person, source, point, sign)


def _points(rng: np.random.Generator, source: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return a point for each row: busy cells more often than quiet ones."""
    weights = 1.0 / np.arange(1, CELLS + 1)
    cell = rng.choice(CELLS, len(source), p=weights / weights.sum())
    hour = rng.integers(0, HOURS, len(source))
    salts = np.array([salt_of(name) for name in NAMES], dtype=np.uint64)
    points = np.empty(len(source), dtype=np.uint64)
    for number in range(len(NAMES)):
        rows = source == number
        points[rows] = mix_points(int(salts[number]), hour[rows], cell[rows])
    return points


def _rows(acts: Acts, names: tuple[str, ...]) -> list[tuple[int, str, int, int]]:
    person, source, point, sign = (column.tolist() for column in acts)
    return list(zip(person, [names[n] for n in source], point, sign, strict=True))


def _held() -> float:
    """Return the megabytes held when what is garbage is gone, and given back by the allocator."""
    gc.collect()
    if sys.platform == "linux":
        # Else what comes next would move into rooms that are free, and seem to weigh nothing.
        ctypes.CDLL(None).malloc_trim(0)
    return resident()


_WORKS = {"update": update, "agree": agree}

if __name__ == "__main__":
    asked = msgspec.json.decode(sys.argv[1], type=Job)
    print(msgspec.json.encode(_WORKS[asked.work](asked)).decode())
