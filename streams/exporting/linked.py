"""The links of a run and the points that they brought, as tables, from identify's cells."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from linkage.privacy.histogram import DOUBT
from streams.events import HOUR
from streams.risk.accounts import Used, is_linked, used
from streams.stages.tenancy import Tenancy, doubt_of
from streams.store.protocol import Store

LINKS = (
    *("source", "account", "start", "status", "person", "probability"),
    *("weight", "runner_up", "margin", "by_verdict"),
)
POINTS = ("person", "source", "account", "start", "hour", "place", "probability")


class Linked(NamedTuple):
    """`links`: a row for each registered tenancy. `points`: one for each usage of a linked one."""

    links: pa.Table
    points: pa.Table


def linked(store: Store, sources: tuple[str, ...]) -> Linked:
    """Return what a run has linked, in an order that does not depend on its partitions.

    `probability` is that of the link, as it reaches the class histograms: missing where nobody was
    linked or put forward, and 1 by a clerk's word. `start` is the time (ms) that the registration
    says the account was opened, `hour` the hour of the stream.
    """
    found = sorted(used(store, _stands), key=lambda one: (sources.index(one.name[0]), *one.name))
    return Linked(_links(found, sources), _points(list(filter(_has_holder, found)), sources))


def _stands(tenancy: Tenancy) -> bool:
    return tenancy.status != "retracted"


def _has_holder(one: Used) -> bool:
    return is_linked(one.tenancy)


def probability(tenancy: Tenancy) -> float:
    """Return the chance that a link is right, from the doubt that the run reckons with."""
    return float(2.0 ** (-doubt_of(tenancy) / 2.0**DOUBT))


def _links(found: Sequence[Used], sources: tuple[str, ...]) -> pa.Table:
    rows = [
        (
            one.name[1],
            one.name[2],
            t.status,
            t.person,
            None if t.person is None else probability(t),
            t.weight,
            t.runner_up,
            None if t.runner_up is None else t.margin,
            bool(t.verdicts),
        )
        for one in found
        for t in (one.tenancy,)
    ]
    numbers, real = pa.int64(), pa.float64()
    types = (
        *(pa.string(), numbers, pa.string(), numbers, real),
        *(real, numbers, real, pa.bool_()),
    )
    columns = zip(*rows, strict=True) if rows else [()] * len(types)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    return pa.table([_coded(found, sources), *arrays], names=list(LINKS))


def _points(found: Sequence[Used], sources: tuple[str, ...]) -> pa.Table:
    each = np.array([len(one.usage) for one in found], dtype=np.int64)
    owner = np.repeat(np.arange(len(found)), each)
    usage = [entry for one in found for entry in one.usage]
    hour = np.array([entry.time // HOUR for entry in usage], dtype=np.int64)
    place = np.array([entry.place for entry in usage], dtype=np.int64)
    person = np.array([one.tenancy.person for one in found], dtype=np.int64)[owner]
    order = np.lexsort((place, owner, hour, person))  # owners are sorted by source and account
    owner = owner[order]

    def of_owner(values: Sequence[Any]) -> pa.Array:
        return pa.array(values).take(pa.array(owner)) if len(values) else pa.nulls(0, pa.string())

    columns: dict[str, Any] = {
        "person": pa.array(person[order]),
        "source": _coded(found, sources).take(pa.array(owner)),
        "account": of_owner([one.name[1] for one in found]),
        "start": of_owner([one.name[2] for one in found]).cast(pa.int64()),
        "hour": pa.array(hour[order]),
        "place": pa.array(place[order]),
        "probability": of_owner([probability(one.tenancy) for one in found]).cast(pa.float64()),
    }
    return pa.table(columns)


def _coded(found: Sequence[Used], sources: tuple[str, ...]) -> pa.DictionaryArray:
    """Return the source of each tenancy; the dictionary knows those without any, too."""
    codes = np.array([sources.index(one.name[0]) for one in found], dtype=np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(list(sources), pa.string()))
