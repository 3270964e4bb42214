"""Time to identification: how soon after they are first seen people are singled out for good."""

from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Context, Metric
from linkage.privacy.survival import identified_within, kaplan_meier

HOURS = 24.0


def _measure(context: Context) -> Estimate:
    assert context.followed is not None
    return identified_within(kaplan_meier(*context.followed), HOURS)


METRIC = Metric(
    name="time_to_identification",
    question=f"What share is singled out for good within {HOURS:.0f} hours of their first point?",
    formula="1 - S(24 h); S by Kaplan and Meier, identified when n(x) = 1 and stays so",
    unit="share of the people followed",
    must_not_be_read_as="when somebody looked: it is when looking would have been enough",
    paper="Kaplan and Meier 1958, JASA 53:457; the event is ours",
    measure=_measure,
    needs=("followed",),
    bounds=(0.0, 1.0),
)
