"""Contaminated profiles: something in them is somebody else's."""

from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Context, Metric
from linkage.privacy.over_classes import doubt_of_all


def _measure(context: Context) -> Estimate:
    return doubt_of_all(context)


METRIC = Metric(
    name="contaminated",
    question="What share of people has a profile in which something is not theirs?",
    formula="(1 / N) sum over x of 1 - m(x)",
    unit="share of the population",
    must_not_be_read_as="wrong links found: it is what the links' own probabilities expect",
    paper="m after Fellegi and Sunter 1969, JASA 64:1183; errors taken as independent",
    measure=_measure,
    needs=("doubts",),
    bounds=(0.0, 1.0),
)
