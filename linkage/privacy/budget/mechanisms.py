"""Noise for released integers: the discrete Gaussian, by OpenDP and nobody else.

OpenDP draws from the operating system's secure source and takes no seed, so the sampler is an
argument wherever an answer is made; noise is never compared between runs. Integers go in and
integers come out: attacks on the low bits of floating-point noise (Mironov 2012) find none.
"""

from functools import lru_cache
from math import ceil, exp, isfinite, pi, sqrt
from statistics import NormalDist
from typing import Protocol, cast

from opendp.domains import atom_domain, vector_domain
from opendp.measurements import make_gaussian
from opendp.metrics import l2_distance
from opendp.mod import Measurement, enable_features

from linkage.privacy.budget.loss import NANO

LARGEST = 2**63 - 1
# More than the formula, so that rounding, ours and OpenDP's, never makes the answer cost more.
_WHISKER = 1 + 1e-12


class Sampler(Protocol):
    """Adds noise of scale sigma to integers; numbers with a fraction have no place here."""

    def __call__(self, values: list[int], sigma: float) -> list[int]:
        """Return the values with independent noise on each."""


def opendp_sampler() -> Sampler:
    """Return the sampler of the discrete Gaussian (Canonne, Kamath and Steinke 2020), exact."""
    return _noised


def sigma_for_squared(nano_rho: int, l2_squared: int) -> float:
    """Return the scale that makes an answer cost at most nano_rho: sensitivity / sqrt(2 rho).

    The sensitivity is given by its square, which is a whole number for integers. Then sigma^2 >=
    l2_squared / (2 rho) holds in whole numbers, not to floating point alone.

    >>> round(sigma_for_squared(500_000_000, 9), 6)
    3.0
    """
    _check_nano_rho(nano_rho)
    if type(l2_squared) is not int or not 0 < l2_squared <= LARGEST**2:
        raise ValueError(
            f"l2_squared: got {l2_squared!r}, needs a whole number from 1 to (2**63 - 1)**2"
        )
    return sqrt(l2_squared * NANO / (2 * nano_rho)) * _WHISKER


def _check_nano_rho(nano_rho: int) -> None:
    if type(nano_rho) is not int or nano_rho < 1:
        raise ValueError(f"nano_rho: got {nano_rho!r}, needs a whole number of 1 or more")


def error_interval(sigma: float, level: float = 0.95) -> tuple[int, int]:
    """Return whole numbers (-h, h) that hold the noise with at least the given probability.

    >>> error_interval(10.0, 0.95)
    (-20, 20)
    """
    if not 0 < level < 1:
        raise ValueError(f"level: got {level}, needs a number between 0 and 1, both excluded")
    half = ceil(NormalDist().inv_cdf((1 + level) / 2) * sigma)
    return -half, half


def expected_error(sigma: float) -> float:
    """Return the mean absolute noise: from sigma 10 on sigma sqrt(2 / pi), before it by the law.

    >>> round(expected_error(10.0), 2), round(expected_error(0.3), 4)
    (7.98, 0.0077)
    """
    if sigma >= 10:
        return sigma * sqrt(2 / pi)
    weights = [exp(-0.5 * (x / sigma) ** 2) for x in range(1, int(12 * sigma) + 3)]
    mean = 2 * sum(x * weight for x, weight in enumerate(weights, start=1))
    return mean / (1 + 2 * sum(weights))


def _noised(values: list[int], sigma: float) -> list[int]:
    """Return the values with noise; who is told a number beyond 64 bits is told the last one."""
    if not (isfinite(sigma) and sigma > 0):
        raise ValueError(f"sigma: got {sigma}, needs a finite number above 0")
    for place, value in enumerate(values):
        if type(value) is not int:
            kind = type(value).__name__
            raise TypeError(f"values[{place}]: got {kind}, needs an int: only integers get noise")
        if not -LARGEST <= value <= LARGEST:
            raise ValueError(f"values[{place}]: beyond 64 bits; clamp what is counted beforehand")
    return cast(list[int], _measurement(sigma)(values)) if values else []


@lru_cache(maxsize=64)
def _measurement(sigma: float) -> Measurement:
    enable_features("contrib")
    integers = vector_domain(atom_domain(T="i64"))
    return make_gaussian(integers, l2_distance(T="f64"), scale=sigma)
