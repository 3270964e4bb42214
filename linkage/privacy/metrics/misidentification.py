"""Misidentification: the full trace singles somebody out, and it is the wrong person."""

from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Context, Metric
from linkage.privacy.over_classes import nothing, over_classes


def _measure(context: Context) -> Estimate:
    return over_classes(context, nothing, 0, (0.0, 1.0), doubted=lambda size: float(size == 1))


METRIC = Metric(
    name="misidentification",
    question="How often does the full trace point to one person, and to the wrong one?",
    formula="(1 / N) sum over x with n(x) = 1 of 1 - m(x); without knowing the truth",
    unit="share of the population",
    must_not_be_read_as="all harm of wrong links: it counts only those who are named outright",
    paper="m after Fellegi and Sunter 1969, JASA 64:1183; the metric is ours",
    measure=_measure,
    needs=("doubts",),
    bounds=(0.0, 1.0),
)
