"""Which views a run measures: every subset of its sources, and what each purpose may see."""

from collections.abc import Sequence

from linkage.privacy.exposure import Purpose
from linkage.privacy.view import View, lattice


def views_of(sources: tuple[str, ...], purposes: Sequence[Purpose]) -> tuple[View, ...]:
    """Return all views that are measured: the lattice, then one for each joining purpose."""
    budgeted = tuple(View(f"{'+'.join(p.sources)}@{p.name}", p.sources, p.name) for p in purposes)
    return (*lattice(sources), *budgeted)
