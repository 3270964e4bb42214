"""Linkability (Article 29 Working Party): two partial records are found to be one person's."""

import numpy as np

from linkage.privacy.adversary import Known
from linkage.privacy.estimate import Estimate, mean_of, sampled_mean
from linkage.privacy.matching import suspects
from linkage.privacy.metric import Context, Metric
from linkage.privacy.rows import Ints
from linkage.privacy.suspicion import right_guess


def _measure(context: Context) -> Estimate:
    together = right_guess(context.crowds)
    apart = np.maximum(*(right_guess(_crowds(context, half)) for half in (0, 1)))
    naive = np.maximum(apart, 1.0 / max(context.population, 1))
    return sampled_mean(together, context.population, control=mean_of(naive))


def _crowds(context: Context, half: int) -> Ints:
    """Return the crowds of what one of the two records tells by itself: half of all points."""
    known = context.known
    rows = np.flatnonzero(known.point & np.uint64(1) == half)
    part = Known(known.people, known.owner[rows], known.point[rows])
    return suspects(context.visible.lookup(), part).size


METRIC = Metric(
    name="linkability",
    question="How often are two halves of what is known found to be one person's, by the view?",
    formula="E[1 / |A and B|]; control: the better half alone, E[max(1 / |A|, 1 / |B|)]",
    unit="share of the people attacked",
    must_not_be_read_as="that the halves are linked without the view: that is the control",
    paper="Article 29 WP 2014, Opinion 05/2014; after Giomi et al. 2023, PoPETs 2023(2):312",
    measure=_measure,
    against="adversary",
    bounds=(0.0, 1.0),
)
