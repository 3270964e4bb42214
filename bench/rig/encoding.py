"""How fast a world is simulated, written and sorted, beside encoders that are handed the events."""

import gc
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from statistics import median
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa

from bench.harness import Row
from bench.rig.stopwatch import Stopwatch, Taken
from streams.events import Codec, Event, Marker
from streams.source import kinds_of
from streams.synthetic.world import World

PARTS = ("first day", "following days")
ENCODED, SIMULATED = 1_000_000.0, 4_000_000.0
SAMPLE = 50
"""One event in so many is handed to the other encoders, as a ready dict or struct."""
_PERSON_HOURS = 200_000
_CLOCKS = (("processor time", "cpu"), ("wall clock", "wall"))


class Rate(NamedTuple):
    """How many events took how long."""

    events: int
    taken: Taken

    def a_second(self, clock: str) -> float:
        """Return events a second by the clock of this name."""
        return self.events / max(float(getattr(self.taken, clock)), 1e-9)


def stride_of(people: int) -> int:
    """Return hours to work on at a time: about what a world takes, but days divide by it.

    So what is issued in a day is worked on in that day.
    """
    return max(d for d in range(1, 25) if 24 % d == 0 and d <= max(1, _PERSON_HOURS // people))


def rows(world: World, repeat: int) -> list[Row]:
    """Return events a second of a run from its registry on, and without writing them."""
    streamed = [streams(world) for _ in range(repeat)]
    simulated = [simulates(world) for _ in range(repeat)]
    out: list[Row] = []
    for place, part in enumerate(PARTS):
        runs = [run[place] for run in streamed]
        ours = [rate for rate, _ in runs]
        by_processor, by_wall = _rates(f"JSON, sorted, {part}", ours, ENCODED, world.seed)
        out += [*(_beside(by_processor, runs, name) for name in ENCODERS), by_wall]
        made = [run[place] for run in simulated]
        out += _rates(f"simulated, {part}", made, SIMULATED, world.seed)
    return out


def streams(world: World) -> list[tuple[Rate, dict[str, Rate]]]:
    """Return the rate of `World.stream` in each part, and those of the others on a sample of it.

    The registry before the stream is not counted. What it brings later is, in the time alone.
    """
    codec = Codec(kinds_of(world.sources), b"bench")
    stream = world.stream(stride_of(len(world.population)))
    until(stream, -1)
    out = []
    for last in (23, world.blocks - 1):
        ours, others = Rate(0, Taken(0, 0)), {name: Rate(0, Taken(0, 0)) for name in ENCODERS}
        for some in _portions(stream, last):
            ours = _sum(ours, Rate(sum(t.num_rows for t in some.tables), some.taken))
            sample = _sample(some.tables)
            for name, prepare in ENCODERS.items():
                others[name] = _sum(others[name], prepare(sample, codec))
        out.append((ours, others))
    return out


def simulates(world: World) -> list[Rate]:
    """Return the rate at which shards make events as columns, in each part."""
    shards, out = world.shards(), []
    for hours in (range(24), range(24, world.hours)):
        gc.collect()
        watch = Stopwatch()
        said = chain.from_iterable(shard.hour(block) for block in hours for shard in shards)
        events = sum(len(one.rows) for source in said for one in source)
        out.append(Rate(events, watch.taken()))
    return out


def events_in(one: pa.Table | Marker) -> int:
    """Return how many events a portion of `World.stream` has: entries of the registry are none."""
    if isinstance(one, Marker) or not one.num_rows or one["topic"][0].as_py() == "registry":
        return 0
    return int(one.num_rows)


class _Portion(NamedTuple):
    tables: list[pa.Table]
    taken: Taken


def _portions(stream: Iterator[pa.Table | Marker], last: int) -> Iterator[_Portion]:
    """Yield the event tables of each block up to `last`, with the time they took to make."""
    while True:
        watch, tables = Stopwatch(), []
        for one in stream:
            if isinstance(one, Marker):
                break
            tables.append(one)
        taken = watch.taken()
        yield _Portion([t for t in tables if events_in(t)], taken)
        if not isinstance(one, Marker) or one.marker >= last:
            return


def until(stream: Iterator[pa.Table | Marker], block: int) -> None:
    """Take a stream up to the marker of a block."""
    for one in stream:
        if isinstance(one, Marker) and one.marker == block:
            return


def _sample(tables: Sequence[pa.Table]) -> list[bytes]:
    found = (t["value"].take(pa.array(np.arange(0, t.num_rows, SAMPLE))) for t in tables)
    return [value.encode() for column in found for value in column.to_pylist()]


def _dumps(sample: Sequence[bytes], _: Codec) -> Rate:
    return _timed([json.loads(value) for value in sample], json.dumps)


def _structs(sample: Sequence[bytes], codec: Codec) -> Rate:
    events = [one for one in map(codec.decode, sample) if isinstance(one, Event)]
    return _timed(events, msgspec.json.Encoder().encode)


def _timed(ready: Sequence[Any], encode: Callable[[Any], object]) -> Rate:
    watch = Stopwatch()
    for event in ready:
        encode(event)
    return Rate(len(ready), watch.taken())


ENCODERS = {"json.dumps of ready dicts": _dumps, "msgspec of ready structs": _structs}


def _sum(a: Rate, b: Rate) -> Rate:
    return Rate(a.events + b.events, Taken(a.taken.wall + b.taken.wall, a.taken.cpu + b.taken.cpu))


def _rates(name: str, runs: Sequence[Rate], at_least: float | None, seed: int) -> list[Row]:
    return [
        Row(
            name=f"{name}, {said}",
            value=median(run.a_second(clock) for run in runs),
            unit="events/s",
            at_least=at_least if clock == "cpu" else None,
            seed=seed,
            n=runs[0].events,
        )
        for said, clock in _CLOCKS
    ]


def _beside(row: Row, runs: Sequence[tuple[Rate, dict[str, Rate]]], name: str) -> Row:
    peer = median(others[name].a_second("cpu") for _, others in runs)
    return msgspec.structs.replace(row, peer=name, peer_value=peer)
