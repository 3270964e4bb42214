"""Weights of a sample with which it tells what is known of everybody exactly.

The calibration estimator with the linear distance, which is the generalised regression estimator
(Deville and Saerndal 1992, JASA 87:376): a figure that goes with the known facts has only the error
of what they leave open.
"""

import numpy as np

from linkage.intervals import Floats

_LEAST = 0.2
"""No weight falls below this part of population / n: the facts are told less exactly then."""


def calibrated(facts: Floats, totals: Floats, n: int, population: int) -> Floats:
    """Return the weight of each sampled person, with which the facts add up to the totals.

    `facts` has a row for each of the sampled of whom there are any, and a column for each fact;
    the rest of the n sampled has 0 in all. All n weights add up to the population.

    >>> calibrated(np.array([[1.0], [0.0]]), np.array([5.0]), 2, 8).round(9).tolist()
    [5.0, 3.0]
    """
    known = np.column_stack((np.ones(len(facts)), facts))
    each = population / n
    sums, squares = known.sum(axis=0), known.T @ known
    # Of who has no fact at all only the constant is left.
    sums[0], squares[0, 0] = n, n
    lacking = np.concatenate(([population], totals)) - each * sums
    # What none of the sampled shows they cannot be weighted by.
    shown = np.diag(squares) > 0.0
    scale, lacking = np.sqrt(np.where(shown, np.diag(squares), 1.0)), lacking * shown
    inverse = np.linalg.pinv(squares / np.outer(scale, scale), rcond=1e-9, hermitian=True)
    step = known @ ((inverse @ (lacking / scale)) / scale)
    worst = float(step.min(initial=0.0))
    room = (1.0 - _LEAST) * each
    weights: Floats = each + step * (min(1.0, room / -worst) if worst < 0.0 else 1.0)
    return weights
