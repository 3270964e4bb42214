"""What joining reveals, kept exactly: how many people look alike in every view of the sources.

A view is a set of sources. Everybody who looks the same in it is in one class; a class is keyed
by the commutative sum (mod 2^64) of the person's mixed points, so a point, or the subtotal of a
whole account, can be added and taken back in O(1). Key 0 means absent from the view. Two
different profiles share a key with a probability of about 2^-64 per pair; that is the only
inexactness.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise, repeat
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from linkage.privacy.hashing import scramble, text_hash

Keys = NDArray[np.uint64]


def salt_of(source: str) -> int:
    """Return the stable 64-bit salt that keeps the points of different sources apart."""
    return text_hash(f"source {source}")


def mix_points(salt: int, hour: NDArray[np.int64], place: NDArray[np.int64]) -> Keys:
    """Return one 64-bit key per (hour, place) of a source, never 0.

    >>> one = mix_points(salt_of("phone"), np.array([7]), np.array([3]))
    >>> bool(one[0] == mix_points(salt_of("bank"), np.array([7]), np.array([3]))[0])
    False
    """
    when = scramble(hour.astype(np.uint64) ^ np.uint64(salt))
    points = scramble(when ^ scramble(place.astype(np.uint64)))
    points[points == 0] = 1
    return points


@dataclass(frozen=True)
class View:
    """What somebody sees: a set of sources, and the purpose when a budget stands before it."""

    name: str
    sources: tuple[str, ...]
    purpose: str | None = None


def lattice(sources: tuple[str, ...]) -> tuple[View, ...]:
    """Return every non-empty subset of the sources as a view: small ones first, all of them last.

    >>> [view.name for view in lattice(("phone", "bank"))]
    ['phone', 'bank', 'phone+bank']
    """
    return tuple(
        View("+".join(chosen), chosen)
        for size in range(1, len(sources) + 1)
        for chosen in combinations(sources, size)
    )


class ClassHistogram:
    """How many people are in each class of each view, exact under +1 and -1.

    Memory is one dictionary entry per class and view, about 130 bytes.
    """

    def __init__(self, views: int) -> None:
        self._tables: list[dict[int, int]] = [{} for _ in range(views)]
        self._sizes: list[dict[int, int]] = [{} for _ in range(views)]
        self._people = [0] * views

    def move(self, view: NDArray[np.uint8], old: Keys, new: Keys) -> None:
        """Let one person per row leave class `old` and enter class `new` of a view; 0 is absent.

        Only the net effect of all rows counts. Raises ValueError, with nothing changed, when a
        class would be left with fewer than zero people.
        """
        steps = np.repeat(np.array([-1, 1], dtype=np.int64), len(view))
        self._apply(np.concatenate((view, view)), np.concatenate((old, new)), steps)

    def absorb(self, view: int, keys: Keys, sizes: NDArray[np.int64]) -> None:
        """Add whole classes, as `arrays` gave them: for reopening, and for merging two parts."""
        self._apply(np.full(len(keys), view, dtype=np.uint8), keys, sizes)

    def arrays(self, view: int) -> tuple[Keys, NDArray[np.int64]]:
        """Return the keys of a view's classes and their sizes, in no particular order."""
        table = self._tables[view]
        return (
            np.fromiter(table.keys(), dtype=np.uint64, count=len(table)),
            np.fromiter(table.values(), dtype=np.int64, count=len(table)),
        )

    def classes(self, view: int) -> int:
        """Return K, the number of classes that hold at least one person."""
        return len(self._tables[view])

    def people(self, view: int) -> int:
        """Return how many people have at least one point in the view."""
        return self._people[view]

    def sizes(self, view: int) -> Mapping[int, int]:
        """Return for each class size how many classes have it."""
        return MappingProxyType(self._sizes[view])

    def digest(self) -> int:
        """Return 64 bits over every (view, key, size), whatever the order they came in."""
        total = 0
        for number in range(len(self._tables)):
            keys, sizes = self.arrays(number)
            marked = scramble(keys ^ np.uint64(text_hash(f"view {number}")))
            mixed = scramble(marked ^ scramble(sizes.astype(np.uint64)))
            total += int(mixed.sum(dtype=np.uint64))
        return total % 2**64

    def _apply(self, view: NDArray[np.uint8], keys: Keys, steps: NDArray[np.int64]) -> None:
        if len(view) and int(view.max()) >= len(self._tables):
            raise ValueError(f"view {int(view.max())}: there are {len(self._tables)} views")
        view, keys, steps = _net(view, keys, steps)
        bounds = np.searchsorted(view, np.arange(len(self._tables) + 1)).tolist()
        plans = [
            (number, keys[low:high].tolist(), steps[low:high])
            for number, (low, high) in enumerate(pairwise(bounds))
            if low < high
        ]
        checked = [
            (number, names, *self._after(number, names, net)) for number, names, net in plans
        ]
        for number, names, before, after in checked:
            self._write(number, names, before, after)

    def _after(
        self, number: int, names: list[int], net: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        found = map(self._tables[number].get, names, repeat(0))
        before = np.fromiter(found, dtype=np.int64, count=len(names))
        after = before + net
        if int(after.min()) < 0:
            worst = int(after.argmin())
            raise ValueError(
                f"view {number}, class {names[worst]:#018x}: {int(before[worst])} people, "
                f"cannot change by {int(net[worst])}; more people left it than ever entered"
            )
        return before, after

    def _write(
        self, number: int, names: list[int], before: NDArray[np.int64], after: NDArray[np.int64]
    ) -> None:
        table, sizes = self._tables[number], self._sizes[number]
        table.update(zip(names, after.tolist(), strict=True))
        for gone in np.flatnonzero(after == 0).tolist():
            del table[names[gone]]
        self._people[number] += int(after.sum() - before.sum())
        touched, where = np.unique(np.concatenate((before, after)), return_inverse=True)
        half = len(before)
        change = np.bincount(where[half:], minlength=len(touched))
        change -= np.bincount(where[:half], minlength=len(touched))
        for size, count in zip(touched.tolist(), change.tolist(), strict=True):
            if size and count:
                left = sizes.get(size, 0) + count
                if left:
                    sizes[size] = left
                else:
                    del sizes[size]


def _net(
    view: NDArray[np.uint8], keys: Keys, steps: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], Keys, NDArray[np.int64]]:
    """Add up the steps of each (view, key), without zeros and absences, sorted by view."""
    present = keys != 0
    view, keys, steps = view[present], keys[present], steps[present]
    order = np.lexsort((keys, view))
    view, keys, steps = view[order], keys[order], steps[order]
    first = np.ones(len(keys), dtype=np.bool_)
    first[1:] = (keys[1:] != keys[:-1]) | (view[1:] != view[:-1])
    starts = np.flatnonzero(first)
    net = np.add.reduceat(steps, starts) if len(starts) else steps
    kept = net != 0
    return view[starts][kept], keys[starts][kept], net[kept]
