"""Linkability (Article 29 Working Party): two partial records of one person name that person.

Its value is that of `guess`; what it adds is the control: how far one of the records goes alone.
"""

import numpy as np

from linkage.privacy.adversary import Known
from linkage.privacy.attacked import attacked_mean
from linkage.privacy.estimate import Estimate, mean_of
from linkage.privacy.hashing import scramble
from linkage.privacy.matching import suspects
from linkage.privacy.metric import Context, Metric
from linkage.privacy.rows import Ints, rank_in_run
from linkage.privacy.suspicion import right_guess


def _measure(context: Context) -> Estimate:
    apart = np.maximum(*(right_guess(_crowds(context, half)) for half in (0, 1)))
    naive = np.maximum(apart, 1.0 / max(context.population, 1))
    return attacked_mean(context, lambda some: right_guess(some.crowds), mean_of(naive))


def _crowds(context: Context, half: int) -> Ints:
    """Return the crowds of one of the two records: half of what is known of each person.

    Of an odd number the first record has one more, of a single point it has all.
    """
    known = context.known
    # Cut anew for each person, but by what is known of them, not by their number: who looks alike
    # is cut alike.
    whole = np.zeros(len(known.people), dtype=np.uint64)
    np.add.at(whole, known.owner, known.point)
    order = np.lexsort((scramble(known.point ^ whole[known.owner]), known.owner))
    rows = order[rank_in_run(known.owner[order]) % 2 == half]
    part = Known(known.people, known.owner[rows], known.point[rows])
    return suspects(context.visible.lookup(), part).size


METRIC = Metric(
    name="linkability",
    question="How often do two halves of what is known, put together, name their person?",
    formula="E[1 / |A and B|]; control: the better half alone, E[max(1 / |A|, 1 / |B|)]",
    unit="share of the people attacked",
    must_not_be_read_as="that a half finds its other among everybody's: that both are one person's "
    "is given here",
    paper="Article 29 WP 2014, Opinion 05/2014; after Giomi et al. 2023, PoPETs 2023(2):312",
    measure=_measure,
    against="adversary",
    bounds=(0.0, 1.0),
)
