"""A figure summed over the classes of a view: exact, or with an interval if the view is thinned."""

from collections.abc import Callable
from math import sqrt

from linkage.intervals import Z95
from linkage.privacy.estimate import Bounds, Estimate, census
from linkage.privacy.histogram import DOUBT
from linkage.privacy.metric import Context

Worth = Callable[[int], float]


def over_classes(context: Context, worth: Worth, absent: int, bounds: Bounds) -> Estimate:
    """Return the sum of worth(size) over all classes, divided by the population.

    `absent` is how many people look alike by having no point, 0 to leave them out. Of a thinned
    view the sum is Horvitz and Thompson's (1952, JASA 47:663) over the classes kept, each kept with
    the same chance, with a normal interval within `bounds` that allows for one class more than was
    seen; then `n` is the number of people in the classes kept.
    """
    return worth_of(context, context.number, worth, absent, bounds)


def worth_of(context: Context, view: int, worth: Worth, absent: int, bounds: Bounds) -> Estimate:
    """Return the same of another view of the context's, by its number."""
    histogram, population = context.histogram, context.population
    rate = 2.0 ** -histogram.level(view)
    sizes = histogram.sizes(view)
    total = sum(count * worth(size) for size, count in sizes.items()) / rate
    total += worth(absent) if absent else 0.0
    value = total / population if population else 0.0
    if rate == 1.0:
        return census(value, population)
    squares = sum(count * worth(size) ** 2 for size, count in sizes.items()) + worth(1) ** 2
    half = Z95 * sqrt(squares * (1.0 - rate)) / rate / max(population, 1)
    return _clipped(value, half, _seen(context, view), bounds)


def doubt_over_classes(context: Context, worth: Worth) -> Estimate:
    """Return the sum over all people of their doubt times worth(size of their class), per person.

    A share of the population. The interval of a thinned view is that of as many people as are kept.
    """
    histogram, population = context.histogram, context.population
    rate = 2.0 ** -histogram.level(context.number)
    each = histogram.doubts(context.number).items()
    total = sum(doubt * worth(size) for size, doubt in each) / 2.0**DOUBT / rate
    value = min(1.0, total / population) if population else 0.0
    if rate == 1.0:
        return census(value, population)
    seen = _seen(context, context.number)
    half = Z95 * sqrt(max(value * (1.0 - value), 1.0 / (seen + 1)) / (seen + 1))
    return _clipped(value, half, seen, (0.0, 1.0))


def _seen(context: Context, view: int) -> int:
    return sum(size * count for size, count in context.histogram.sizes(view).items())


def _clipped(value: float, half: float, n: int, bounds: Bounds) -> Estimate:
    least, most = bounds
    value = min(max(value, least), most)
    low, high = max(value - half, least), min(value + half, most)
    return Estimate(value=value, low=low, high=high, n=n, estimand="sample")
