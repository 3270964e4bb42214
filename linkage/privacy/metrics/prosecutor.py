"""The prosecutor's risk: the best chance against somebody known to be in the data."""

from linkage.privacy.estimate import Estimate, census
from linkage.privacy.metric import Context, Metric


def _measure(context: Context) -> Estimate:
    smallest = min(context.histogram.sizes(context.number), default=0)
    worst = 1.0 / smallest if smallest else 0.0
    if context.histogram.level(context.number) == 0:
        return census(worst, context.population)
    kept = context.histogram.kept(context.number)
    # A smaller class may be among those that are not kept.
    return Estimate(value=worst, low=worst, high=1.0, n=kept, estimand="sample")


METRIC = Metric(
    name="prosecutor",
    question="How likely is the easiest person named right by somebody with their full trace?",
    formula="max over x of 1 / n(x)",
    unit="share, the chance of one guess",
    must_not_be_read_as="the risk of a typical person: it is that of the most exposed one",
    paper="El Emam and Dankar 2008, JAMIA 15:627 (prosecutor re-identification scenario)",
    measure=_measure,
    bounds=(0.0, 1.0),
)
