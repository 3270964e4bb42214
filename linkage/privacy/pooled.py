"""One figure of several publications: what chance in publishing has to do with it."""

from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

from linkage.intervals import Floats
from linkage.privacy.estimate import Bounds, Estimate, census


def pooled(runs: Sequence[Estimate], bounds: Bounds = (0.0, 1.0)) -> Estimate:
    """Return the mean of a figure over publications, each with another seed.

    The runs are about the same people, so they are not told as if they were independent: the
    interval is never narrower than the mean of theirs. Where they differ among each other by more
    than that, it is Student's t over the runs. It is clipped to `bounds`. Raises ValueError without
    any run.

    >>> one = Estimate(value=0.5, low=0.4, high=0.6, n=100, estimand="sample")
    >>> two = Estimate(value=0.6, low=0.5, high=0.7, n=100, estimand="sample")
    >>> found = pooled([one, one, two, two])
    >>> [round(x, 3) for x in (found.low, found.value, found.high)]
    [0.45, 0.55, 0.65]
    """
    if not runs:
        raise ValueError("no runs: a figure needs one publication or more")
    values = np.array([run.value for run in runs])
    mean, half = float(np.sort(values).mean()), half_of(values)
    low = min(float(np.mean([run.low for run in runs])), mean - half)
    high = max(float(np.mean([run.high for run in runs])), mean + half)
    controls = [run.control for run in runs if run.control is not None]
    return Estimate(
        value=mean,
        low=min(mean, max(low, bounds[0])),
        high=max(mean, min(high, bounds[1])),
        n=max(run.n for run in runs),
        estimand="sample" if half and runs[0].estimand == "census" else runs[0].estimand,
        control=float(np.mean(controls)) if len(controls) == len(runs) else None,
    )


def repeated(values: Floats, n: int, bounds: Bounds = (0.0, 1.0)) -> Estimate:
    """Return the mean of what publications of the material of n people keep.

    Where each keeps the same, chance has no part in it, and it is the census of this world.

    >>> repeated(np.array([0.5, 0.5]), 10).estimand, repeated(np.array([0.5, 0.6]), 10).estimand
    ('census', 'sample')
    """
    return pooled([census(float(value), n) for value in values], bounds)


def half_of(values: Floats) -> float:
    """Return half the 95 % interval of the mean of repeated values; 0 where they are all alike."""
    if len(values) < 2 or np.ptp(values) == 0.0:
        return 0.0
    t = float(stdtrit(len(values) - 1, 0.975))
    return float(t * np.sort(values).std(ddof=1) / np.sqrt(len(values)))
