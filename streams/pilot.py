"""A pilot of a synthetic world: a few people joined, and everybody's sources each by itself."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from linkage.privacy.hashing import seeded
from linkage.privacy.pricing.pilot import Pilot

_APART = 1 << 32
"""More than there are people: what a source's own numbers are shifted by."""


class Drawn(NamedTuple):
    """A pilot, and the points of everybody that a check may join after all."""

    pilot: Pilot
    everybody: pd.DataFrame


def drawn(points: pd.DataFrame, sources: Sequence[str], size: int, people: int, seed: int) -> Drawn:
    """Return a pilot of `size` of `people` people, numbered from 1, with their points of sources.

    The sampled are those of the smallest hash(seed, person). Everybody else has another number in
    each source, so nothing joins them.
    """
    everybody = points[points["source"].isin(list(sources))].assign(
        source=lambda frame: frame["source"].astype(str)
    )
    order = np.argsort(seeded(seed, np.arange(1, people + 1)), kind="stable")
    sampled = everybody["person"].isin(order[:size] + 1).to_numpy()
    place = everybody["source"].map({name: n for n, name in enumerate(sources)}).to_numpy(np.int64)
    numbers = everybody["person"].to_numpy(np.int64)
    apart = np.where(sampled, numbers, numbers + (place + 1) * _APART)
    pilot = Pilot(everybody[sampled], everybody.assign(person=apart), size, people)
    return Drawn(pilot, everybody)
