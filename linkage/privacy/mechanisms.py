"""Noise for released integers: the discrete Gaussian, by OpenDP and nobody else.

OpenDP draws from the operating system's secure source and takes no seed, so the sampler is an
argument wherever an answer is made; noise is never compared between runs.
"""

from functools import lru_cache
from math import ceil, isfinite, pi, sqrt
from statistics import NormalDist
from typing import Protocol, cast

from opendp.domains import atom_domain, vector_domain
from opendp.measurements import make_gaussian
from opendp.metrics import l2_distance
from opendp.mod import Measurement, enable_features

from linkage.privacy.loss import NANO


class Sampler(Protocol):
    """Adds noise of scale sigma to integers."""

    def __call__(self, values: list[int], sigma: float) -> list[int]:
        """Return the values with independent noise on each."""


def opendp_sampler() -> Sampler:
    """Return the sampler of the discrete Gaussian (Canonne, Kamath and Steinke 2020), exact."""
    return _noised


def sigma_for(nano_rho: int, l2_sensitivity: float) -> float:
    """Return the scale that makes an answer cost at most nano_rho: sensitivity / sqrt(2 rho)."""
    if nano_rho < 1:
        raise ValueError(f"nano_rho: got {nano_rho}, needs 1 or more")
    if not (isfinite(l2_sensitivity) and l2_sensitivity > 0):
        raise ValueError(f"l2_sensitivity: got {l2_sensitivity}, needs a finite number above 0")
    # A whisker more than the formula, so that rounding never makes the answer cost more.
    return l2_sensitivity / sqrt(2 * nano_rho / NANO) * (1 + 1e-12)


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
    """Return the mean absolute noise, sigma sqrt(2 / pi); for display, good from sigma 2 on.

    >>> round(expected_error(10.0), 2)
    7.98
    """
    return sigma * sqrt(2 / pi)


def _noised(values: list[int], sigma: float) -> list[int]:
    return cast(list[int], _measurement(sigma)(values)) if values else []


@lru_cache(maxsize=64)
def _measurement(sigma: float) -> Measurement:
    enable_features("contrib")
    integers = vector_domain(atom_domain(T="i64"))
    return make_gaussian(integers, l2_distance(T="f64"), scale=sigma)
