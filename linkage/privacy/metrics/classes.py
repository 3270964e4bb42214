"""The number of classes: how many kinds of full trace a view tells apart."""

from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Context, Metric
from linkage.privacy.over_classes import over_classes
from linkage.privacy.scaled import scaled


def _measure(context: Context) -> Estimate:
    share = over_classes(context, lambda _: 1.0, context.absent, (0.0, 1.0))
    return scaled(share, lambda value: value * context.population)


METRIC = Metric(
    name="classes",
    question="How many kinds of people does the full trace tell apart?",
    formula="K, those without a point being one kind",
    unit="classes",
    must_not_be_read_as="a number of people known by name: a class can hold many",
    paper="Smith 2009, FoSSaCS, LNCS 5504:288 (log2 K is the capacity)",
    measure=_measure,
)
