"""Synergy of bits: what all sources of a view tell only together."""

from math import fsum

from linkage.privacy.estimate import Estimate, census
from linkage.privacy.metric import Context, Metric
from linkage.privacy.over_bits import bits_of
from linkage.privacy.shapley import dividends


def _measure(context: Context) -> Estimate:
    each = {sources: bits_of(context, number) for sources, number in context.subviews.items()}
    value = {frozenset[str](): 0.0} | {sources: bits.value for sources, bits in each.items()}
    whole = frozenset(context.view.sources)
    found = dividends(context.view.sources, value)[whole]
    # The terms' intervals add up: wide, and right whatever the terms have to do with each other.
    off = fsum(max(bits.high - bits.value, bits.value - bits.low) for bits in each.values())
    if not off:
        return census(found, context.population)
    low, high = found - off, found + off
    return Estimate(value=found, low=low, high=high, n=each[whole].n, estimand="sample")


METRIC = Metric(
    name="synergy",
    question="How many bits do the sources tell only together, beyond all smaller joins?",
    formula="sum over T in S of (-1)^(|S| - |T|) bits(T)",
    unit="signed bits; negative where the sources repeat each other",
    must_not_be_read_as="the effect of the join: two sources that repeat each other still identify",
    paper="McGill 1954, Psychometrika 19:97 (interaction information); Harsanyi 1963 (dividends)",
    measure=_measure,
    needs=("lattice",),
    bounds=(float("-inf"), float("inf")),
)
