"""The share of people whom the full trace singles out."""

from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Context, Metric
from linkage.privacy.over_classes import over_classes


def _measure(context: Context) -> Estimate:
    return over_classes(context, lambda size: float(size == 1), 0, (0.0, 1.0))


METRIC = Metric(
    name="identified_share",
    question="What share of people has a full trace that nobody else has?",
    formula="|{x : n(x) = 1}| / N",
    unit="share of the population",
    must_not_be_read_as="what an outsider with a few points can do; that is unicity",
    paper="Skinner and Elliot 2002, JRSS B 64:855 (population uniqueness)",
    measure=_measure,
    bounds=(0.0, 1.0),
)
