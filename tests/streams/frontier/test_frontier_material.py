"""A synthetic world as material: cells from 0, regions in their middle, and what names no place."""

import numpy as np

from streams.frontier.found import plane
from streams.frontier.material import RECORD, material_of
from streams.points import points_of
from streams.scenario import default_sources
from streams.synthetic.world import World


def test_every_point_that_names_a_place_is_there_as_a_cell() -> None:
    world = World(3000, 1, 5)
    some, points = material_of(world), points_of(world)
    names, cells = list(world.sources), world.population.cells
    assert names == list(default_sources())
    phone = points[points["source"] == "phone"]
    mine = some.traces.take(some.traces.source == names.index("phone"))
    assert mine.person.tolist() == phone["person"].tolist()
    assert mine.hour.tolist() == phone["hour"].tolist()
    assert (mine.place + 1).tolist() == phone["place"].tolist(), "cells count from 1 there"
    bank = points[(points["source"] == "bank") & (points["place"] > 0)]
    paid = some.traces.take(some.traces.source == names.index("bank"))
    assert len(paid) == len(bank) < (points["source"] == "bank").sum(), "transfers have no place"
    assert some.traces.place.max() < cells
    assert plane(some) == (-(-cells // some.traces.width), some.traces.width)


def test_a_region_is_the_cell_in_its_middle() -> None:
    world = World(12_000, 1, 5)
    some, points = material_of(world), points_of(world)
    online = points[points["source"] == "internet"]
    mine = some.traces.take(some.traces.source == list(world.sources).index("internet"))
    regions = online["place"].nunique()
    assert regions == len(np.unique(mine.place)) > 1
    pairs = set(zip(online["place"].tolist(), mine.place.tolist(), strict=True))
    assert len(pairs) == regions
    cells = world.population.cells
    for region, cell in pairs:
        assert region * cells / regions <= cell <= (region + 1) * cells / regions


def test_everybody_of_the_registry_has_a_record() -> None:
    world = World(300, 1, 5)
    some = material_of(world)
    assert some.people.tolist() == [one.person for one in world.identities()]
    first = next(iter(world.identities())).record
    assert some.records[0] == tuple(getattr(first, name) or "" for name in RECORD)
    assert RECORD[-1] == "birth", "what a hardened encoding is salted by"
