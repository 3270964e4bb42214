"""Noisy counts: of all traces only how many people were where, give or take some noise.

The discrete Gaussian mechanism (Canonne, Kamath and Steinke 2020) on distinct counts.
"""

from functools import lru_cache
from itertools import product
from math import sqrt

import numpy as np

from linkage.privacy.budget.simulated_noise import simulated_sampler
from linkage.privacy.cells import Cell, counted
from linkage.privacy.defence import Defence, Material, Published, Traces, checked, unprotected
from linkage.privacy.drawn import keyed

DAY = 24


def rho_of(strength: int) -> float:
    """Return what one hour of a person costs: 1 / (2 strength^2), zero-concentrated, from 2 on.

    >>> rho_of(2), rho_of(8)
    (0.125, 0.0078125)
    """
    return 1.0 / (2.0 * strength**2)


def sigma_of(strength: int, sources: int) -> float:
    """Return the scale of noise: one hour of a person moves one count of each source by one."""
    return sqrt(sources) / sqrt(2.0 * rho_of(strength))


def _protect(material: Material, strength: int, seed: int) -> Published:
    """Count distinct people in every cell of a box around the traces, and add noise to each.

    A box that is known beforehand tells nothing; this one is of whole days and of the whole grid.
    """
    traces, nobody = material.traces, material.people[:0]
    nothing = unprotected(traces.take(nobody))
    if checked(strength) == 1:
        return Published(nothing.traces, nothing.holder, counts=counted(traces))
    counts = dict.fromkeys(_box(traces), 0) | counted(_once_an_hour(traces))
    sigma = sigma_of(strength, int(traces.source.max(initial=0)) + 1)
    noised = simulated_sampler(seed)(list(counts.values()), sigma)
    return Published(nothing.traces, nothing.holder, counts=dict(zip(counts, noised, strict=True)))


def _once_an_hour(traces: Traces) -> Traces:
    """Count nobody in two places within one hour of a source; which one counts is no new chance."""
    chance = keyed(0, traces.person, traces.place)
    rows = traces.take(np.lexsort((chance, traces.hour, traces.source, traces.person)))
    first = np.ones(len(rows), np.bool_)
    first[1:] = False
    for column in (rows.person, rows.source, rows.hour):
        first[1:] |= column[1:] != column[:-1]
    return rows.take(first)


def _box(traces: Traces) -> tuple[Cell, ...]:
    if not len(traces):
        return ()
    hours = -(-(int(traces.hour.max()) + 1) // DAY) * DAY
    places = max(traces.width**2, int(traces.place.max()) + 1)
    return _cells(int(traces.source.max()) + 1, hours, places)


@lru_cache(maxsize=4)
def _cells(sources: int, hours: int, places: int) -> tuple[Cell, ...]:
    return tuple(product(range(sources), range(hours), range(places)))


DEFENCE = Defence(
    name="noisy_counts",
    promise="What one hour of somebody costs, once published, is 1 / (2 `strength`^2) of zCDP.",
    must_not_be_read_as="a bound for a whole trace or for repetition: each costs as much again",
    protect=_protect,
    publishes="counts",
)
