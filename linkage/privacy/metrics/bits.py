"""Mean identified bits: how much of a person's log2 N the full trace gives away."""

from math import log2

from linkage.privacy.estimate import Estimate, census
from linkage.privacy.metric import Context, Metric


def _measure(context: Context) -> Estimate:
    people = context.population
    if people == 0:
        return census(0.0, 0)
    hidden = sum(
        count * size * log2(size) for size, count in context.histogram.sizes(context.number).items()
    )
    if context.absent > 0:
        hidden += context.absent * log2(context.absent)
    return census(log2(people) - hidden / people, people)


METRIC = Metric(
    name="bits",
    question="How many bits about who a person is does the full trace reveal on average?",
    unit="bits of log2 N",
    must_not_be_read_as="a bound on an attacker who knows more: bits say nothing of other data",
    paper="Shannon 1948; Eckersley 2010, PETS, LNCS 6205:1 (identifying bits)",
    measure=_measure,
)
