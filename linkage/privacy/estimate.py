"""No risk figure without its doubt: a value, its interval and what it is an estimate of."""

from typing import Literal

import msgspec

from linkage import intervals

Estimand = Literal["census", "sample", "population"]


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with its 95 % interval.

    `estimand` says what it estimates: the census of this world (low = value = high), a sample of
    it, or the population this world was drawn from. `n` is how many people it rests on; `control`
    is the same attack's success without the attacked data, where there is one.
    """

    value: float
    low: float
    high: float
    n: int
    estimand: Estimand
    control: float | None = None


def census(value: float, n: int) -> Estimate:
    """Return a figure counted over everybody of this world, which has no sampling error."""
    return Estimate(value=value, low=value, high=value, n=n, estimand="census")


def wilson(successes: int, n: int) -> Estimate:
    """Return a share with Wilson's score interval; see `linkage.intervals`.

    An empty sample says nothing: value 0 with the interval [0, 1].

    >>> e = wilson(8, 10)
    >>> round(e.low, 3), e.value, round(e.high, 3)
    (0.49, 0.8, 0.943)
    """
    share = intervals.wilson(successes, n)
    value = share.value if n else 0.0
    return Estimate(value=value, low=share.low, high=share.high, n=n, estimand="sample")
