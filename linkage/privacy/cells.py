"""Cells of counts: who is counted where, and what an attacker asks of somebody."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.privacy.attack import attacked, scored
from linkage.privacy.defence import Material, Published, Traces
from linkage.privacy.drawn import keyed
from linkage.privacy.estimate import Estimate
from linkage.privacy.rows import Ints

Cell = tuple[int, int, int]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def distinct(traces: Traces) -> Traces:
    """Return each person once in each (source, hour, place), sorted by cell and person."""
    order = np.lexsort((traces.person, traces.place, traces.hour, traces.source))
    once = traces.take(order)
    return once.take(_first(once.source, once.hour, once.place, once.person))


def counted(traces: Traces) -> dict[Cell, int]:
    """Return how many people there are in each cell that has anybody."""
    once = distinct(traces)
    starts = np.flatnonzero(_first(once.source, once.hour, once.place))
    many = np.diff(np.append(starts, len(once)))
    return dict(zip(_cells(once.take(starts)), many.tolist(), strict=True))


def _first(*columns: NDArray[np.integer]) -> Flags:
    """Return which rows of sorted columns differ from the row before."""
    found = np.zeros(len(columns[0]), np.bool_)
    found[:1] = True
    for column in columns:
        found[1:] |= column[1:] != column[:-1]
    return found


def _cells(traces: Traces) -> list[Cell]:
    columns = (traces.source.tolist(), traces.hour.tolist(), traces.place.tolist())
    return list(zip(*columns, strict=True))


def without(material: Material, gone: Flags) -> Material:
    """Return the material without some of its points."""
    return Material(material.traces.take(~gone), material.people, material.records)


@dataclass(frozen=True)
class Asked:
    """Was person i in cell i? Each is asked twice: first where they were, then where they were not.

    Whoever knows no more than that is right half the time. No two are asked of the same cell.
    `there` says which were there; `rows` which points of the traces were theirs in those cells.
    """

    person: Ints
    cells: tuple[Cell, ...]
    there: Flags
    rows: Flags


def asked(traces: Traces, most: int, seed: int) -> Asked:
    """Return the questions about up to `most` people, the same whatever the order of points.

    They were not in a cell where somebody else was. Of whom there is no such pair of cells nothing
    is asked.
    """
    once = distinct(traces)
    chance = keyed(seed, once.person, once.source.astype(np.int64), once.hour, once.place)
    drawn = _points(once.take(np.argsort(chance, kind="stable")))
    own = set(drawn)
    where: dict[int, list[Cell]] = {}
    for person, cell in drawn:
        where.setdefault(person, []).append(cell)
    free = dict.fromkeys(cell for _, cell in drawn)
    found: list[tuple[int, Cell, Cell]] = []
    for person in attacked(once.person, most, seed).tolist():
        yes = next((cell for cell in where[person] if cell in free), None)
        no = next((cell for cell in free if (person, cell) not in own), None)
        if yes is not None and no is not None:
            found.append((person, yes, no))
            del free[yes], free[no]
    wanted = {(person, yes) for person, yes, _ in found}
    return Asked(
        np.array([person for person, *_ in found for _ in range(2)], np.int64),
        tuple(cell for _, *pair in found for cell in pair),
        np.tile(np.array([True, False]), len(found)),
        np.array([point in wanted for point in _points(traces)], np.bool_),
    )


def told(published: Published, cells: Sequence[Cell]) -> Floats:
    """Return what was published of each cell, 0 where nothing was."""
    counts = published.counts or {}
    return np.array([counts.get(cell, 0) for cell in cells], np.float64)


def judged(questions: Asked, more: Floats) -> Estimate:
    """Return how often presence is told right by how many `more` were counted than without.

    Somebody is taken to have been there where it is half a person or more. The control is a coin.
    """
    return scored(((more >= 0.5) == questions.there).astype(np.float64), 0.5)


def _points(traces: Traces) -> list[tuple[int, Cell]]:
    return list(zip(traces.person.tolist(), _cells(traces), strict=True))
