"""How many kinds of pairs there are, and what is true of all candidate pairs together."""

from collections.abc import Sequence

import numpy as np

from linkage.dependence import Bits, Table
from linkage.training.latent import Evidence, Joint, fit_joint

CERTAIN = 15.0
"""Bits from which a pair is taken for a match before kinds are known."""
CONTRARY = -0.5
"""Mean bits below which a comparison speaks against second pairs being matches."""
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


def repeats(given: Evidence, m: Sequence[Table], u: Sequence[Table], bits: Bits) -> bool:
    """Return whether right records repeat people, by the weight of each pair before kinds.

    Left records with several pairs as heavy as a match have relatives there, or one person more
    than once. Relatives differ in something, a given name or a birth date: among the second pairs
    one comparison speaks against a match on average. In repeats none does.
    """
    if given.left is None:
        return False
    certain = np.flatnonzero(bits >= CERTAIN)
    order = certain[np.lexsort((-bits[certain], given.left[certain]))]
    left = given.left[order]
    seconds = order[1:][left[1:] == left[:-1]]
    matched = len(order) - len(seconds)
    several = len(np.unique(given.left[seconds]))
    if several <= MOST_REPEATED * matched:
        return False
    tables = zip(m, u, given.levels[:, seconds], strict=True)
    return min(float(np.log2(a / b)[row].mean()) for a, b, row in tables) > CONTRARY
