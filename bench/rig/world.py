"""Deliveries made beforehand: a bench that counts events does not count their making."""

import gc
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bench.harness import Options
from streams import settings
from streams.configure import Choice
from streams.delivery import Delivery
from streams.events import Marker
from streams.plan import Plan
from streams.synthetic.world import World
from streams.training import without_usage

Stream = Sequence[Delivery | Marker]
_KIND = re.compile(rb'"kind":"(\w+)"')
_REGISTERS = re.compile(rb'"opened":')


@dataclass(frozen=True)
class Made:
    """A stream that lies ready, with the number of its source events and what they are."""

    stream: Stream
    events: int
    mix: str


def choice(options: Options, partitions: int = 1) -> Choice:
    """Return the demo's choices at this size."""
    return Choice(
        options.people,
        options.days,
        options.seed,
        settings.SCENARIO,
        partitions,
        settings.POINTS,
        None,
    )


def plan(options: Options, partitions: int = 1) -> Plan:
    """Return the demo's plan at this size."""
    return choice(options, partitions).plan()


@cache
def everything(options: Options) -> Made:
    """Return the demo's whole stream."""
    return _made(choice(options).world())


@cache
def registrations_only(options: Options) -> Made:
    """Return the stream of the same world when accounts are registered and never used."""
    return _made(quiet_world(options))


def quiet_world(options: Options) -> World:
    """Return the demo's world without usage."""
    sources = without_usage(choice(options).sources())
    return World(options.people, options.days, options.seed, sources)


def bodies(stream: Stream) -> list[bytes]:
    """Return the source events of a stream as they lie on the wire."""
    deliveries = (one for one in stream if not isinstance(one, Marker))
    return [one.value for one in deliveries if one.topic != "registry"]


def _made(world: World) -> Made:
    stream = list(world.deliveries())
    # What lies ready is no garbage of the pipeline's: the collector need not walk over it.
    gc.collect()
    gc.freeze()
    found = bodies(stream)
    return Made(stream, len(found), _mix(found))


def _mix(values: Sequence[bytes]) -> str:
    kinds = Counter(found[1].decode() for v in values if (found := _KIND.search(v)))
    parts = [f"{kind} {100 * n / len(values):.1f} %" for kind, n in kinds.most_common()]
    registers = sum(_REGISTERS.search(value) is not None for value in values)
    size = sum(map(len, values)) / len(values)
    return (
        f"{len(values):,} events of {size:.0f} bytes on average: {', '.join(parts)}; "
        f"{100 * registers / len(values):.1f} % are registrations or corrections of one"
    )
