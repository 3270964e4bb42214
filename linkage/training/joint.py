"""How many kinds of pairs there are, and what is true of all candidate pairs together."""

from collections.abc import Sequence

import numpy as np

from linkage.dependence import Bits, Table
from linkage.training.latent import Evidence, Joint, fit_joint

CERTAIN = 15.0
"""Bits from which a pair is taken for a match before kinds are known."""
MOST_REPEATED = 0.05
"""Of left records with a match, which share may have several; more, and right rows repeat."""


def choose_joint(
    given: Evidence, m: Sequence[Table], u: Sequence[Table], most_others: int, most_matches: int
) -> Joint:
    """Return the joint fit with one kind more as long as its criterion rises, others first."""
    best = fit_joint(given, m, u, others=0)
    for others in range(1, most_others + 1):
        found = fit_joint(given, m, u, others)
        if found.criterion <= best.criterion:
            break
        best = found
    for matches in range(2, most_matches + 1):
        found = fit_joint(given, m, u, len(best.dependence.others), matches)
        if found.criterion <= best.criterion:
            break
        best = found
    return best


def repeated(given: Evidence, bits: Bits) -> float:
    """Return which share of left records with a match have several, by the weight of each pair.

    Where no two right records are one person, that is near 0.
    """
    if given.left is None:
        return 0.0
    certain = np.bincount(given.left[bits >= CERTAIN], minlength=given.lefts)
    return float((certain > 1).sum() / max((certain > 0).sum(), 1))
