"""Forecast: how exposed people like these would be in a population ten times as large."""

from collections.abc import Mapping

from linkage.privacy.estimate import Estimate, wilson
from linkage.privacy.forecast import forecast
from linkage.privacy.metric import Context, Metric

TIMES = 10


def _measure(context: Context) -> Mapping[str, Estimate]:
    # Without those who have no point: one class of very many is nothing that the model knows.
    people = context.histogram.people(context.number)
    if not people:
        return {"right_guess": wilson(0, 0), "unique": wilson(0, 0)}
    found = forecast(context.histogram.sizes(context.number), TIMES * people)
    return {"right_guess": found.correctness, "unique": found.uniqueness}


METRIC = Metric(
    name="forecast",
    question=f"How exposed would people be by the full trace among {TIMES} times as many?",
    formula=f"E[K] / N and E[K of one] / N at {TIMES} N of those with a point, by Pitman and Yor",
    unit="share of the larger population",
    must_not_be_read_as=(
        "a bound: its interval trusts the model, which has missed by .05 at 10 N, and by .15 once"
    ),
    paper="Pitman and Yor 1997, Ann. Probab. 25:855; Rocher et al. 2025, Nat. Commun. 16:347",
    measure=_measure,
    needs=("exact",),
    bounds=(0.0, 1.0),
)
