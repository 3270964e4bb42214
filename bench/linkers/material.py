"""Identities and registrations of the demo's world, as many as a bench of speed needs."""

from itertools import islice

from linkage.records import Record
from streams.events import Codec, Event, Marker, Registration
from streams.scenario import default_sources
from streams.source import kinds_of
from streams.synthetic.world import World
from streams.training import without_usage


def quiet(people: int, seed: int) -> World:
    """Return the demo's world of two days without usage."""
    return World(people, 2, seed, without_usage(default_sources()))


def first_registrations(world: World, most: int) -> list[Record]:
    """Return the first registrations that arrive, as they were sent."""
    codec = Codec(kinds_of(world.sources), key=b"")
    events = (
        codec.decode(one.value)
        for one in world.deliveries()
        if not isinstance(one, Marker) and one.topic.startswith("events.")
    )
    found = (
        event.payload.record()
        for event in events
        if isinstance(event, Event) and isinstance(event.payload, Registration)
    )
    return list(islice(found, most))
