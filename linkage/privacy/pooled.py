"""One figure of several publications: what chance in publishing has to do with it."""

from collections.abc import Sequence
from math import hypot

import numpy as np
from scipy.special import stdtrit

from linkage.intervals import Z95, Floats
from linkage.privacy.estimate import Bounds, Estimate, census


def pooled(runs: Sequence[Estimate], bounds: Bounds = (0.0, 1.0)) -> Estimate:
    """Return the mean of a figure over publications, each with another seed.

    The runs are about the same people, so they are not told as if they were independent: the
    interval is never narrower than the mean of theirs. By how much more the runs differ from each
    other than their own intervals account for is publication's chance: its part of the error of
    the mean, by Student's t over the runs, is added in squares. It is clipped to `bounds`. Raises
    ValueError without any run.

    >>> one = Estimate(value=0.5, low=0.4, high=0.6, n=100, estimand="sample")
    >>> two = Estimate(value=0.6, low=0.5, high=0.7, n=100, estimand="sample")
    >>> found = pooled([one, one, two, two])
    >>> [round(x, 3) for x in (found.low, found.value, found.high)]
    [0.441, 0.55, 0.659]
    """
    if not runs:
        raise ValueError("no runs: a figure needs one publication or more")
    values, lows, highs = (
        np.sort(np.array([getattr(run, end) for run in runs])) for end in ("value", "low", "high")
    )
    mean = float(values.mean()) if np.ptp(values) else float(values[0])
    down, up = max(0.0, mean - float(lows.mean())), max(0.0, float(highs.mean()) - mean)
    apart = more_apart(values, (down + up) / (2.0 * Z95))
    controls = [run.control for run in runs if run.control is not None]
    return Estimate(
        value=mean,
        low=min(mean, max(mean - hypot(down, apart), bounds[0])),
        high=max(mean, min(mean + hypot(up, apart), bounds[1])),
        n=max(run.n for run in runs),
        estimand="sample" if apart and runs[0].estimand == "census" else runs[0].estimand,
        control=float(np.mean(controls)) if len(controls) == len(runs) else None,
    )


def repeated(values: Floats, n: int, bounds: Bounds = (0.0, 1.0)) -> Estimate:
    """Return the mean of what publications of the material of n people keep.

    Where each keeps the same, chance has no part in it, and it is the census of this world.

    >>> repeated(np.array([0.5, 0.5]), 10).estimand, repeated(np.array([0.5, 0.6]), 10).estimand
    ('census', 'sample')
    """
    return pooled([census(float(value), n) for value in values], bounds)


def more_apart(values: Floats, error: float) -> float:
    """Return half the 95 % interval of the mean that an `error` of each value does not explain."""
    if len(values) < 2 or np.ptp(values) == 0.0:
        return 0.0
    t, variance = stdtrit(len(values) - 1, 0.975), values.var(ddof=1)
    return float(t * np.sqrt(max(0.0, variance - error**2) / len(values)))
