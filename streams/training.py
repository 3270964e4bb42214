"""Training material: a registry and the registrations that claim it, as frames, without usage."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from linkage.model import Model
from linkage.records import FIELDS, Identity, Record
from linkage.train import DEFAULTS, Settings, train
from streams.events import Codec, Event, Marker, Registration
from streams.source import Source, kinds_of
from streams.synthetic.emission import Batch, Hour
from streams.synthetic.world import World

Tenancy = tuple[str, str, int]
Notes = dict[str, int | float | str]


class Claims(NamedTuple):
    """A registry and the registrations of tenancies; `notes` tell the report what these were."""

    identities: Iterable[Identity]
    tenancies: Iterable[Sequence[Record]]
    notes: Notes


def train_on_world(
    people: int,
    days: int,
    seed: int,
    sources: Mapping[str, Source],
    settings: Settings = DEFAULTS,
) -> Model:
    """Return a model trained on a synthetic world; its report says which, so it can be repeated."""
    world = World(people, days, seed, without_usage(sources))
    notes: Notes = {"people": people, "days": days, "sources": " ".join(sorted(sources))}
    claims = Claims(world.identities(), registrations(world).values(), notes)
    return train_on(claims, seed, settings)


def train_on(claims: Claims, seed: int, settings: Settings = DEFAULTS) -> Model:
    """Return a model trained on claims to be somebody of the registry."""
    registry = frame([identity.record for identity in claims.identities])
    claimed = frame([record for group in claims.tenancies for record in group])
    return train(claimed, registry, seed=seed, settings=settings, notes=claims.notes)


def without_usage(sources: Mapping[str, Source]) -> dict[str, Source]:
    """Return sources that register accounts and then see nothing: all that training needs."""
    return {
        name: replace(source, emit=replace(source.emit, usage=_silence))
        for name, source in sources.items()
    }


def registrations(world: World) -> dict[Tenancy, list[Record]]:
    """Return the registrations of each tenancy that stand in the end, corrections made."""
    live: dict[tuple[str, str], dict[int, Registration]] = {}
    for event in sorted(_events(world), key=lambda e: (e.source, e.subject, e.seq)):
        account = live.setdefault((event.source, event.subject), {})
        if event.op != "create" and event.ref is not None:
            changed = account.pop(event.ref, None)
            if changed is not None and isinstance(event.payload, Registration):
                account[event.ref] = event.payload
        elif isinstance(event.payload, Registration):
            account[event.seq] = event.payload
    out: dict[Tenancy, list[Record]] = {}
    for (source, subject), account in live.items():
        for _, registration in sorted(account.items()):
            key = (source, subject, registration.opened)
            out.setdefault(key, []).append(registration.record())
    return out


def frame(records: Sequence[Record]) -> pd.DataFrame:
    """Return records as a frame with one column a field."""
    return pd.DataFrame(
        {f: pd.Series([getattr(r, f) for r in records], dtype=object) for f in FIELDS}
    )


def _events(world: World) -> Iterator[Event]:
    codec = Codec(kinds_of(world.sources), key=b"")
    for delivery in world.deliveries():
        if not isinstance(delivery, Marker) and delivery.topic.startswith("events."):
            event = codec.decode(delivery.value)
            if isinstance(event, Event):
                yield event


def _silence(_: Hour) -> Iterator[Batch]:
    return iter(())
