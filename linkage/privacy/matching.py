"""Who fits what an attacker knows: the crowds of sampled people in what a view shows."""

from typing import NamedTuple

import numpy as np

from linkage.privacy.adversary import Known
from linkage.privacy.rows import Ints, Lookup, rank_in_run


class Suspects(NamedTuple):
    """Who fits the known points of each attacked person as well as nobody better.

    Row i: `person[i]` is one of those who fit best, whom the attacker of person number `owner[i]`
    suspects. `size` is how many they are if that person is one of them: 1 is the person alone,
    rightly named. 0 is not found: others fit better, or the view shows none of the known points of
    this person.
    """

    owner: Ints
    person: Ints
    size: Ints


def suspects(lookup: Lookup, known: Known) -> Suspects:
    """Return the crowd of each attacked person.

    In a view that shows every true point the target carries all that is known, so the crowd is
    exactly the people who carry all of it, as p-point unicity asks. Where a budget hides points, or
    the attacker errs, nobody may carry all, and an attacker who gave up then would make the view
    look better than it is; this one takes the best match.
    """
    people = len(known.people)
    numbers = lookup.numbers(known.point)
    own = lookup.carries(numbers, known.people[known.owner])
    fit = np.bincount(known.owner[own], minlength=people)
    there = numbers >= 0
    owner, person, score = _rivals(lookup, known.owner[there], numbers[there], np.maximum(fit, 1))
    best = np.zeros(people, dtype=np.int64)
    np.maximum.at(best, owner, score)
    rows = np.flatnonzero(score == best[owner])
    found = (fit == best) & (fit > 0)
    size = np.where(found, np.bincount(owner[rows], minlength=people), 0)
    return Suspects(owner[rows], person[rows], size)


def _rivals(lookup: Lookup, owner: Ints, numbers: Ints, fit: Ints) -> tuple[Ints, Ints, Ints]:
    """Return (attacked, rival, points carried) of everybody who carries `fit` points or more.

    Whoever carries `fit` of k points carries one of any k - fit + 1 of them: so candidates come
    from the rarest points only (prefix filtering, Chaudhuri et al. 2006), and fall away as soon as
    too few points are left for them.
    """
    order = np.lexsort((lookup.many(numbers), owner))
    owner, numbers = owner[order], numbers[order]
    rank, k = rank_in_run(owner), np.bincount(owner, minlength=len(fit))
    table = np.full((len(fit), int(k.max(initial=0))), -1)
    table[owner, rank] = numbers
    prefix = np.flatnonzero(rank <= (k - fit)[owner])
    which, person = lookup.carriers(numbers[prefix])
    owner, found = owner[prefix][which], rank[prefix][which]
    score = np.ones(len(owner), dtype=np.int64)
    for column in range(table.shape[1]):
        other = np.flatnonzero(found != column)
        carried = np.zeros(len(owner), dtype=np.bool_)
        carried[other] = lookup.carries(table[owner[other], column], person[other])
        score += carried
        # Who also carries a rarer point has been found by that one already.
        again = carried & (found > column)
        reach = score + np.maximum(k[owner] - column - 1 - (found > column), 0)
        kept = ~again & (reach >= fit[owner])
        owner, person, found, score = owner[kept], person[kept], found[kept], score[kept]
    return owner, person, score
