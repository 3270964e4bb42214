"""The demo's population as two frames: the registry, and the registrations of all accounts."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.linkers.sets import NOBODY, DataSet
from linkage.comparison import load_comparisons
from linkage.people import people_schema
from streams.scenario import default_sources
from streams.synthetic.preset import PRESETS
from streams.synthetic.world import World
from streams.training import frame, registrations, without_usage

DAYS = 2


def demo(people: int, preset: str, seed: int) -> DataSet:
    """Return one row for each registration; some are of people who are not in the registry.

    Groups, by the person described: namesakes share surname and given name with somebody else in
    the registry, households an address.
    """
    world = World(people, DAYS, seed, without_usage(default_sources()), PRESETS[preset])
    identities = world.identities()
    registry = frame([identity.record for identity in identities])
    place = {identity.person: row for row, identity in enumerate(identities)}
    described = {key: one.described for key, one in world.ground_truth().by_tenancy().items()}
    groups = registrations(world)
    truth = np.array(
        [place.get(described[key], NOBODY) for key, some in groups.items() for _ in some], np.int64
    )
    return DataSet(
        f"demo, {preset}",
        "people",
        frame([record for some in groups.values() for record in some]),
        registry,
        truth,
        people_schema(load_comparisons()),
        {
            "namesakes": _shared(registry, ["surname", "given"], truth),
            "households": _shared(registry, ["address"], truth),
        },
    )


def _shared(
    registry: pd.DataFrame, fields: list[str], truth: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return whose values in these fields are also another's in the registry."""
    shared = registry.duplicated(fields, keep=False) & registry[fields].notna().all(axis=1)
    hit: NDArray[np.bool_] = shared.to_numpy()[truth] & (truth != NOBODY)
    return hit
