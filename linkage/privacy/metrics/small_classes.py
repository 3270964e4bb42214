"""The share of people who look like fewer than four others."""

from linkage.privacy.estimate import Estimate, census
from linkage.privacy.metric import Context, Metric

K = 5


def _measure(context: Context) -> Estimate:
    sizes = context.histogram.sizes(context.number)
    few = sum(size * count for size, count in sizes.items() if size < K)
    people = context.population
    return census(few / people if people else 0.0, people)


METRIC = Metric(
    name="small_classes",
    question=f"What share of people is in a class of fewer than {K} by the full trace?",
    unit="share of the population",
    must_not_be_read_as="safety of the rest: a large class may still share one secret",
    paper="Samarati and Sweeney 1998 (k-anonymity), k = 5",
    measure=_measure,
)
