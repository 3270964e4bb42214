"""Does the stream still look as it did in training? A comparison at a time, by levels.

Of pairs that match, level l of a comparison was expected at its m probability; the model says so.
The population stability index (PSI) says how far the observed shares o have gone from it:
sum of (o - m) ln(o / m). Without drift n PSI is about chi-squared with one degree of freedom less
than levels (Yurdakul and Naranjo 2020, Journal of Risk Model Validation 14:3), so with many pairs
any test finds some drift. The alarm therefore asks for both: a G-test that chance passes once in
a million, and a PSI whose lower 95 % bound is beyond the limits of practice, .1 (moderate) and .25
(large); effect sizes for large samples are what du Pisanie et al. (2023, arXiv:2303.01227) advise.

Links are not all matches, and matches that look odd are not linked, so a little drift in linked
pairs is selection. What it means for decisions is in bits: what the pairs say now, on average,
less what they said in training.
"""

from collections.abc import Mapping, Sequence
from math import log2, sqrt
from typing import Literal, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from linkage.errors import LinkageError
from linkage.intervals import Z95, Floats, Share, share_of

MODERATE, LARGE = 0.1, 0.25
FEWEST = 5.0
"""Expected pairs below which levels are pooled (Cochran 1954, Biometrics 10:417)."""
_MILLION = 4.753424
"""Quantile of the normal distribution that chance passes once in a million."""
Alarm = Literal["none", "moderate", "large"]


class Trained(Protocol):
    """A level of a model."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def m(self) -> float:
        """Its share among matches."""

    @property
    def u(self) -> float:
        """Its share among others."""


Levels = Sequence[Trained]
Counts = Sequence[float] | NDArray[np.int64]


class LevelDrift(msgspec.Struct, frozen=True):
    """A level: its share among matches by the model, and among the pairs observed."""

    level: str
    expected: float
    observed: Share


class ComparisonDrift(msgspec.Struct, frozen=True):
    """How far one comparison has gone; `bits` is the change of its mean evidence."""

    comparison: str
    pairs: int
    psi: float
    low: float
    high: float
    g: float
    alarm: Alarm
    bits: float
    levels: tuple[LevelDrift, ...]


class DriftReport(msgspec.Struct, frozen=True):
    """Every comparison of a model, and the worst alarm among them."""

    alarm: Alarm
    comparisons: tuple[ComparisonDrift, ...]


def drift(trained: Mapping[str, Levels], observed: Mapping[str, Counts]) -> DriftReport:
    """Return how far the levels of some pairs are from what a model expects of matches.

    `trained` are the levels of each comparison of a model, `observed` how many pairs are at each
    of them, in order. Raises LinkageError for counts that do not fit the model.
    """
    out = tuple(
        _drift(name, levels, _counts(name, levels, observed.get(name, ())))
        for name, levels in trained.items()
    )
    order: tuple[Alarm, ...] = ("none", "moderate", "large")
    worst = max((order.index(one.alarm) for one in out), default=0)
    return DriftReport(order[worst], out)


def psi(expected: Floats, counts: Floats) -> tuple[float, float, float]:
    """Return the population stability index of counts, and its 95 % interval.

    `expected` are shares that add up to 1. The bounds are by the delta method, less the bias that
    chance alone brings, (levels - 1) / n. Half a pair is added to each level, for those unseen.

    >>> value, low, high = psi(np.array([0.5, 0.5]), np.array([900.0, 100.0]))
    >>> round(value, 2), round(low, 2), round(high, 2)
    (0.88, 0.75, 1.0)
    """
    n = counts.sum()
    seen = (counts + 0.5) / (n + 0.5 * len(counts))
    log = np.log(seen / expected)
    value = float(((seen - expected) * log).sum())
    slope = log + 1.0 - expected / seen
    error = sqrt(max(float(seen @ slope**2 - (seen @ slope) ** 2), 0.0) / float(n))
    centre = value - (len(counts) - 1) / float(n)
    return value, max(0.0, centre - Z95 * error), max(value, centre + Z95 * error)


def _drift(name: str, levels: Levels, counts: Floats) -> ComparisonDrift:
    n = float(counts.sum())
    m = np.array([level.m for level in levels])
    m /= m.sum()
    seen = counts / n if n else m
    evidence = np.array([log2(level.m / level.u) for level in levels])
    expected, pooled = _pooled(m, counts)
    value, low, high = psi(expected, pooled) if n else (0.0, 0.0, 0.0)
    g = _g(expected, pooled)
    sure = g > chi_squared_quantile(len(pooled) - 1, _MILLION)
    return ComparisonDrift(
        comparison=name,
        pairs=round(n),
        psi=value,
        low=low,
        high=high,
        g=g,
        alarm=_alarm(low) if sure else "none",
        bits=float((seen - m) @ evidence),
        levels=tuple(
            LevelDrift(level.name, float(share), share_of(float(now), n, round(n)))
            for level, share, now in zip(levels, m, seen, strict=True)
        ),
    )


def _alarm(low: float) -> Alarm:
    if low > LARGE:
        return "large"
    return "moderate" if low > MODERATE else "none"


def _counts(name: str, levels: Levels, observed: Counts) -> Floats:
    counts = np.asarray(observed, np.float64)
    if len(counts) != len(levels) or (counts < 0).any():
        names = ", ".join(level.name for level in levels)
        raise LinkageError(
            f"drift: comparison {name!r} needs a count, 0 or more, for each of its levels "
            f"({names}); got {counts.tolist()}"
        )
    return counts


def _pooled(m: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Return shares and counts with levels pooled until pairs enough are expected at each."""
    order = np.argsort(-m)
    expected, pooled = m[order].tolist(), counts[order].tolist()
    n = float(counts.sum())
    while len(expected) > 2 and expected[-1] * n < FEWEST:
        last, count = expected.pop(), pooled.pop()
        expected[-1] += last
        pooled[-1] += count
    return np.array(expected), np.array(pooled)


def _g(expected: Floats, counts: Floats) -> float:
    """Return the G statistic: 2 sum of o ln(o / e) over counts (Sokal and Rohlf, Biometry, 17)."""
    there = counts > 0
    of = counts[there] / (expected[there] * counts.sum()) if there.any() else np.ones(0)
    return float(2.0 * (counts[there] * np.log(of)).sum())


def chi_squared_quantile(df: int, z: float) -> float:
    """Return the quantile of chi-squared at that of z (Wilson and Hilferty 1931, PNAS 17:684).

    An approximation; far out in the tail it lies a little above the exact one, which is safe here.

    >>> round(chi_squared_quantile(10, 1.644854), 1)
    18.3
    """
    if df < 1:
        return 0.0
    spread = 2.0 / (9.0 * df)
    return float(df * (1.0 - spread + z * sqrt(spread)) ** 3)
