"""What sources say in a world without disorder, beside who it really was."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import numpy as np

from streams.events import HOUR, Marker
from streams.source import load_sources
from streams.synthetic.chance import Flags, Ints
from streams.synthetic.mobility import Mobility
from streams.synthetic.preset import PRESETS
from streams.synthetic.world import World


class Seen(NamedTuple):
    """An event and the row of the person who was behind it."""

    kind: str
    subject: str
    time: int
    payload: dict[str, Any]
    row: int

    @property
    def block(self) -> int:
        return self.time // HOUR

    @property
    def cell(self) -> int:
        """Return the number of its cell, from 0 as the population has it."""
        return int(self.payload["cell"][13:]) - 1


def clean_world(*names: str, people: int, days: int = 1, seed: int = 1) -> World:
    catalogue = load_sources()
    return World(people, days, seed, {n: catalogue[n] for n in names}, PRESETS["clean"])


def seen(world: World) -> list[Seen]:
    """Return all events, in the order of arrival."""
    found = []
    for table in world.stream():
        if not isinstance(table, Marker):
            columns = (table[name].to_pylist() for name in ("value", "person"))
            for value, person in zip(*columns, strict=True):
                if person:
                    e = msgspec.json.decode(value)
                    found.append(Seen(e["kind"], e["subject"], e["time"], e["payload"], person - 1))
    return found


class Where(NamedTuple):
    """Where everybody is in an hour, by row."""

    cell: Ints
    home: Ints
    at_home: Flags
    at_work: Flags


def whereabouts(world: World) -> Iterator[Where]:
    """Yield where people are, hour by hour; for worlds of one shard."""
    ((low, high),) = world.population.shards()
    mobility = Mobility(world.population, world.seed, 0, low, high)
    for block in range(world.hours):
        mobility.step(block)
        m = mobility
        yield Where(*(np.array(a) for a in (m.cell, m.home, m.at_home, m.at_work)))
