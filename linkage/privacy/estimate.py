"""No risk figure without its doubt: a value, its interval and what it is an estimate of.

People are sampled without replacement from a world of known size, so a sample of nearly everybody
is nearly sure: the variance is (N - n) / (N - 1) of what it would be with replacement (Cochran
1977, Sampling Techniques, 2.6). Intervals are by way of Wilson's score, as in `linkage.intervals`.
"""

from math import fsum, hypot
from typing import Literal

import msgspec
import numpy as np
from scipy.special import gammaln, stdtrit

from linkage import intervals
from linkage.intervals import Floats, Ints

Estimand = Literal["census", "sample", "population"]
Bounds = tuple[float, float]
_RISING: dict[Estimand, int] = {"census": 0, "sample": 1, "population": 2}
_SAME = 1e-12
"""What differs by no more than this share of its bounds is the same, but for rounding."""


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


def sampled_share(hits: int, n: int, population: int, noise: float | None = None) -> Estimate:
    """Return the share of a population of whom n were sampled, and `hits` of those were hit.

    A census when everybody was sampled. Else Wilson's interval with n (N - 1) / (N - n) trials
    instead of n, and never past what is possible: who was hit is hit, who was not is not. An empty
    sample has the value 0 with the interval [0, 1]. Raises ValueError unless 0 <= hits <= n.

    `noise` is the variance of one person's hit where chance has a part in it, such as which points
    are known of them; then a sample of everybody is no census, see `sampled_mean`.

    >>> one, all_but_one = sampled_share(8, 10, 10**9), sampled_share(8, 10, 11)
    >>> [round(one.low, 3), round(one.high, 3)], [round(all_but_one.low, 3), all_but_one.high]
    ([0.49, 0.943], [0.727, 0.8181818181818182])
    """
    if not 0 <= hits <= n or population < 0:
        raise ValueError(f"{hits} hits of {n} of {population} people: needs 0 <= hits <= n")
    if noise is None and n >= population:
        return census(hits / n if n else 0.0, n)
    if n == 0:
        return wilson(0, 0)
    if noise is not None:
        each = hits / n * (1.0 - hits / n)
        trials = each / _variance(each, noise, n, population) if each else float(n)
        share = intervals.share_of(hits / n, trials, n)
        return Estimate(value=share.value, low=share.low, high=share.high, n=n, estimand="sample")
    share = intervals.share_of(hits / n, _trials(n, population), n)
    low = max(share.low, hits / population)
    high = min(share.high, (hits + population - n) / population)
    return Estimate(value=share.value, low=low, high=high, n=n, estimand="sample")


def sampled_mean(
    values: Floats,
    population: int,
    bounds: Bounds = (0.0, 1.0),
    control: float | None = None,
    noise: float | None = None,
) -> Estimate:
    """Return the mean over a population, of whom the values of a sample are known.

    `bounds` are what a value can be at least and at most. A census when everybody was sampled.
    Else Student's t with n - 1 degrees of freedom, drawn as Wilson's interval with as many trials
    as tell as much, mean (1 - mean) / variance between the bounds: near a bound the plain t
    interval misses more often, and reaches past it. Where few people hold nearly all of the mean
    no such interval is right: with 1/crowd of lognormal crowds (sigma 2) and n of 10 to 350 it
    holds 92 %, not 95.

    People who are all alike do not prove that everybody is. The share of others that could have
    been missed is at most Wilson's bound for no hit in n, and those may lie anywhere within the
    bounds; for values at a bound that is Wilson's interval of the share. An empty sample has the
    lowest value and the whole of the bounds as its interval.

    `noise` is the variance of one person's value where chance has a part in it, such as which
    points are known of them. What is asked for is then the mean over all that chance could do, so
    a sample of everybody is no census: to the variance of the sample comes noise / N (two-stage
    sampling, Cochran 1977, 10.3).

    Raises ValueError for values outside the bounds, or bounds that are not finite and rising.
    """
    # Sorted, so that sums do not depend on the order of people.
    x = np.sort(np.asarray(values, dtype=np.float64))
    n, (least, most) = len(x), bounds
    _refuse_outside("values", x, bounds)
    if n == 0 or (noise is None and n >= population):
        average = mean_of(x, least)
        whole = census(average, n) if n >= population else _sample(average, bounds, 0)
        return msgspec.structs.replace(whole, control=control)
    share = (x - least) / (most - least)
    mean = float(share.mean())
    alike = bool(np.ptp(share) <= _SAME)
    if alike and noise is None:
        low, high = _alike(mean, _trials(n, population))
    elif alike:
        low, high = _alike(mean, float(n))
    else:
        each = float(share.var(ddof=1))
        within = 0.0 if noise is None else noise / (most - least) ** 2
        variance = _variance(each, within, n, population)
        trials, t = mean * (1.0 - mean) / variance, float(stdtrit(n - 1, 0.975))
        low, high = map(float, intervals.wilson_bounds(np.array(mean), np.array(trials), t))
    low, value, high = (least + (most - least) * one for one in (low, mean, high))
    return msgspec.structs.replace(_sample(value, (low, high), n), control=control)


def mean_of(values: Floats, empty: float = 0.0) -> float:
    """Return the mean, the same in any order of the values; `empty` where there are none."""
    return fsum(values.tolist()) / len(values) if len(values) else empty


def sampled_median(values: Floats, population: int, bounds: Bounds | None = None) -> Estimate:
    """Return the median over a population, of whom the values of a sample are known.

    The interval runs between two order statistics (Conover 1999, section 3.2). How many of the
    sampled are below the median of a finite population is hypergeometric; half of the chance of
    the very count is counted (mid-p, Lancaster 1961), since whole ranks cannot meet 95 % exactly.
    Equal values widen it: crowds are whole numbers, and about 97 % are held. A sample too small
    for any rank has `bounds`; where there are none, 0 to the population, as for crowds.

    >>> e = sampled_median(np.arange(1.0, 21.0), 10**6)
    >>> e.low, e.value, e.high
    (6.0, 10.5, 15.0)
    """
    x = np.sort(np.asarray(values, dtype=np.float64))
    n, (least, most) = len(x), bounds or (0.0, float(population))
    if bounds is not None:
        _refuse_outside("values", x, bounds)
    if n >= population or n == 0:
        value = float(np.median(x)) if n else least
        return census(value, n) if n >= population else _sample(value, (least, most), 0)
    rank = _median_rank(n, population)
    ends = min(least, float(x[0])), max(most, float(x[-1]))
    if rank > 0:
        ends = float(x[rank - 1]), float(x[n - rank])
    return _sample(float(np.median(x)), ends, n)


def difference(a: Estimate, b: Estimate) -> Estimate:
    """Return a - b of two groups without anybody in common, such as a disparity between them.

    The interval squares and adds the halves of both that face the difference (Newcombe 1998,
    Statistics in Medicine 17:873, method 10): from Wilson's intervals it stays within -1 and 1.
    What a population is and what a sample is cannot be compared: ValueError.

    >>> e = difference(wilson(56, 70), wilson(48, 80))
    >>> round(e.value, 4), round(e.low, 4), round(e.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    if (a.estimand == "population") != (b.estimand == "population"):
        raise ValueError(f"a {a.estimand} minus a {b.estimand}: estimate both of the same thing")
    value = a.value - b.value
    return Estimate(
        value=value,
        low=value - hypot(a.value - a.low, b.high - b.value),
        high=value + hypot(a.high - a.value, b.value - b.low),
        n=a.n + b.n,
        estimand=max(a.estimand, b.estimand, key=_RISING.__getitem__),
    )


def jackknife(
    whole: float, parts: Floats, n: int, bounds: Bounds = (0.0, 1.0), units: int | None = None
) -> Estimate:
    """Return a figure of this world as one of the population that it was drawn from.

    `whole` is the figure of everybody, `parts` the figure without each of G groups in turn; groups
    are drawn at random from what is independent, such as whole households. The delete-a-group
    jackknife (Kott 2001, Journal of Official Statistics 17:521; Wolter 2007, Introduction to
    Variance Estimation, 4.2), Student's t with G - 1 degrees of freedom, clipped to `bounds`. The
    spread is about the mean of the parts, not about the whole: a world with a group less is a
    smaller one, where everybody is a little more exposed, and that is no doubt about this one.
    Right for smooth figures, not for medians. With rare people (uniqueness of half a per cent) it
    is too wide: jackknife variances err on that side (Efron and Stein 1981).

    Parts that all agree do not prove that every world would: then as many trials as there are
    `units` (households; groups where that is not told) have shown no other, see `sampled_mean`.
    """
    x = np.asarray(parts, dtype=np.float64)
    groups, (least, most) = len(x), bounds
    if groups < 2:
        raise ValueError(f"{groups} parts: a jackknife needs at least 2 groups to leave out")
    _refuse_outside("whole and parts", np.append(x, whole), bounds)
    if np.ptp(x) <= _SAME * (most - least):
        share = (whole - least) / (most - least)
        low, high = (least + (most - least) * b for b in _alike(share, float(units or groups)))
        low, high = min(low, whole), max(high, whole)
    else:
        error = float(np.sqrt((groups - 1) * x.var())) * float(stdtrit(groups - 1, 0.975))
        low, high = max(least, whole - error), min(most, whole + error)
    return Estimate(value=whole, low=low, high=high, n=n, estimand="population")


def _sample(value: float, ends: Bounds, n: int) -> Estimate:
    return Estimate(value=value, low=ends[0], high=ends[1], n=n, estimand="sample")


def _trials(n: int, population: int) -> float:
    """Return how many trials with replacement tell as much as n without."""
    return n * (population - 1) / (population - n)


def _variance(each: float, noise: float, n: int, population: int) -> float:
    """Return the variance of a mean of n of a population, given that of one and chance's part."""
    return each * max(0.0, 1 - n / population) / n + min(noise, each) / max(n, population)


def _alike(share: float, trials: float) -> Bounds:
    """Return between what the mean may be when all seen are at `share` of the way."""
    missed = intervals.share_of(0.0, trials, 0).high
    return share - missed * share, share + missed * (1.0 - share)


def _median_rank(n: int, population: int) -> int:
    """Return which of n sorted values, from either end, bounds the median; 0 if none does."""
    below = population - population // 2
    seen = np.arange(max(0, n - (population - below)), min(n, below) + 1)
    log = _log_choose(below, seen) + _log_choose(population - below, n - seen)
    chance = np.exp(log - _log_choose(population, np.array(n)))
    fewer = np.cumsum(chance) - chance / 2
    return int(seen[0]) + int(np.searchsorted(fewer, 0.025, side="right"))


def _log_choose(n: int, k: Ints) -> Floats:
    log: Floats = gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0)
    return log


def _refuse_outside(name: str, x: Floats, bounds: Bounds) -> None:
    least, most = bounds
    if not (np.isfinite(bounds).all() and least < most):
        raise ValueError(f"bounds {bounds}: needs two finite numbers, the lower first")
    if not ((x >= least) & (x <= most)).all():
        worst = x[~((x >= least) & (x <= most))][0]
        raise ValueError(f"{name}: {worst} is outside {least} to {most}; check them or the bounds")
