"""Correct identification: one right guess per class, as far as the links are right."""

from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Context, Metric
from linkage.privacy.over_classes import over_classes


def _measure(context: Context) -> Estimate:
    return over_classes(
        context, lambda _: 1.0, context.absent, (0.0, 1.0), doubted=lambda size: -1.0 / size
    )


METRIC = Metric(
    name="correct_identification",
    question="How often is one guess by the full trace right, given that links may be wrong?",
    formula="(1 / N) sum over x of m(x) / n(x), m the calibrated chance that x's profile is x's",
    unit="share of the population",
    must_not_be_read_as="safety from wrong links: it names others, see misidentification",
    paper="K / N of Smith 2009 with m in place of 1; m after Fellegi and Sunter 1969, JASA 64:1183",
    measure=_measure,
    needs=("doubts",),
    bounds=(0.0, 1.0),
)
