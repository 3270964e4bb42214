"""Linkage recall: how much of a person's sources can still be joined.

What is published joins two points if one pseudonym carries both. Pairs of points are counted by
person and pair of sources, so that whoever calls most does not outweigh everybody else.
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from linkage.intervals import Floats
from linkage.privacy.attack import Publish
from linkage.privacy.defence import Material
from linkage.privacy.rows import Ints
from linkage.privacy.use import Use


def _kept(publish: Publish, material: Material, seed: int) -> float:
    true, published = material.traces, publish(material, seed)
    sources = np.unique(true.source).astype(np.int64)
    people, owner = np.unique(true.person, return_inverse=True)
    there = _many(owner, true.source, (len(people), sources))
    shown = _many(
        published.traces.person, published.traces.source, (len(published.holder), sources)
    )
    whose = np.searchsorted(people, published.holder)
    shares = []
    for one, other in combinations(range(len(sources)), 2):
        pairs = there[:, one] * there[:, other]
        joined = np.bincount(whose, shown[:, one] * shown[:, other], minlength=len(people))
        shares.append(joined[pairs > 0] / pairs[pairs > 0])
    every: Floats = np.concatenate(shares) if shares else np.empty(0)
    return float(np.sort(every).mean()) if len(every) else 1.0


def _many(owner: Ints, source: NDArray[np.uint8], shape: tuple[int, Ints]) -> Ints:
    """Return how many points each owner has of each source."""
    owners, sources = shape
    cell = owner * len(sources) + np.searchsorted(sources, source)
    return np.bincount(cell, minlength=owners * len(sources)).reshape(owners, len(sources))


USE = Use(
    name="linkage_recall",
    question="How many pairs of points of two sources are still joined under one pseudonym?",
    formula="mean over people and pairs of sources of pairs joined / pairs of their points",
    unit="share of the pairs that belong together",
    paper="pairwise recall: Christen 2012, Data Matching, 7.2",
    must_not_be_read_as="that the join is wanted: it is also what an attacker starts from",
    reads=("traces",),
    kept=_kept,
)
