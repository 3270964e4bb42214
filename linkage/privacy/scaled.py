"""A figure told on another scale."""

from collections.abc import Callable

from linkage.privacy.estimate import Estimate


def scaled(estimate: Estimate, scale: Callable[[float], float]) -> Estimate:
    """Return a figure on another scale, rising or falling; its interval goes with it."""
    ends = scale(estimate.low), scale(estimate.high)
    return Estimate(
        value=scale(estimate.value),
        low=min(ends),
        high=max(ends),
        n=estimate.n,
        estimand=estimate.estimand,
        control=estimate.control,
    )
