"""What join tells measure: profiles, class moves and points."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linkage.privacy.histogram import Moves
from linkage.privacy.lattice import class_moves
from linkage.privacy.view import View
from streams.columns import Columns, pack, portions, unpack
from streams.store.protocol import Outgoing

# No part of a message is as long as the length that stands here.
_GONE, _STANDING = b"\xff" * 8, b"\xfe" * 8
OPERATOR = 0
"""The layer of points that the operator sees; layer 1 + i is what purpose i may see."""


@dataclass(frozen=True)
class Heard:
    """One message of `classes`.

    `profiles` are people whose profile changed, see `changed`; `moves` are class moves in the views
    of purposes (view, old, new); `points` come and go (person, source, point, sign, layer). `gone`
    are people of whom no point may stay in any layer. `standing` are whole classes, of a journal
    that was written anew (view, level, key, people, doubt).
    """

    profiles: Columns
    moves: Columns
    points: Columns
    gone: Columns = field(default_factory=dict)
    standing: Columns = field(default_factory=dict)


def parse_classes(data: bytes) -> Heard:
    """Return what is in a message of `classes`."""
    if data.startswith(_GONE):
        return Heard({}, {}, NO_POINTS, gone=unpack(data[8:]))
    if data.startswith(_STANDING):
        return Heard({}, {}, NO_POINTS, standing=unpack(data[8:]))
    lengths = (int.from_bytes(data[at : at + 8], "little") for at in (0, 8))
    starts = [*accumulate(lengths, initial=16), len(data)]
    return Heard(*(unpack(data[low:high]) for low, high in pairwise(starts)))


def forgotten(people: Iterable[int]) -> Outgoing:
    """Return as a message that no point of these people may be kept."""
    columns: Columns = {"person": np.fromiter(people, np.int64)}
    return Outgoing("classes", 0, None, _GONE + pack(columns))


def is_forgotten(data: bytes) -> bool:
    """Return whether a message of `classes` says that people are gone."""
    return data.startswith(_GONE)


def standing(rows: Columns) -> bytes:
    """Return whole classes as a message, see `Heard`; only a journal written anew has them."""
    return _STANDING + pack(rows)


def classes(moves: Columns, points: Columns, profiles: Columns | None = None) -> Iterator[Outgoing]:
    """Return profiles, class moves and points as messages."""
    parts = ({} if profiles is None else profiles, moves, points)
    columns = [column for part in parts for column in part.values()]
    width = sum(column.dtype.itemsize for column in columns)
    cuts = [*portions(max(map(len, columns)), width)]
    for portion in cuts:
        some = [pack(part if len(cuts) == 1 else _cut(part, portion)) for part in parts]
        lengths = b"".join(len(part).to_bytes(8, "little") for part in some[:2])
        yield Outgoing("classes", 0, None, lengths + b"".join(some))


def _cut(part: Columns, portion: slice) -> Columns:
    return {name: column[portion] for name, column in part.items()}


def moved(view: int, old: NDArray[np.uint64], new: NDArray[np.uint64]) -> Columns:
    """Return one view's class moves: a person per row leaves `old` and enters `new`."""
    return {"view": np.full(len(old), view, np.uint16), "old": old, "new": new}


def changed(
    sums: tuple[NDArray[np.uint64], NDArray[np.uint64]],
    doubts: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> Columns:
    """Return profiles before and after, people x sources, as columns; doubts as far as there are.

    Every subset of the sources follows from them: fewer bytes than a class move for each view.
    """
    columns: Columns = {}
    for head, before_and_after in (("sum", sums), ("doubt", doubts)):
        if head == "sum" or any(each.any() for each in before_and_after):
            for when, each in zip(("old", "new"), before_and_after, strict=True):
                columns |= {f"{when} {head} {n}": c.copy() for n, c in enumerate(each.T)}
    return columns


def class_moves_in(heard: Heard, views: tuple[View, ...], sources: tuple[str, ...]) -> Moves:
    """Return all class moves of a message: in every subset of the sources, and of the purposes."""
    free = tuple(view for view in views if view.purpose is None)
    found = [NONE]
    if heard.profiles:
        sums = _column(heard.profiles, "old sum"), _column(heard.profiles, "new sum")
        doubts = _column(heard.profiles, "old doubt"), _column(heard.profiles, "new doubt")
        found += class_moves(free, sources, sums, doubts)
    if m := heard.moves:
        sure = np.zeros(len(m["old"]), np.int64)
        found.append(Moves(m["view"], m["old"], m["new"], sure, sure))
    return Moves(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _column(profiles: Columns, name: str) -> NDArray[Any]:
    """Return people x sources of what `changed` has cut into columns; zeros if it left it out."""
    count = sum(column.startswith("old sum") for column in profiles)
    if f"{name} 0" not in profiles:
        return np.zeros((len(profiles["old sum 0"]), count), np.int64)
    return np.column_stack([profiles[f"{name} {n}"] for n in range(count)])


NO_POINTS: Columns = {
    "person": np.empty(0, np.int64),
    "source": np.empty(0, np.uint8),
    "point": np.empty(0, np.uint64),
    "sign": np.empty(0, np.int8),
    "layer": np.empty(0, np.uint8),
}
NONE = Moves(
    np.empty(0, np.uint16),
    np.empty(0, np.uint64),
    np.empty(0, np.uint64),
    np.empty(0, np.int64),
    np.empty(0, np.int64),
)
