"""How many kinds of pairs there are, and what is true of all candidate pairs together."""

from collections.abc import Sequence

import numpy as np

from linkage.dependence import Bits, Table
from linkage.training.latent import Evidence, Joint, fit_joint

CERTAIN = 15.0
"""Bits from which a pair is taken for a match before kinds are known."""
SHORT = 50
"""Iterations that show how many kinds there are."""
LEAST = 0.05
"""The least share of a kind of matches: a rarer one may be relatives of people who are absent."""
CONTRARY = -0.5
"""Mean bits below which a comparison speaks against second pairs being matches."""
MOST_REPEATED = 0.05
"""Of left records with a match, which share may have several; more, and right rows repeat."""


def choose_joint(
    given: Evidence, m: Sequence[Table], u: Sequence[Table], most_others: int, most_matches: int
) -> Joint:
    """Return the joint fit with as many kinds of others and of matches as the criterion allows.

    One kind more of either, whichever raises it more, as long as one does: where people have moved
    and relatives have not, kinds of others alone would take matches for namesakes.
    """
    others, matches = 0, 1
    best = fit_joint(given, m, u, others, matches, SHORT)
    while True:
        more = [(others + 1, matches), (others, matches + 1)]
        allowed = [(o, k) for o, k in more if o <= most_others and k <= most_matches]
        tried = [(fit_joint(given, m, u, o, k, SHORT), o, k) for o, k in allowed]
        better = [
            one
            for one in tried
            if one[0].criterion > best.criterion
            and min(kind.share for kind in one[0].dependence.matches) >= LEAST
        ]
        if not better:
            return fit_joint(given, m, u, others, matches)
        best, others, matches = max(better, key=lambda one: one[0].criterion)


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
