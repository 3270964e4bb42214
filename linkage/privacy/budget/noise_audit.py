"""Does a mechanism have the noise that it states, and can an attacker tell more than it claims?

`fit` holds draws against the stated law. `epsilon_seen` and `rho_seen` do without the law: they
play the attacker who has to tell from an answer whether a person is in it, and return a loss that
the mechanism has at least (Jagielski, Ullman and Oprea 2020; Nasr et al. 2023). Each can only find
fault: a mechanism that passes both may still be wrong where nobody looked.
"""

from collections.abc import Callable
from math import isfinite
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, chi2

from linkage.intervals import Floats, Ints

Scores = NDArray[np.int64] | NDArray[np.float64]
EXPECTED = 200
"""Least number of draws that the law expects in a cell, so that the chi-square is one."""
_THRESHOLDS = 512
_ORDERS = 1 + np.geomspace(1e-3, 1e3, 121)


class Fit(NamedTuple):
    """Pearson's statistic, its degrees of freedom, and how often chance alone makes it as large."""

    statistic: float
    freedom: int
    p_value: float


def fit(noise: Scores, sigma: float) -> Fit:
    """Hold noise against the discrete Gaussian of scale sigma, tails as one cell each.

    What is no whole number has probability 0 under that law, and so has the fit. Raises ValueError
    if there are too few draws for two cells.
    """
    if not (isfinite(sigma) and sigma > 0):
        raise ValueError(f"sigma: got {sigma}, needs a finite number above 0")
    whole = np.rint(noise).astype(np.int64)
    reach = int(10 * sigma) + 3
    values = np.arange(-reach, reach + 1)
    law = np.exp(-0.5 * (values / sigma) ** 2)
    law /= law.sum()
    ends = _ends(law * len(noise))
    if len(ends) < 2:
        raise ValueError(f"noise: got {len(noise)} draws, too few for two cells of {EXPECTED}")
    if (whole != noise).any():
        return Fit(np.inf, len(ends) - 1, 0.0)
    cells = np.searchsorted(values[ends], np.clip(whole, -reach, reach))
    seen = np.bincount(cells, minlength=len(ends))
    expected = np.diff(np.cumsum(law)[ends], prepend=0.0) * len(noise)
    statistic = float(((seen - expected) ** 2 / expected).sum())
    return Fit(statistic, len(ends) - 1, float(chi2.sf(statistic, len(ends) - 1)))


def epsilon_seen(
    with_person: Scores, without: Scores, delta: float, false_alarm: float = 1e-6
) -> float:
    """Return an epsilon that the mechanism does not stay below at this delta; 0 if none was seen.

    The scores are whatever an attacker makes of an answer, the larger the likelier the person is
    in it, of independent runs with and without that person. On one half of the runs the event is
    chosen (a score on one side of a threshold), on the other half it is counted. If the mechanism
    is (epsilon, delta)-private, more than epsilon comes out with probability `false_alarm` at
    most (Clopper and Pearson 1934 on both rates).
    """
    if not 0 <= delta < 1:
        raise ValueError(f"delta: got {delta}, needs a number from 0 to 1, 1 excluded")

    def epsilons(likely: Floats, rare: Floats) -> Floats:
        above = np.maximum(likely - delta, 0.0)
        with np.errstate(divide="ignore"):
            return np.log(above / rare)

    return _seen(with_person, without, epsilons, false_alarm)


def rho_seen(with_person: Scores, without: Scores, false_alarm: float = 1e-6) -> float:
    """Return a rho that the mechanism does not stay below; 0 if none was seen.

    As `epsilon_seen`, and sharper where rho is what is claimed: under rho-zCDP the two rates of an
    event have a Renyi divergence of order alpha of at most alpha rho, for every alpha.
    """
    return _seen(with_person, without, _rhos, false_alarm)


def _ends(expected: Floats) -> Ints:
    """Return the last place of each cell: every one expects enough, what is left joins the last."""
    ends, held = [], 0.0
    for place, mass in enumerate(expected.tolist()):
        held += mass
        if held >= EXPECTED:
            ends.append(place)
            held = 0.0
    if ends:
        ends[-1] = len(expected) - 1
    return np.array(ends, dtype=np.int64)


def _seen(
    with_person: Scores,
    without: Scores,
    losses: Callable[[Floats, Floats], Floats],
    false_alarm: float,
) -> float:
    """Choose side, threshold and direction on the first halves, and count on the second ones."""
    if min(len(with_person), len(without)) < 2:
        raise ValueError("scores: got fewer than two runs with or without the person, needs halves")
    pairs = [(with_person, without), (without, with_person)]
    sided = [(sign * one, sign * other) for one, other in pairs for sign in (1, -1)]
    best, chosen = -np.inf, (sided[0], 0.0)
    for one, other in sided:
        first, second = one[: len(one) // 2], other[: len(other) // 2]
        spread = np.quantile(np.concatenate((first, second)), np.linspace(0, 1, _THRESHOLDS))
        thresholds = np.unique(np.append(spread, np.unique(first)[-16:])).astype(np.float64)
        found = losses(*_rates(first, second, thresholds, false_alarm))
        if found.max() > best:
            best, chosen = found.max(), ((one, other), float(thresholds[found.argmax()]))
    (one, other), threshold = chosen
    rates = _rates(
        one[len(one) // 2 :], other[len(other) // 2 :], np.array([threshold]), false_alarm
    )
    return max(0.0, float(losses(*rates)[0]))


def _rates(
    one: Scores, other: Scores, thresholds: Floats, false_alarm: float
) -> tuple[Floats, Floats]:
    """Return how often scores reach thresholds: at least so often in one, at most in the other."""
    first = len(one) - np.searchsorted(np.sort(one), thresholds)
    second = len(other) - np.searchsorted(np.sort(other), thresholds)
    error = false_alarm / 2
    low = beta.ppf(error, np.maximum(first, 1), len(one) - first + 1)
    high = beta.ppf(1 - error, second + 1, np.maximum(len(other) - second, 1))
    return np.where(first > 0, low, 0.0), np.where(second < len(other), high, 1.0)


def _rhos(likely: Floats, rare: Floats) -> Floats:
    """Return the largest divergence over its order between coins of these two probabilities."""
    alpha = _ORDERS[:, None]
    p, q = np.clip(likely, 1e-300, 1 - 1e-16), np.clip(rare, 1e-300, 1 - 1e-16)
    heads = alpha * np.log(p) + (1 - alpha) * np.log(q)
    tails = alpha * np.log1p(-p) + (1 - alpha) * np.log1p(-q)
    found = np.logaddexp(heads, tails) / (alpha * (alpha - 1))
    return np.where(likely > rare, found.max(axis=0), 0.0)
