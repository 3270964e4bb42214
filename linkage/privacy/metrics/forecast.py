"""Forecast: how exposed as many people's like would be in a population ten times as large."""

from collections.abc import Mapping

from linkage.privacy.estimate import Estimate, census
from linkage.privacy.forecast import forecast
from linkage.privacy.metric import Context, Metric

TIMES = 10


def _measure(context: Context) -> Mapping[str, Estimate]:
    sizes = dict(context.histogram.sizes(context.number))
    if context.absent:
        sizes[context.absent] = sizes.get(context.absent, 0) + 1
    if not sizes:
        return {"right_guess": census(0.0, 0), "unique": census(0.0, 0)}
    found = forecast(sizes, TIMES * context.population)
    return {"right_guess": found.correctness, "unique": found.uniqueness}


METRIC = Metric(
    name="forecast",
    question=f"How exposed would people be by the full trace among {TIMES} times as many?",
    formula=f"E[K] / N and E[K of one] / N at {TIMES} N, classes as Pitman and Yor's process",
    unit="share of the larger population",
    must_not_be_read_as=(
        "a bound: its interval trusts the model, and domains that end (birth dates, cells) end it"
    ),
    paper="Pitman and Yor 1997, Ann. Probab. 25:855; Rocher et al. 2025, Nat. Commun. 16:347",
    measure=_measure,
    needs=("exact",),
    bounds=(0.0, 1.0),
)
