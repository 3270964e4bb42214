"""Mean identified bits: how much of a person's log2 N the full trace gives away."""

from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Context, Metric
from linkage.privacy.over_bits import bits_of


def _measure(context: Context) -> Estimate:
    return bits_of(context, context.number)


METRIC = Metric(
    name="bits",
    question="How many bits about who a person is does the full trace reveal on average?",
    formula="log2 N - (1 / N) sum over classes of n log2 n",
    unit="bits of log2 N",
    must_not_be_read_as="a bound on an attacker who knows more: bits say nothing of other data",
    paper="Shannon 1948; Diaz et al. 2002, PET, LNCS 2482:54 (anonymity by entropy)",
    measure=_measure,
)
