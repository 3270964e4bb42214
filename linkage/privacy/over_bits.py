"""Mean identified bits of a view, exact or with an interval if the view is thinned."""

from math import log2

from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Context
from linkage.privacy.over_classes import worth_of
from linkage.privacy.scaled import scaled


def bits_of(context: Context, view: int) -> Estimate:
    """Return log2 N less the mean of log2 of the size of one's class, of a view by its number."""
    n = context.population
    whole = log2(n) if n else 0.0
    absent = n - context.histogram.people(view)
    hidden = worth_of(context, view, lambda size: size * log2(size), absent, (0.0, whole))
    return scaled(hidden, lambda value: max(0.0, whole - value))
