"""How classes of people who look alike grow with the population: the Pitman-Yor model.

People come one by one. With n there in k classes, the next one looks like nobody before with
chance (theta + k d) / (theta + n), and joins a class of s with chance (s - d) / (theta + n). Two
parameters, the discount d < 1 and the strength theta > -d (Pitman 1995, Probability Theory and
Related Fields 102:145; Pitman and Yor 1997, Annals of Probability 25:855):

- 0 < d < 1: classes without end, their number growing like n^d, sizes with a power-law tail;
- d = 0: Ewens's sampling formula (1972), the number of classes growing like theta log n;
- d < 0: theta / -d classes in all, of random sizes (Fisher 1943); all equal as d falls.

Correctness kappa(n) = E[K_n] / n is how often the best guess of who somebody is is right, and how
it falls with n is the scaling law of Rocher, Hendrickx and de Montjoye 2025, Nature Communications
16:347. They have 0 <= d < 1, and their program fits kappa's curve at small n by least squares;
here the parameters maximise the likelihood of the class sizes, and d < 0 is taken where they
insist on it, because attributes have finite domains: among 200,000 people birth dates are nearly
used up, which no d >= 0 can say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import exp, expm1, log

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import gammaln

from linkage.intervals import Floats
from linkage.privacy.rising import harmonic, inverse_steps, log_ratio, log_rising, log_steps

LEAST_DISCOUNT, MOST_DISCOUNT = -1000.0, 1.0 - 1e-4
"""Between these a discount is searched; at the least of them classes differ by 3 % in size."""
LEAST, MOST = 1e-12, 1e15
"""Between these the strength is searched, counted from the least one that is possible."""
INSISTS = 1.9207294103470627
"""What the log-likelihood must gain for a negative discount; half of chi-squared's 95 %, 1 df."""
_GRID = 14
"""How many discounts of each sign are looked at before the best is refined."""


@dataclass(frozen=True)
class PitmanYor:
    """Parameters, and the log of the probability that they give to some class sizes."""

    discount: float
    strength: float
    log_likelihood: float


def expected_classes(n: int, d: float, theta: float) -> float:
    """Return E[K_n], how many classes n people are expected to be in.

    ValueError unless n >= 1, d < 1 and theta > -d; d >= -1000 keeps it fast.

    >>> expected_classes(1, 0.5, 2.0), round(expected_classes(3, 0.0, 1.0), 12)
    (1.0, 1.833333333333)
    >>> round(expected_classes(10**10, 0.5, 0.0))
    112838
    """
    _refuse(n, d, theta)
    if d == 0.0:
        return 1.0 + theta * harmonic(theta + 1.0, n - 1)
    return 1.0 + (theta + d) * expm1(log_ratio(theta + 1.0, d, n - 1)) / d


def expected_unique(n: int, d: float, theta: float) -> float:
    """Return E[M_1], how many of n people are expected to be alone in their class.

    >>> expected_unique(1, 0.5, 2.0), round(expected_unique(2, 0.0, 3.0), 12)
    (1.0, 1.5)
    """
    return n * uniqueness(n, d, theta)


def correctness(n: int, d: float, theta: float) -> float:
    """Return kappa(n) = E[K_n] / n, as a share of n people."""
    return expected_classes(n, d, theta) / n


def uniqueness(n: int, d: float, theta: float) -> float:
    """Return the chance that one of n people is alone in their class.

    That is how far the first one stays alone while n - 1 others come.
    """
    _refuse(n, d, theta)
    return exp(-log_ratio(theta + d, 1.0 - d, n - 1))


class Sizes:
    """Class sizes as evidence: how likely they are under which parameters.

    `sizes` says of each class size how many classes have it. Raises ValueError where there are no
    classes, or a size or a count is negative or a size is 0.
    """

    def __init__(self, sizes: Mapping[int, int]) -> None:
        wrong = [item for item in sizes.items() if item[0] < 1 or item[1] < 0]
        if wrong:
            size, count = wrong[0]
            raise ValueError(f"sizes: {count} classes of {size} people; needs sizes from 1 on")
        self._size: Floats = np.array([s for s, count in sizes.items() if count], np.float64)
        self._count: Floats = np.array([count for count in sizes.values() if count], np.float64)
        self.people = sum(size * count for size, count in sizes.items())
        self.classes = sum(sizes.values())
        self.unique = sizes.get(1, 0)
        if not self.classes:
            raise ValueError("sizes: no classes at all, so there is nothing to fit; give some")

    def strength(self, d: float, excess: float) -> float:
        """Return the strength by what it exceeds the least one that is possible with a discount.

        That is -d, or with d < 0 as many classes as were seen times -d.
        """
        return excess - d * (1 if d >= 0.0 else self.classes)

    def log_likelihood(self, d: float, excess: float) -> float:
        """Return the log of the exchangeable partition probability function (Pitman 1995).

        That of one given partition of the people into classes of these sizes, by the discount and
        by what the strength exceeds its least.

        >>> round(exp(Sizes({1: 1, 2: 1}).log_likelihood(0.0, 1.0)), 12) == round(1 / 6, 12)
        True
        """
        steps, theta = self.classes - 1, self.strength(d, excess)
        grown = gammaln(self._size - d) - gammaln(1.0 - d)
        likely = float(self._count @ grown) - log_rising(theta + 1.0, self.people - 1)
        return likely + (log_steps(excess - min(d, 0.0), abs(d), steps) if steps else 0.0)

    def best_excess(self, d: float) -> float:
        """Return by how much the likeliest strength exceeds its least; at an edge if none does.

        Of one person all are equally likely: the one by which a second is new with even chances.
        """
        if self.people == 1:
            return 1.0

        def slope(u: float) -> float:
            theta, steps = self.strength(d, exp(u)), self.classes - 1
            rising = inverse_steps(exp(u) - min(d, 0.0), abs(d), steps) if steps else 0.0
            return rising - harmonic(theta + 1.0, self.people - 1)

        return exp(_root(slope, log(LEAST), log(MOST)))

    def profile(self, d: float) -> float:
        """Return the log-likelihood of a discount with its likeliest strength."""
        return self.log_likelihood(d, self.best_excess(d))

    @cached_property
    def likeliest(self) -> PitmanYor:
        """Return the likeliest parameters of all."""
        finite = self._with(self._likeliest(-np.geomspace(1e-3, -LEAST_DISCOUNT, _GRID)))
        return max(self.endless, finite, key=lambda one: one.log_likelihood)

    @cached_property
    def endless(self) -> PitmanYor:
        """Return the likeliest parameters with a discount that is not negative."""
        return self._with(self._likeliest(np.linspace(0.0, MOST_DISCOUNT, _GRID)))

    def _with(self, d: float) -> PitmanYor:
        excess = self.best_excess(d)
        return PitmanYor(d, self.strength(d, excess), self.log_likelihood(d, excess))

    def _likeliest(self, grid: Floats) -> float:
        """Return the likeliest discount between the ends of a grid, the first one if all are."""
        found = [self.profile(d) for d in grid.tolist()]
        at = int(np.argmax(found))
        if found[at] - found[0] < 1e-4:
            return float(grid[0])
        ends = sorted((float(grid[max(at - 1, 0)]), float(grid[min(at + 1, len(grid) - 1)])))
        best = minimize_scalar(
            lambda d: -self.profile(d), bounds=ends, method="bounded", options={"xatol": 1e-7}
        )
        return float(best.x) if -best.fun > found[at] else float(grid[at])


def fit(sizes: Mapping[int, int]) -> PitmanYor:
    """Return the parameters that make some class sizes likeliest.

    `sizes` says of each class size how many classes have it, as `ClassHistogram.sizes` does. Where
    no parameters are likeliest they are at the edge of what is searched: if all are unique the
    strength is as large as can be, if all are alike as small as can be; of one person nothing is
    learnt. Raises ValueError where there are no classes.

    >>> fitted = fit({1: 300, 2: 40, 3: 12, 5: 4, 9: 2, 30: 1})
    >>> round(fitted.discount, 2), round(fitted.strength)
    (0.75, 83)
    """
    return fitted(Sizes(sizes))


def fitted(evidence: Sizes) -> PitmanYor:
    """Return the likeliest parameters with d >= 0, or those with d < 0 if evidence INSISTS."""
    gain = evidence.likeliest.log_likelihood - evidence.endless.log_likelihood
    return evidence.likeliest if gain > INSISTS else evidence.endless


def _root(slope: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function that falls through 0 does so, or the end where it would."""
    if slope(low) <= 0.0:
        return low
    if slope(high) >= 0.0:
        return high
    return float(brentq(slope, low, high, xtol=1e-11))


def _refuse(n: int, d: float, theta: float) -> None:
    if n < 1:
        raise ValueError(f"n is {n}: needs at least one person")
    if not (d < 1.0 and theta > -d):
        raise ValueError(f"discount {d}, strength {theta}: needs d < 1 and strength > {-d}")
