"""The share of people who look like fewer than four others."""

from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Context, Metric
from linkage.privacy.over_classes import over_classes

K = 5


def _measure(context: Context) -> Estimate:
    return over_classes(context, lambda size: size * float(size < K), 0, (0.0, 1.0))


METRIC = Metric(
    name="small_classes",
    question=f"What share of people is in a class of fewer than {K} by the full trace?",
    formula=f"|{{x : n(x) < {K}}}| / N, those without a point left out",
    unit="share of the population",
    must_not_be_read_as="safety of the rest: a large class may still share one secret",
    paper="Samarati and Sweeney 1998 (k-anonymity), k = 5",
    measure=_measure,
    bounds=(0.0, 1.0),
)
