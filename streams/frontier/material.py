"""A synthetic world as material to publish: who was where when, and who they are.

It is the truth about people, so no stage may import this. A point says a cell of the plane. Where
a source names regions instead, a point stands in the cell in the middle of its region; what names
no place at all, such as a transfer of money, is left out.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from linkage.privacy.defence import Material, Traces
from linkage.records import Record
from streams.points import points_of
from streams.resolution import off_grid
from streams.synthetic.chance import Ints
from streams.synthetic.places import width_of
from streams.synthetic.world import World

RECORD = ("surname", "given", "birth")
"""What an encoding is of, the birth date last."""


def material_of(world: World) -> Material:
    """Return the points of a world with cells from 0, and the records of its registry.

    Sources are numbered in the order of `world.sources`, people as in the registry.
    """
    points, cells = points_of(world), world.population.cells
    apart = off_grid(world.sources)
    source = points["source"].cat.codes.to_numpy().astype(np.uint8)
    regional = points["source"].isin(apart).to_numpy()
    place = points["place"].to_numpy(np.int64)
    cell = np.where(regional, _middles(points, apart, place, cells), place - 1)
    kept = cell >= 0
    person, hour = (points[name].to_numpy(np.int64) for name in ("person", "hour"))
    traces = Traces(person[kept], source[kept], hour[kept], cell[kept], width_of(cells))
    known = world.identities()
    people = np.array([one.person for one in known], dtype=np.int64)
    return Material(traces, people, tuple(record_of(one.record) for one in known))


def record_of(record: Record) -> tuple[str, ...]:
    """Return the fields that are encoded, in the order of RECORD; "" where one is missing."""
    return tuple(getattr(record, name) or "" for name in RECORD)


def _middles(points: pd.DataFrame, apart: Sequence[str], place: Ints, cells: int) -> Ints:
    """Return the cell in the middle of each region: regions share the cells out in their order."""
    found = np.zeros_like(place)
    for name in apart:
        mine = (points["source"] == name).to_numpy()
        regions = int(place[mine].max(initial=0)) + 1
        found[mine] = (2 * place[mine] + 1) * cells // (2 * regions)
    return found
