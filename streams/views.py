"""Which views a run measures: subsets of its sources, and what each purpose may see."""

from collections.abc import Sequence

from linkage.privacy.exposure import Purpose
from linkage.privacy.view import View, lattice

EVERY_SUBSET = 4
"""Sources up to which every subset is measured: 15 views. Each source more would double them, and
with them the time that each close of a block takes."""


def views_of(sources: tuple[str, ...], purposes: Sequence[Purpose]) -> tuple[View, ...]:
    """Return all views that are measured: those without a budget, then one for each purpose.

    Without a budget: every subset of a few sources. Of more than EVERY_SUBSET, what tells how much
    each adds: each alone, each pair, the first few (one more each time), all but one, and all.
    """
    budgeted = tuple(View(f"{'+'.join(p.sources)}@{p.name}", p.sources, p.name) for p in purposes)
    subsets = lattice(sources)
    if len(sources) > EVERY_SUBSET:
        subsets = tuple(view for view in subsets if _tells(view.sources, sources))
    return (*subsets, *budgeted)


def _tells(chosen: tuple[str, ...], sources: tuple[str, ...]) -> bool:
    size = len(chosen)
    return size <= 2 or size >= len(sources) - 1 or chosen == sources[:size]
