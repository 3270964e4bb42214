"""No share without its doubt: a value between 0 and 1, its 95 % interval and what it rests on.

Shares of independent trials have Wilson's score interval (Wilson 1927, JASA 22:209, eq. 4). The
accounts of one person are not independent: who changed their name is missed at every source. So
ratios over accounts have the same interval with an effective number of trials instead of n (Korn
and Graubard 1998, Survey Methodology 24:193; `svyciprop(method = "wilson")` of R's survey): the
variance comes from the sums by person, by Taylor linearisation of the ratio (Cochran 1977,
Sampling Techniques, 6.3 and 9A), and the effective number is value (1 - value) / variance.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Z95 = 1.959963984540054
"""Quantile of the normal distribution that leaves 2.5 % on each side."""


class Share(msgspec.Struct, frozen=True):
    """A value from 0 to 1, its 95 % interval, and the n that it rests on.

    With n = 0 there was nothing to be wrong about: the value is 1, the interval [0, 1].
    """

    value: float
    low: float
    high: float
    n: int


def wilson_bounds(share: Floats, n: Floats, z: float = Z95) -> tuple[Floats, Floats]:
    """Return the bounds of shares that n trials gave, [0, 1] where n is 0; n need not be whole.

    >>> low, high = wilson_bounds(np.array([0.8, 1.0]), np.array([10.0, 0.0]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.49, 0.0], [0.943, 1.0])
    """
    trials = np.where(n > 0, n, 1.0)
    shrink = 1.0 / (1.0 + z * z / trials)
    centre = (share + z * z / (2.0 * trials)) * shrink
    half = z * shrink * np.sqrt(share * (1.0 - share) / trials + (z / (2.0 * trials)) ** 2)
    low, high = np.clip(centre - half, 0.0, share), np.clip(centre + half, share, 1.0)
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, 1.0)


def wilson(successes: int, n: int) -> Share:
    """Return the share of successes in n independent trials.

    >>> wilson(8, 10).value, wilson(0, 0)
    (0.8, Share(value=1.0, low=0.0, high=1.0, n=0))
    """
    return share_of(successes / n if n else 1.0, float(n), n)


def share_of(value: float, effective: float, n: int) -> Share:
    """Return a share that is as sure as that of `effective` independent trials."""
    low, high = wilson_bounds(np.array(value), np.array(effective))
    return Share(value, float(low), float(high), n)


def effective_n(value: float, influence: Floats, unit: Ints, n: int) -> float:
    """Return how many independent trials tell as much as n dependent ones; never more than n.

    `influence` is what each row adds to the error of `value`, `unit` whose row it is (0, 1, ...).
    Where the rows show no variance (all right, all wrong), the units count, not their rows.
    """
    units = int(np.count_nonzero(np.bincount(unit)))
    sums = np.bincount(unit, influence)
    variance = float(sums @ sums) * units / max(units - 1, 1)
    spread = value * (1.0 - value)
    if variance <= 1e-12 * spread or spread <= 0.0:
        return float(min(units, n))
    return min(spread / variance, float(n))
