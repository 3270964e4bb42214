"""The size of the crowd that the known points leave around a person."""

from math import ceil, floor, sqrt

import numpy as np

from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Context, Metric

_Z = 1.959963984540054


def _measure(context: Context) -> Estimate:
    # Where somebody else fits better the attacker is led astray: everybody remains possible.
    crowd = np.sort(np.where(context.crowds > 0, context.crowds, context.population))
    n = len(crowd)
    if n == 0:
        return Estimate(value=0.0, low=0.0, high=0.0, n=0, estimand="sample")
    value = float(np.median(crowd))
    if n == context.population:
        return Estimate(value=value, low=value, high=value, n=n, estimand="census")
    # Order statistics around the median (Conover 1999, section 3.2).
    half = _Z * sqrt(n) / 2
    low, high = max(0, floor(n / 2 - half)), min(n - 1, ceil(n / 2 + half))
    return Estimate(
        value=value, low=float(crowd[low]), high=float(crowd[high]), n=n, estimand="sample"
    )


METRIC = Metric(
    name="hidden_among",
    question="Among how many people does the median person remain hidden?",
    unit="people",
    must_not_be_read_as="anonymity: half the people have a smaller crowd than the median",
    paper="Sweeney 2002, International Journal of Uncertainty 10:557 (anonymity set)",
    measure=_measure,
)
