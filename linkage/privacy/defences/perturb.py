"""Perturbation: each point is moved by bounded noise in time and in the plane.

The noise is uniform over the cells of a disc and the hours around, as far as the material goes.
It is not geo-indistinguishable (Andres et al. 2013): beyond its bound it rules places out, and no
bounded noise has that property. Each publication has noise of its own, so whoever sees the same
points published again and again averages it away.
"""

from dataclasses import replace

import numpy as np

from linkage.privacy.defence import (
    Defence,
    Legend,
    Material,
    Published,
    Traces,
    checked,
    unprotected,
)
from linkage.privacy.drawn import copies, keyed
from linkage.privacy.rows import Ints

_TRIES = 64
"""Draws for a point that leaves the grid: in a corner one in four does not, at least."""


def _protect(material: Material, strength: int, seed: int) -> Published:
    """Move each point by at most `strength` - 1 hours and as many cells."""
    reach = checked(strength) - 1
    moved = _moved(material.traces, reach, seed) if reach else material.traces
    legend = Legend(moved_hours=reach, moved_cells=reach)
    return replace(unprotected(moved), legend=legend)


def _moved(traces: Traces, reach: int, seed: int) -> Traces:
    """Return the points where they are moved to: each is as likely as any other within reach."""
    if not len(traces):
        return traces
    columns = traces.person, traces.source.astype(np.int64), traces.hour, traces.place
    drawn = keyed(seed, *columns, copies(*columns)).view(np.int64)
    early = np.maximum(traces.hour - reach, traces.hour.min())
    late = np.minimum(traces.hour + reach, traces.hour.max())
    hour = early + keyed(_TRIES, drawn).view(np.int64) % (late - early + 1)
    place, steps = traces.place.copy(), _steps(traces, reach)
    left = np.arange(len(traces))
    for attempt in range(_TRIES):
        down, right = steps[keyed(attempt, drawn[left]).view(np.int64) % len(steps)].T
        column = place[left] % traces.width + right
        there = place[left] + down * traces.width + right
        fits = (column >= 0) & (column < traces.width)
        fits &= (there >= 0) & (there <= traces.place.max())
        place[left[fits]] = there[fits]
        left = left[~fits]
    return replace(traces, hour=hour, place=place)


def _steps(traces: Traces, reach: int) -> Ints:
    """Return all (rows down, columns right) within reach that can end on the grid."""
    rows, columns = int(traces.place.max()) // traces.width, traces.width - 1
    down, right = (np.arange(-min(reach, most), min(reach, most) + 1) for most in (rows, columns))
    every = np.stack(np.meshgrid(down, right, indexing="ij"), axis=-1).reshape(-1, 2)
    found: Ints = every[(every**2).sum(axis=1) <= reach**2]
    return found


DEFENCE = Defence(
    name="perturb",
    promise="Each point is moved at random, by at most `strength` - 1 hours and as many cells.",
    must_not_be_read_as="geo-indistinguishability: noise here is bounded, and repeats average out",
    protect=_protect,
)
