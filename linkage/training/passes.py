"""Blocking passes: m by one EM for each blocking key, the comparisons of its fields left out.

Pairs of a block agree on its key by construction, so a pass can tell nothing of that; the others
can. The mean over passes is a first m, with its classes named, for the joint fit to begin at.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from linkage.model import Pass
from linkage.training.material import Material, Sample, fields
from linkage.training.mixture import Fit, Table, fit
from linkage.training.parameters import digits

Kept = tuple[Sequence[int], Fit]
"""The positions of the comparisons that a pass kept, and their fit."""


def fit_passes(
    given: Material,
    sample: Sample,
    vectors: NDArray[np.int8],
    start: tuple[Sequence[Table], Sequence[Table]],
    most: int,
    seed: int,
) -> tuple[list[Kept], tuple[Pass, ...]]:
    """Return the fit of each pass, and the report of it; `start` is m and u.

    A pass takes `most` pairs of the sample at most; one without pairs, or with every comparison
    left out, is none.
    """
    fits: list[Kept] = []
    passes = []
    shared = given.shared(sample.pairs)
    compares = given.schema.compare
    for key, there in zip(given.schema.keys, shared.T, strict=True):
        kept = [i for i, c in enumerate(compares) if not fields(key) & set(c.fields)]
        left_out = tuple(c.label for i, c in enumerate(compares) if i not in kept)
        rows = _thin(np.flatnonzero(there), most, seed)
        if len(rows) and kept:
            m, u = ([tables[i] for i in kept] for tables in start)
            found = fit(vectors[kept][:, rows].T, m, u)
            fits.append((kept, found))
            matches = digits(found.share * len(rows))
            passes.append(
                Pass(key.name, left_out, len(rows), matches, found.iterations, found.turned)
            )
    return fits, tuple(passes)


def _thin(rows: NDArray[np.int64], most: int, seed: int) -> NDArray[np.int64]:
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
