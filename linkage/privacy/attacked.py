"""A figure over the people who are attacked, with what chance has to do with it."""

from collections.abc import Callable

import numpy as np

from linkage.intervals import Floats
from linkage.privacy.estimate import Estimate, sampled_mean, sampled_share
from linkage.privacy.metric import Context

Worth = Callable[[Context], Floats]
"""What an attack on each person comes to, from 0 to 1."""


def attacked_mean(context: Context, worth: Worth, control: float | None = None) -> Estimate:
    """Return the mean over the population, by the people attacked."""
    values, noise = worth(context), noise_of(context, worth)
    return sampled_mean(values, context.population, control=control, noise=noise)


def attacked_share(context: Context, worth: Worth) -> Estimate:
    """Return the share of the population, where what an attack comes to is 0 or 1."""
    values, noise = worth(context), noise_of(context, worth)
    return sampled_share(
        int(np.count_nonzero(values)), len(values), context.population, noise=noise
    )


def noise_of(context: Context, worth: Worth) -> float | None:
    """Return the variance of one person's worth over draws of what is known; None without any.

    By two draws of each of some people: half the mean square of their difference, with one
    difference more than was seen, since few draws may miss it.
    """
    if context.again is None:
        return None
    other = worth(context.again)
    change = float(((worth(context)[: len(other)] - other) ** 2).sum())
    return (change + 1.0) / (2.0 * (len(other) + 1))
