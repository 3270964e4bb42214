"""Seeded noise for measuring attacks and errors over many worlds; releases use OpenDP's.

The law is that of the released noise, but the numbers are numpy's: who knows the seed takes them
off again, and they are computed in floating point. So nothing drawn here may be published.
"""

from math import expm1, floor, isfinite

import numpy as np

from linkage.intervals import Ints
from linkage.privacy.budget.mechanisms import Sampler


def simulated_sampler(seed: int) -> Sampler:
    """Return a sampler of the discrete Gaussian that repeats itself; never for a release.

    >>> simulated_sampler(7)([100, 200], 3.0) == simulated_sampler(7)([100, 200], 3.0)
    True
    """
    rng = np.random.default_rng(seed)

    def noised(values: list[int], sigma: float) -> list[int]:
        noise = discrete_gaussian(rng, sigma, len(values)).tolist()
        return [value + one for value, one in zip(values, noise, strict=True)]

    return noised


def discrete_gaussian(rng: np.random.Generator, sigma: float, size: int) -> Ints:
    """Return `size` integers x with probabilities in proportion to exp(-x^2 / (2 sigma^2)).

    By rejection from a discrete Laplace (Canonne, Kamath and Steinke 2020, algorithm 3), whole
    arrays at once. Raises ValueError if sigma is not a finite number above 0.
    """
    if not (isfinite(sigma) and sigma > 0):
        raise ValueError(f"sigma: got {sigma}, needs a finite number above 0")
    scale = floor(sigma) + 1
    kept = [np.zeros(0, dtype=np.int64)]
    missing = size
    while missing > 0:
        tries = 2 * missing + 16
        success = -expm1(-1 / scale)
        drawn = rng.geometric(success, tries) - rng.geometric(success, tries)
        beyond = (np.abs(drawn) - sigma * sigma / scale) / sigma
        taken = drawn[rng.random(tries) < np.exp(-beyond * beyond / 2)]
        kept.append(taken[:missing])
        missing -= len(kept[-1])
    return np.concatenate(kept)
