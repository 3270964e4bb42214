"""What a whole run leaves behind, as columns: who was where when, and how many events it had."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from streams.events import HOUR
from streams.synthetic.rows import Rows
from streams.synthetic.world import World

PLACES = {"cdr": "cell", "card": "shop"}
"""The kinds of events that leave a trace, and the field that has the place."""

Column = NDArray[np.int32]


@dataclass(frozen=True)
class Trace:
    """Who (row of people) was where (place of the field's table) in which hour of the stream.

    `cents` is the price paid, 0 where nothing is.
    """

    person: Column
    hour: Column
    place: Column
    cents: Column

    def __len__(self) -> int:
        return len(self.person)


class Observed(NamedTuple):
    """A run: the trace by kind, first statements by kind and hour of the day, and all by op."""

    traces: dict[str, Trace]
    by_hour: dict[str, NDArray[np.int64]]
    by_op: Counter[tuple[str, str, str]]
    """Events by (source, kind, op)."""


def observe(world: World) -> Observed:
    """Run the world and return what it leaves; about 12 bytes for a point in memory."""
    parts: dict[str, list[Trace]] = defaultdict(list)
    by_hour: dict[str, NDArray[np.int64]] = {}
    by_op: Counter[tuple[str, str, str]] = Counter()
    for source, rows in _issued(world):
        by_op[source, rows.kind, rows.op] += len(rows)
        if rows.op != "create":
            continue
        hour = rows.issued // HOUR
        counts = np.bincount(hour % 24, minlength=24)
        by_hour[rows.kind] = by_hour.get(rows.kind, np.zeros(24, dtype=np.int64)) + counts
        if rows.kind in PLACES:
            parts[rows.kind].append(_trace(rows, hour))
    return Observed({kind: _joined(some) for kind, some in parts.items()}, by_hour, by_op)


def _issued(world: World) -> Iterator[tuple[str, Rows]]:
    for shard in world.shards():
        for block in range(world.hours):
            for source, said in zip(world.sources, shard.hour(block), strict=True):
                for one in said:
                    yield source, one.rows


def _trace(rows: Rows, hour: NDArray[np.int64]) -> Trace:
    columns = rows.columns or {}
    place = columns[PLACES[rows.kind]]
    if not pa.types.is_dictionary(place.type):
        raise ValueError(f"{rows.kind} says its place without a table of places")
    cents = columns["cents"].to_numpy() if "cents" in columns else np.zeros(len(rows))
    given = (rows.actor, hour, place.indices.to_numpy(), cents)
    return Trace(*(column.astype(np.int32) for column in given))


def _joined(parts: list[Trace]) -> Trace:
    names = ("person", "hour", "place", "cents")
    return Trace(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
