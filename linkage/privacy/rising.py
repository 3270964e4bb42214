"""Sums over a, a + 1, a + 2, ... of many terms, exact to rounding where differences of gammas fail.

ln Gamma(1e10) is 2e11, so a difference of two of them is known to 3e-5 at best, and that of two
digammas loses as much when their arguments are nearly equal. Here the first terms are added one
by one and the rest by the asymptotic series of the difference itself (Abramowitz and Stegun 1964,
6.1.40 and 6.3.18), whose leading term is a log1p: what cancels has been taken out on paper.
Everywhere a > 0 and m >= 0; m may be 1e10 and more.
"""

from math import floor, fsum, log, log1p

import numpy as np

_HEAD = 16
"""How many terms are added one by one; from a = 16 on the series are exact to 1e-14."""
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)
_LEGENDRE = tuple(zip((0.5 + 0.5 * _NODES).tolist(), (0.5 * _WEIGHTS).tolist(), strict=True))
"""Where to look in [0, 1], and the weight of what is seen there, for an integral."""
_FLAT = 1e-9
"""Steps that all together change their start by less than this share of it are as good as equal."""


def harmonic(a: float, m: int) -> float:
    """Return the sum of 1 / (a + i) over i from 0 to m - 1.

    >>> round(harmonic(1.0, 4), 12)
    2.083333333333
    """
    head = min(m, _HEAD)
    first = fsum(1.0 / (a + i) for i in range(head))
    return first + (_harmonic_tail(a + head, m - head) if m > head else 0.0)


def log_ratio(a: float, d: float, m: int) -> float:
    """Return the sum of log1p(d / (a + i)) over i from 0 to m - 1, for d > -a.

    That is the log of (a + d)(a + d + 1)... over a(a + 1)..., m factors each. What d has above a
    whole number is the integral of the harmonic sum; as the ratio stays the same when d and m are
    swapped, the whole number is a sum of as many terms.

    >>> round(log_ratio(1.0, 1.0, 9) / log(10.0), 12), round(log_ratio(2.0, -1.0, 9), 12)
    (1.0, -2.302585092994)
    """
    if d < 0.0:
        return -log_ratio(a + d, -d, m)
    whole = floor(d)
    part, head = d - whole, min(m, _HEAD)
    parts = [log1p(part / (a + i)) for i in range(head)]
    if m > head:
        parts += [
            part * weight * _harmonic_tail(a + head + part * at, m - head)
            for at, weight in _LEGENDRE
        ]
    if whole:
        parts.append(float(np.log1p(m / (a + part + np.arange(whole))).sum()))
    return fsum(parts)


def log_rising(a: float, m: int) -> float:
    """Return the sum of log(a + i) over i from 0 to m - 1.

    >>> round(log_rising(1.0, 6) - log(720.0), 12)
    0.0
    """
    head = min(m, _HEAD)
    first = fsum(log(a + i) for i in range(head))
    if m == head:
        return first
    b, m = a + head, m - head
    c = b + m
    rest = (1 / c - 1 / b) / 12 - (c**-3 - b**-3) / 360 + (c**-5 - b**-5) / 1260
    return first + (b - 0.5) * log1p(m / b) + m * (log(c) - 1.0) + rest - (c**-7 - b**-7) / 1680


def log_steps(x: float, d: float, m: int) -> float:
    """Return the sum of log(x + i d) over i from 0 to m - 1, for x > 0 and d >= 0."""
    if d * m < _FLAT * x:
        return m * (log(x) + 0.5 * d * (m - 1) / x)
    return m * log(d) + log_rising(x / d, m)


def inverse_steps(x: float, d: float, m: int) -> float:
    """Return the sum of 1 / (x + i d) over i from 0 to m - 1, for x > 0 and d >= 0."""
    if d * m < _FLAT * x:
        return m / x * (1.0 - 0.5 * d * (m - 1) / x)
    return harmonic(x / d, m) / d


def _harmonic_tail(b: float, m: int) -> float:
    c = b + m
    rest = (1 / b - 1 / c) / 2 + (b**-2 - c**-2) / 12 - (b**-4 - c**-4) / 120
    return log1p(m / b) + rest + (b**-6 - c**-6) / 252 - (b**-8 - c**-8) / 240
