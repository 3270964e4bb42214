"""Sampled p-point unicity: how many people a few known points single out."""

from linkage.privacy.attacked import attacked_share
from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Context, Metric
from linkage.privacy.suspicion import alone


def _measure(context: Context) -> Estimate:
    return attacked_share(context, alone)


METRIC = Metric(
    name="unicity",
    question="Of how many people do the known points fit nobody else?",
    formula="U_p = Pr[exactly one person carries the p known points]",
    unit="share of the people attacked",
    must_not_be_read_as=(
        "the chance that a given person is named: that also needs an attacker who holds such points"
    ),
    paper="de Montjoye et al. 2013, Scientific Reports 3:1376",
    measure=_measure,
    against="adversary",
    bounds=(0.0, 1.0),
)
