"""How many people are in each class of each view, exact under +1 and -1, and thinned if it must be.

Beside the people of a class stands their doubt: for each person the chance that something in their
profile is not theirs, in units of 2^-20, so that it adds up exactly and can be taken back.

A view that grows too large is thinned: of its classes only those stay whose key ends in `level`
zero bits, with all their people. Keys are hashes, so that is a sample of the classes at the rate
2^-level which does not depend on the order of anything, follows +1 and -1, and merges. It is
Wegman's adaptive sampling (Flajolet 1990, Computing 43:391; Gibbons 2001, VLDB: distinct sampling),
the idea of KHyperLogLog (Chia et al. 2019, IEEE S&P) with exact counts in place of its
HyperLogLogs, since a person is in one class only. What is told of a thinned view has an interval.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.privacy.classes import MASK, PEOPLE, ClassTable, refusal, refused
from linkage.privacy.hashing import scramble, text_hash
from linkage.privacy.rows import Ints, Keys

DOUBT = 20
"""Bits behind the point of a doubt: 2**DOUBT is certainty that something is wrong."""


class Moves(NamedTuple):
    """One person per row leaves class `old` of a view and enters `new`; key 0 is absent.

    `was` and `now` are the person's doubts, in units of 2^-DOUBT.
    """

    view: NDArray[np.uint16]
    old: Keys
    new: Keys
    was: Ints
    now: Ints


class ClassHistogram:
    """How many people are in each class of each view, and how much of it is in doubt."""

    def __init__(self, views: int) -> None:
        self._tables = [ClassTable() for _ in range(views)]

    def move(self, moves: Moves) -> None:
        """Let many people change class at once; only the net effect of all rows counts.

        Raises ValueError, with nothing changed, when a class would be left with fewer than zero
        people, or with a doubt that nobody in it has, or would be too full.
        """
        view = np.concatenate((moves.view, moves.view))
        keys = np.concatenate((moves.old, moves.new))
        steps = np.repeat(np.array([-1, 1], dtype=np.int64), len(moves.view))
        self._apply(view, keys, steps, np.concatenate((-moves.was, moves.now)))

    def gain(self, view: NDArray[np.uint16], keys: Keys, people: Ints, doubts: Ints) -> None:
        """Add whole classes, a row each, with all their people and their doubt.

        Raises ValueError, with nothing changed, for a class that would be too full.
        """
        self._apply(view, keys, people, doubts)

    def shifts(self, views: Iterable[int]) -> tuple[Callable[..., None], ...]:
        """Return for each view what moves one person at once: `ClassTable.shift`."""
        return tuple(self._tables[view].shift for view in views)

    def merge(self, other: "ClassHistogram") -> None:
        """Add the people of another part of the population, exactly.

        Where one of the two is thinned further, both are from then on. Raises ValueError, with
        nothing changed, for a histogram of other views.
        """
        if len(other._tables) != len(self._tables):
            raise ValueError(f"{len(other._tables)} views cannot be added to {len(self._tables)}")
        for view, table in enumerate(self._tables):
            table.thin(other.level(view))
            keys, sizes, doubts = other.arrays(view)
            people = table.people + other.people(view)
            where = np.full(len(keys), view, dtype=np.uint16)
            self._apply(where, keys, sizes, doubts)
            table.people = people

    def thin(self, view: int, level: int) -> None:
        """Keep of a view's classes those whose key ends in `level` zero bits; 0 keeps all.

        A view that is thinned as far already stays as it is: what is gone cannot come back.
        """
        self._tables[view].thin(level)

    def level(self, view: int) -> int:
        """Return how far a view is thinned: one class in 2**level is kept."""
        return self._tables[view].low.bit_length()

    def kept(self, view: int) -> int:
        """Return how many classes a view's table holds: all of them at level 0."""
        return len(self._tables[view])

    def arrays(self, view: int) -> tuple[Keys, Ints, Ints]:
        """Return key, people and doubt of the classes of a view's table, in no particular order."""
        return self._tables[view].arrays()

    def size(self, view: int, key: int) -> int:
        """Return how many people are in a class, 0 if its key is not in the table."""
        return self._tables[view].packed(key) & MASK

    def people(self, view: int) -> int:
        """Return how many people have at least one point in the view; exact at every level."""
        return self._tables[view].people

    def sizes(self, view: int) -> Mapping[int, int]:
        """Return for each class size how many classes of the table have it."""
        return self._tables[view].sizes()

    def doubts(self, view: int) -> Mapping[int, int]:
        """Return for each class size the doubt of all people in classes of it, in 2^-DOUBT."""
        return self._tables[view].doubts()

    def digest(self) -> int:
        """Return 64 bits over every (view, key, size), whatever the order they came in.

        Doubts are left out: they come from floating-point weights.
        """
        total = 0
        for number in range(len(self._tables)):
            keys, sizes, _ = self.arrays(number)
            marked = scramble(keys ^ np.uint64(text_hash(f"view {number}")))
            mixed = scramble(marked ^ scramble(sizes.astype(np.uint64)))
            total += int(mixed.sum(dtype=np.uint64))
        return total % 2**64

    def _apply(self, view: NDArray[np.uint16], keys: Keys, people: Ints, doubts: Ints) -> None:
        if len(view) and int(view.max()) >= len(self._tables):
            raise ValueError(f"view {int(view.max())}: there are {len(self._tables)} views")
        present = keys != 0
        view, keys, people, doubts = view[present], keys[present], people[present], doubts[present]
        entered = np.bincount(view, people, len(self._tables)).astype(np.int64)
        view, keys, people, doubts = self._net(view, keys, people, doubts)
        bounds = np.searchsorted(view, np.arange(len(self._tables) + 1)).tolist()
        plans = []
        for number, (low, high) in enumerate(pairwise(bounds)):
            if low < high:
                rows = slice(low, high)
                plans.append(self._planned(number, keys[rows].tolist(), people[rows], doubts[rows]))
        for number, names, before, after in plans:
            self._tables[number].write(names, before, after)
        for number in np.flatnonzero(entered).tolist():
            self._tables[number].people += int(entered[number])

    def _net(
        self, view: NDArray[np.uint16], keys: Keys, people: Ints, doubts: Ints
    ) -> tuple[NDArray[np.uint16], Keys, Ints, Ints]:
        """Add up the steps of each (view, key) that its view keeps, without zeros, by view."""
        low = np.array([table.low for table in self._tables], dtype=np.uint64)
        order = np.lexsort((keys, view))
        if low.any():
            order = order[keys[order] & low[view[order]] == 0]
        view, keys, people, doubts = view[order], keys[order], people[order], doubts[order]
        first = np.ones(len(keys), dtype=np.bool_)
        first[1:] = (keys[1:] != keys[:-1]) | (view[1:] != view[:-1])
        starts = np.flatnonzero(first)
        if len(starts):
            people, doubts = np.add.reduceat(people, starts), np.add.reduceat(doubts, starts)
        kept = (people != 0) | (doubts != 0)
        return view[starts][kept], keys[starts][kept], people[kept], doubts[kept]

    def _planned(
        self, number: int, names: list[int], people: Ints, doubts: Ints
    ) -> tuple[int, list[int], Ints, Ints]:
        """Return some classes of a view with their packed numbers before and after, or raise."""
        before = self._tables[number].packed_of(names)
        wrong = refused(before, people, doubts)
        if wrong.any():
            at = int(wrong.argmax())
            changes = int(people[at]), int(doubts[at])
            raise ValueError(f"view {number}, {refusal(names[at], int(before[at]), *changes)}")
        after = ((before & MASK) + people) | ((before >> PEOPLE) + doubts) << PEOPLE
        return number, names, before, after
