"""A figure summed over the classes of a view: exact, or with an interval if the view is thinned."""

from collections.abc import Callable
from math import fsum, sqrt

import numpy as np

from linkage.intervals import Z95, Floats
from linkage.privacy.estimate import Bounds, Estimate, census
from linkage.privacy.histogram import DOUBT
from linkage.privacy.metric import Context

Worth = Callable[[int], float]


def nothing(_: int) -> float:
    """Return 0: what a doubt is worth to a figure that trusts every link."""
    return 0.0


def over_classes(
    context: Context, worth: Worth, absent: int, bounds: Bounds, doubted: Worth = nothing
) -> Estimate:
    """Return the sum over all classes of worth(size) + doubted(size) x doubt, per person.

    The doubt of a class is the sum over its people of the chance that something of theirs is wrong.
    `absent` is how many people look alike by having no point, 0 to leave them out.

    Of a thinned view the sum is Horvitz and Thompson's (1952, JASA 47:663) over the classes kept,
    each kept with the same chance, with a normal interval that allows for one class more than was
    seen; then `n` is the number of people in the classes kept. It is cut at `bounds`. It holds 95 %
    where a class is worth no more than a person, and no longer where some are worth very much:
    see `over_bits.py`.
    """
    return worth_of(context, context.number, worth, absent, bounds, doubted)


def worth_of(
    context: Context,
    view: int,
    worth: Worth,
    absent: int,
    bounds: Bounds,
    doubted: Worth = nothing,
) -> Estimate:
    """Return the same of another view of the context's, by its number."""
    histogram, population = context.histogram, max(context.population, 1)
    rate = 2.0 ** -histogram.level(view)
    sizes, doubts = histogram.sizes(view), histogram.doubts(view)
    # Rounded once, so that it does not depend on the order of classes.
    terms = [count * worth(size) for size, count in sizes.items()]
    terms += [doubt * doubted(size) / 2.0**DOUBT for size, doubt in doubts.items()]
    value = (fsum(terms) / rate + (worth(absent) if absent else 0.0)) / population
    value = min(max(value, bounds[0]), bounds[1])
    if rate == 1.0:
        return census(value, context.population)
    if doubted is nothing:
        squares = fsum(count * worth(size) ** 2 for size, count in sizes.items())
    else:
        each = _each(context, view, worth, doubted)
        squares = float(each @ each)
    # One class more than was seen: of one person or two, or of one who is wrong for certain.
    squares += max(abs(worth(1)), abs(worth(2)), abs(doubted(1))) ** 2
    half = Z95 * sqrt(squares * (1.0 - rate)) / rate / population
    low, high = max(value - half, bounds[0]), min(value + half, bounds[1])
    return Estimate(
        value=value, low=low, high=high, n=people_kept(context, view), estimand="sample"
    )


def doubt_of_all(context: Context) -> Estimate:
    """Return the sum of everybody's doubt, per person of the population.

    Large classes hold most of it. So of a thinned view it is the mean doubt of the people kept
    times how many people the view has, which is known: a ratio estimate (Cochran 1977, Sampling
    Techniques, 6.3), with a normal interval that allows for one person who is wrong for certain.
    """
    bounds = 0.0, 1.0
    whole = over_classes(context, nothing, 0, bounds, doubted=lambda _: 1.0)
    kept = people_kept(context, context.number)
    if whole.estimand == "census" or not kept:
        return whole
    rate = 2.0 ** -context.histogram.level(context.number)
    _, people, doubts = context.histogram.arrays(context.number)
    doubt, here = doubts / 2.0**DOUBT, context.histogram.people(context.number)
    mean = fsum(doubt.tolist()) / kept
    off = np.sort(doubt - mean * people)
    half = Z95 * sqrt((1.0 - rate) * (float(off @ off) + 1.0)) / kept
    share = here / max(context.population, 1)
    low, value, high = (share * min(max(end, 0.0), 1.0) for end in (mean - half, mean, mean + half))
    return Estimate(value=value, low=low, high=high, n=kept, estimand="sample")


def people_kept(context: Context, view: int) -> int:
    """Return how many people are in the classes of a view's table."""
    return sum(size * count for size, count in context.histogram.sizes(view).items())


def _each(context: Context, view: int, worth: Worth, doubted: Worth) -> Floats:
    """Return what each class adds to a sum, in rising order."""
    _, people, doubts = context.histogram.arrays(view)
    sizes, which = np.unique(people, return_inverse=True)
    plain, doubtful = (
        np.array([of(size) for size in sizes.tolist()], dtype=np.float64)[which]
        for of in (worth, doubted)
    )
    added: Floats = np.sort(plain + doubtful * (doubts / 2.0**DOUBT))
    return added
