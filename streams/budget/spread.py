"""How a number is spread over people: the ends, the quartiles and the middle."""

import msgspec
import numpy as np

from linkage.privacy.rows import Ints


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Least, lower quartile, median, upper quartile and most of `people`; zeros of nobody.

    Each is the number of a person who is there, never one in between.

    >>> spread(np.array([4, 1, 2, 9]))
    Spread(people=4, least=1, lower=1, median=2, upper=4, most=9)
    """

    people: int
    least: int = 0
    lower: int = 0
    median: int = 0
    upper: int = 0
    most: int = 0


def spread(values: Ints) -> Spread:
    """Return how whole numbers, one a person, are spread."""
    if len(values) == 0:
        return Spread(people=0)
    steps = np.quantile(values, (0, 0.25, 0.5, 0.75, 1), method="inverted_cdf")
    least, lower, median, upper, most = (int(step) for step in steps)
    return Spread(
        people=len(values), least=least, lower=lower, median=median, upper=upper, most=most
    )
