"""Which views a run keeps and measures: subsets of its sources, and what each purpose may see."""

from collections.abc import Sequence

from linkage.privacy.budget.exposure import Purpose
from linkage.privacy.lattice import lattice
from linkage.privacy.view import View

EVERY_SUBSET = 4
"""Sources up to which every subset is attacked: 15 views. Each source more would double them, and
with them the time that each close of a block takes."""


def views_of(sources: tuple[str, ...], purposes: Sequence[Purpose]) -> tuple[View, ...]:
    """Return all views that are kept: every subset without a budget, then one for each purpose."""
    budgeted = tuple(View(f"{'+'.join(p.sources)}@{p.name}", p.sources, p.name) for p in purposes)
    return (*lattice(sources), *budgeted)


def is_attacked(view: View, sources: tuple[str, ...]) -> bool:
    """Return whether a view is attacked and measured by all metrics, not only counted.

    What a purpose sees is, and every subset of a few sources. Of more than EVERY_SUBSET, what tells
    how much each adds: each alone, each pair, the first few (one more each time), all but one, all.
    """
    size = len(view.sources)
    few = len(sources) <= EVERY_SUBSET or view.purpose is not None
    tells = size <= 2 or size >= len(sources) - 1 or view.sources == sources[:size]
    return few or tells
