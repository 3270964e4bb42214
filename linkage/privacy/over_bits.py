"""Mean identified bits of a view, exact or with an interval if the view is thinned."""

from math import log2

import msgspec

from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Context
from linkage.privacy.over_classes import people_kept, worth_of
from linkage.privacy.scaled import scaled


def bits_of(context: Context, view: int) -> Estimate:
    """Return log2 N less the mean of log2 of the size of one's class, of a view by its number.

    A large class hides more bits than all small ones together, so the interval of a thinned view
    allows that all people who are missed, beyond what chance kept, are in one; and goes no further
    than if nobody, or everybody, who is not kept was in one class. Wide, and 97 % and more.
    """
    n = context.population
    whole = log2(n) if n else 0.0
    absent = n - context.histogram.people(view)
    hidden = worth_of(context, view, _hidden, absent, (0.0, whole))
    if hidden.estimand == "sample":
        hidden = _widened(context, view, hidden, _hidden(absent) / max(n, 1))
    return scaled(hidden, lambda value: max(0.0, whole - value))


def _hidden(size: int) -> float:
    """Return the bits about who they are that a class hides of all its people together."""
    return size * log2(size) if size > 1 else 0.0


def _widened(context: Context, view: int, hidden: Estimate, absent: float) -> Estimate:
    histogram, n = context.histogram, max(context.population, 1)
    here, kept = histogram.people(view), people_kept(context, view)
    missed = here - (kept << histogram.level(view))
    seen = sum(count * _hidden(size) for size, count in histogram.sizes(view).items()) / n
    least, most = absent + seen, absent + seen + _hidden(here - kept) / n
    ends = hidden.low, hidden.value, hidden.high + _hidden(max(missed, 0)) / n
    low, value, high = (min(max(end, least), most) for end in ends)
    return msgspec.structs.replace(hidden, low=low, value=value, high=high)
