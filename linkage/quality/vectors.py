"""The comparison vectors of links, counted by level: what the drift alarm looks at."""

from collections.abc import Sequence

import numpy as np

from linkage.comparing import PairSet, batch_side, shelf_side
from linkage.intervals import Ints
from linkage.linker import Linker
from linkage.model import Model
from linkage.quality.drift import Levels

BATCH = 5000
"""Links compared at a time, which bounds memory."""


def trained_levels(model: Model) -> dict[str, Levels]:
    """Return the levels of each comparison of a model."""
    return {one.label: one.levels for one in model.comparisons}


def level_counts(linker: Linker, links: Sequence[tuple[Sequence[object], int]]) -> dict[str, Ints]:
    """Return how many links are at each level of each comparison, in the model's order.

    A link is a group of registrations, at least one, and the person they were linked to; who is
    not in the registry is left out. Of a group the registration counts that its weight is of.
    """
    trained = trained_levels(linker.scorer.model)
    counts = {name: np.zeros(len(levels), np.int64) for name, levels in trained.items()}
    for start in range(0, len(links), BATCH):
        some = [(group, linker.registry.row(person)) for group, person in links[start:][:BATCH]]
        known = [(group, row) for group, row in some if row is not None]
        if known:
            for name, levels in zip(counts, _vectors(linker, known), strict=True):
                counts[name] += np.bincount(levels, minlength=len(counts[name]))
    return counts


def _vectors(linker: Linker, links: Sequence[tuple[Sequence[object], int]]) -> list[Ints]:
    """Return the level of each link, comparison by comparison; links are of registry rows."""
    records, group = linker.encode([group for group, _ in links])
    rows = np.array([row for _, row in links], np.int64)[group]
    sides = batch_side(records), shelf_side(linker.registry.shelf)
    pairs = PairSet(*sides, np.arange(len(rows)), rows)
    parts, weight = linker.scorer.parts(pairs), linker.scorer.weigh(pairs)
    order = np.lexsort((-weight, group))
    best = order[np.flatnonzero(np.diff(group[order], prepend=-1))]
    return [part.level[best].astype(np.int64) for part in parts]
