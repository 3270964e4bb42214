"""One guess by a few known points: right once in a crowd."""

from linkage.privacy.attacked import attacked_mean
from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Context, Metric
from linkage.privacy.suspicion import right_guess


def _measure(context: Context) -> Estimate:
    return attacked_mean(context, lambda some: right_guess(some.crowds))


METRIC = Metric(
    name="guess",
    question="How often is one guess among those whom the known points fit right?",
    formula="V_p = E[1 / crowd], 0 where somebody else fits better",
    unit="share of the people attacked",
    must_not_be_read_as="unicity: a crowd of two counts half here, and nothing there",
    paper="Smith 2009, FoSSaCS, LNCS 5504:288 (vulnerability, for p points)",
    measure=_measure,
    against="adversary",
    bounds=(0.0, 1.0),
)
