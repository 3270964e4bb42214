"""How well two worlds are told apart by what is seen of them: the AUC of an attack, with interval.

The AUC is the chance that a score from the one world is above a score from the other (Bamber 1975),
half of it where both are equal: the Mann-Whitney statistic, counted exactly. .5 is a coin.
"""

from collections.abc import Callable
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from linkage.errors import RiskError
from linkage.intervals import share_of
from linkage.privacy.estimate import Estimate

Floats = NDArray[np.float64]
Score = Callable[[Floats], Floats]


def auc(inside: Floats, outside: Floats) -> Estimate:
    """Return the chance that a score of the world `inside` is above one of `outside`.

    The variance is DeLong, DeLong and Clarke-Pearson's (1988, Biometrics 44:837), by ranks (Sun and
    Xu 2014); the interval is Wilson's with as many trials as have that variance, which stays within
    0 and 1 and does not vanish where all scores are apart. `n` is the number of scores; without
    any on one side the interval is [0, 1]. Raises RiskError for scores that are not numbers.

    >>> found = auc(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0]))
    >>> round(found.value, 3), found.control
    (0.778, 0.5)
    """
    ours, theirs = np.asarray(inside, np.float64), np.asarray(outside, np.float64)
    if np.isnan(ours).any() or np.isnan(theirs).any():
        raise RiskError("scores: got NaN, needs numbers; infinite ones are allowed")
    m, n = len(ours), len(theirs)
    if not m or not n:
        return Estimate(value=0.5, low=0.0, high=1.0, n=m + n, estimand="sample", control=0.5)
    ranks = rankdata(np.concatenate((ours, theirs)))
    above = (ranks[:m] - rankdata(ours)) / n
    below = 1.0 - (ranks[m:] - rankdata(theirs)) / m
    value = float(above.mean())
    variance = (float(above.var(ddof=1)) / m if m > 1 else 0.0) + (
        float(below.var(ddof=1)) / n if n > 1 else 0.0
    )
    trials = value * (1.0 - value) / variance if variance > 0.0 else float(min(m, n))
    share = share_of(value, max(trials, 1.0), m + n)
    return Estimate(
        value=value, low=share.low, high=share.high, n=m + n, estimand="sample", control=0.5
    )


def fisher(inside: Floats, outside: Floats) -> Score:
    """Return Fisher's linear discriminant (1936) of two worlds, trained on rows of features.

    Columns that never change tell nothing and weigh nothing. The score rises towards `inside`.
    """
    both = np.vstack((inside, outside))
    middle, scale = both.mean(0), both.std(0)
    scale = np.where(scale > 1e-12 * np.maximum(np.abs(middle), 1.0), scale, np.inf)
    one, other = (inside - middle) / scale, (outside - middle) / scale
    spread = np.atleast_2d(np.cov(one.T)) + np.atleast_2d(np.cov(other.T))
    ridge = 1e-9 * np.eye(len(spread))
    weights = np.linalg.lstsq(spread + ridge, one.mean(0) - other.mean(0), rcond=None)[0]

    def score(rows: Floats) -> Floats:
        scores: Floats = ((rows - middle) / scale) @ weights
        return scores

    return score


def trained_auc(inside: Floats, outside: Floats) -> Estimate:
    """Return the AUC of Fisher's discriminant on the second half of rows, trained on the first.

    Rows are trials in the order they were made; columns are what was seen of each.
    """
    m, n = len(inside) // 2, len(outside) // 2
    if min(m, n) < 2:
        raise RiskError(f"trials: got {len(inside)} and {len(outside)}, needs 4 or more a side")
    score = fisher(inside[:m], outside[:n])
    return auc(score(inside[m:]), score(outside[n:]))


def gaussian_bound(rho: float) -> float:
    """Return the highest AUC against one answer with Gaussian noise that costs rho (zCDP).

    Such an answer is sqrt(2 rho)-GDP (Dong, Roth and Su 2022, J. R. Stat. Soc. B 84:3): it is no
    easier to tell than N(0, 1) from N(sqrt(2 rho), 1), whose AUC is Phi(sqrt(rho)). Answers' rho
    add up. Raises RiskError below 0.

    >>> round(gaussian_bound(0.001), 4)
    0.5126
    """
    if not rho >= 0.0:
        raise RiskError(f"rho: got {rho}, needs 0 or more")
    return NormalDist().cdf(sqrt(rho))
