"""What join tells measure and release: class moves, points by layer, who was active."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streams.columns import Columns, pack, portions, unpack
from streams.store.protocol import Outgoing

OPERATOR = 0
"""The layer of points that the operator sees; layer 1 + i is what purpose i may see."""


@dataclass(frozen=True)
class Activity:
    """Who was active in a decided block, by source."""

    block: int
    people: Mapping[str, NDArray[np.int64]]


def activity(block: int, rows: Columns, sources: tuple[str, ...]) -> Iterator[Outgoing]:
    """Return who was active in a block as messages; one at least, since silence is news too."""
    people = {s: np.unique(rows["person"][rows["source"] == i]) for i, s in enumerate(sources)}
    head = block.to_bytes(8, "little", signed=True)
    for portion in portions(max(1, *map(len, people.values()))):
        part = {source: column[portion] for source, column in people.items()}
        yield Outgoing("activity", 0, None, head + pack(part))


def parse_activity(data: bytes) -> Activity:
    """Return the activity in a message."""
    return Activity(int.from_bytes(data[:8], "little", signed=True), unpack(data[8:]))


def parse_classes(data: bytes) -> tuple[Columns, Columns]:
    """Return the class moves (view, old, new) and points of a message."""
    length = int.from_bytes(data[:8], "little")
    return unpack(data[8 : 8 + length]), unpack(data[8 + length :])


def classes(moves: Columns, points: Columns) -> Iterator[Outgoing]:
    """Return class moves (view, old, new) and points (person, source, point, sign, layer)."""
    for portion in portions(max(len(moves["view"]), len(points["person"]))):
        first = pack({name: column[portion] for name, column in moves.items()})
        second = pack({name: column[portion] for name, column in points.items()})
        body = len(first).to_bytes(8, "little") + first + second
        yield Outgoing("classes", 0, None, body)


def moved(view: int, old: NDArray[np.uint64], new: NDArray[np.uint64]) -> Columns:
    """Return one view's class moves: a person per row leaves `old` and enters `new`."""
    return {"view": np.full(len(old), view, np.uint8), "old": old, "new": new}
