"""Shapley share: how much of a joined view's risk each of its sources brings."""

from collections.abc import Mapping

from linkage.privacy.estimate import Estimate, census
from linkage.privacy.metric import Context, Metric
from linkage.privacy.over_classes import worth_of
from linkage.privacy.shapley import shapley


def _measure(context: Context) -> Mapping[str, Estimate]:
    n = context.population
    each = {
        sources: worth_of(
            context, number, lambda _: 1.0, n - context.histogram.people(number), (0.0, 1.0)
        )
        for sources, number in context.subviews.items()
    }
    value = {frozenset[str](): 1.0 / n if n else 0.0}
    value |= {sources: estimate.value for sources, estimate in each.items()}
    shares = shapley(context.view.sources, value)
    # A share is a mean of differences of two views: it is off by no more than both are.
    off = 2 * max((e.high - e.low) / 2 for e in each.values())
    if not off:
        return {source: census(share, n) for source, share in shares.items()}
    return {
        source: Estimate(value=v, low=v - off, high=v + off, n=n, estimand="sample")
        for source, v in shares.items()
    }


METRIC = Metric(
    name="shapley",
    question="How much of the risk of the joined view does each source bring?",
    formula="mean over all orders of joining of V(with the source) - V(without); sums to V - 1 / N",
    unit="share of the population, by source",
    must_not_be_read_as="what leaving the source out would save: the others repeat part of it",
    paper="Shapley 1953, Contributions to the Theory of Games II:307",
    measure=_measure,
    needs=("lattice",),
    bounds=(-1.0, 1.0),
)
