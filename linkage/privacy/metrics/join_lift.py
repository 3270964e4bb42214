"""Join lift: what a view reveals beyond the best of the views that it joins."""

from collections.abc import Sequence

from linkage.privacy.estimate import Estimate, census
from linkage.privacy.metric import Context, Metric
from linkage.privacy.over_classes import worth_of


def _vulnerability(context: Context, view: int) -> Estimate:
    absent = context.population - context.histogram.people(view)
    return worth_of(context, view, lambda _: 1.0, absent, (0.0, 1.0))


def _measure(context: Context) -> Estimate:
    parts = [
        _vulnerability(context, number)
        for sources, number in context.subviews.items()
        if len(sources) == len(context.view.sources) - 1
    ]
    return _beyond(_vulnerability(context, context.number), parts, context.population)


def _beyond(whole: Estimate, parts: Sequence[Estimate], population: int) -> Estimate:
    """Return how much a share is above the largest of its parts; with no part, above 1 / N.

    Never negative where the parts are exact; an interval spans what both intervals allow.
    """
    nothing = 1.0 / population if population else 0.0
    best, low, high = (
        max((getattr(part, end) for part in parts), default=nothing)
        for end in ("value", "low", "high")
    )
    value = max(0.0, whole.value - best)
    if whole.estimand == "census" and all(part.estimand == "census" for part in parts):
        return census(value, whole.n)
    least, most = max(0.0, whole.low - high), max(value, whole.high - low)
    return Estimate(value=value, low=min(least, value), high=most, n=whole.n, estimand="sample")


METRIC = Metric(
    name="join_lift",
    question="How much more often is one guess right than in the best view without one source?",
    formula="V(S) - max over s in S of V(S - s); V of no source is 1 / N",
    unit="share of the population",
    must_not_be_read_as="a law of other metrics: only V can never fall when a source is joined",
    paper="Alvim et al. 2012, CSF (composition of channels, V never falls); the lift is ours",
    measure=_measure,
    needs=("lattice",),
    bounds=(0.0, 1.0),
)
