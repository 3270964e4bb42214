"""The world: synthetic people, and everything that reaches the feed about them, in order."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from linkage.records import Identity
from streams.delivery import Delivery
from streams.events import Marker
from streams.scenario import default_sources
from streams.source import Source, load_sources
from streams.synthetic.arrivals import unpacked
from streams.synthetic.branch import Branch
from streams.synthetic.crews import blocks_of
from streams.synthetic.frames import (
    accounts_frame,
    actors_frame,
    businesses_frame,
    events_frame,
    people_frame,
    truth_frame,
)
from streams.synthetic.life import EPOCH_DAYS as MAX_DAYS
from streams.synthetic.particulars import records
from streams.synthetic.population import Population, make_population
from streams.synthetic.preset import DEFAULT_PRESET, PRESETS, Preset
from streams.synthetic.registration import Register
from streams.synthetic.shards import CLOSING, Crew, Shard
from streams.synthetic.truth import Truth, true_tenancies

_PERSON_HOURS = 60_000
"""How much is worked on at a time: about 10 MB of messages, and a few times that beside them."""


class World:
    """Synthetic people over some days, as these sources see them; the same for a seed.

    A run of more days begins with the same stream as one of fewer, until its last hours; a source
    more leaves the events of the others as they are.
    """

    def __init__(
        self,
        people: int = 20_000,
        days: int = 2,
        seed: int = 7,
        sources: Mapping[str, Source] | None = None,
        preset: Preset = PRESETS[DEFAULT_PRESET],
    ) -> None:
        if people < 1 or not 1 <= days <= MAX_DAYS:
            raise ValueError(
                f"a world needs people and 1 to {MAX_DAYS} days, got {people} and {days}"
            )
        self.days, self.seed, self.preset = days, seed, preset
        self.sources = dict(default_sources() if sources is None else sources)
        self.hours = 24 * days
        self.population: Population = make_population(people, seed, preset.life)
        topics = pa.array(["registry", *(source.topic for source in self.sources.values())])
        self.branches = [
            Branch(source, self.population, preset, seed, topics)
            for source in self.sources.values()
        ]
        self.register = Register(self.population, seed, topics)

    def deliveries(self) -> Iterator[Delivery | Marker]:
        """Yield everything in the order of arrival, with a marker at the end of each block.

        Block -1 is the registry as it stands before the stream; three closing blocks let late
        events settle. May be called again, and yields the same again.
        """
        for portion in self.stream():
            if isinstance(portion, Marker):
                yield portion
            else:
                yield from _deliveries(portion)

    def stream(self, stride: int | None = None, processes: int = 1) -> Iterator[pa.Table | Marker]:
        """Yield the same by the column: tables of arrivals.SCHEMA, each before its marker.

        `stride` hours are worked on at a time, in so many `processes`: that changes memory and
        speed, never the messages.
        """
        yield self.register.block(-1)
        yield Marker(marker=-1)
        for block, table in enumerate(blocks_of(self, stride or self._stride(), processes)):
            yield self.register.block(block)
            yield table
            yield Marker(marker=block, last=block == self.blocks - 1)

    def shards(self) -> list[Shard]:
        """Return the shards, before their first hour."""
        return self._shards(range(len(self.population.shards())))

    def crew(self, shards: Sequence[int], stride: int) -> Crew:
        """Return a crew for the shards of these numbers, before their first hour."""
        return Crew(self._shards(shards), self.branches, self.hours, stride)

    def people(self) -> pd.DataFrame:
        """Return everybody as they are after the run, by person; see `frames.people_frame`."""
        return people_frame(self.population, self.hours)

    def businesses(self) -> pd.DataFrame:
        """Return the businesses; see `frames.businesses_frame`."""
        return businesses_frame(self.population)

    def accounts(self) -> pd.DataFrame:
        """Return the accounts as their sources know them; see `frames.accounts_frame`."""
        return accounts_frame(self.branches, self.hours)

    def events(self) -> pd.DataFrame:
        """Return the events in the order of arrival, copies too; see `flat.flat_schema`."""
        return events_frame(
            (table["value"].combine_chunks() for table in self._events()), self.sources
        )

    def truth(self) -> pd.DataFrame:
        """Return what is true of each account; see `frames.truth_frame`."""
        return truth_frame(self.branches, self.hours)

    def actors(self) -> pd.DataFrame:
        """Return who really was behind each event; see `frames.actors_frame`."""
        return actors_frame(self._events())

    @property
    def blocks(self) -> int:
        """Return how many blocks the stream has, block -1 not counted."""
        return self.hours + CLOSING

    def identities(self) -> Sequence[Identity]:
        """Return the registry as it is at the end, by person."""
        rows = np.flatnonzero(self.register.entered(self.blocks))
        known = records(self.population, rows, self.register.as_of(self.blocks - 1))
        return [Identity(row + 1, record) for row, record in zip(rows.tolist(), known, strict=True)]

    def ground_truth(self) -> Truth:
        """Return what is true of every tenancy."""
        return Truth(
            seed=self.seed,
            people=len(self.population),
            days=self.days,
            tenancies=tuple(true_tenancies(self.branches, self.hours)),
            unregistered=tuple((np.flatnonzero(~self.register.ever) + 1).tolist()),
        )

    def _shards(self, numbers: Sequence[int]) -> list[Shard]:
        return [Shard(self.population, self.branches, self.seed, number) for number in numbers]

    def _events(self) -> Iterator[pa.Table]:
        return blocks_of(self, self._stride(), 1)

    def _stride(self) -> int:
        return min(24, max(1, _PERSON_HOURS // len(self.population)))

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Pickle the arguments: a process that works on a part makes the world anew.

        TypeError for sources outside the catalogue, which another process could not find.
        """
        catalogue = load_sources()
        strange = [name for name, one in self.sources.items() if catalogue.get(name) is not one]
        if strange:
            raise TypeError(f"sources that are not of streams/sources/: {', '.join(strange)}")
        arguments = len(self.population), self.days, self.seed, tuple(self.sources), self.preset
        return _world_of, arguments


def _world_of(people: int, days: int, seed: int, sources: tuple[str, ...], preset: Preset) -> World:
    catalogue = load_sources()
    return World(people, days, seed, {name: catalogue[name] for name in sources}, preset)


def _deliveries(table: pa.Table) -> Iterator[Delivery]:
    for topic, key, value in zip(*unpacked(table), strict=True):
        yield Delivery(topic, key, value)
