"""The size of the crowd that the known points leave around a person."""

import numpy as np

from linkage.privacy.estimate import Estimate, sampled_median
from linkage.privacy.metric import Context, Metric

_ENDLESS = 10**9


def _measure(context: Context) -> Estimate:
    # Where somebody else fits better the attacker is led astray: everybody remains possible.
    crowd = np.where(context.crowds > 0, context.crowds, context.population)
    # Where chance says what is known, a sample of everybody is still one of endless many.
    of = context.population if context.again is None else _ENDLESS
    return sampled_median(crowd.astype(np.float64), of, (0.0, max(1.0, context.population)))


METRIC = Metric(
    name="hidden_among",
    question="Among how many people does the median person remain hidden?",
    formula="median of the number of people who carry the p known points",
    unit="people",
    must_not_be_read_as="anonymity: half the people have a smaller crowd than the median",
    paper="Sweeney 2002, International Journal of Uncertainty 10:557 (anonymity set)",
    measure=_measure,
    against="adversary",
)
