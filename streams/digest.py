"""One number over every link, verdict, outcome, class histogram, charge and true count of a run.

Each item is hashed by itself and the hashes are added modulo 2^128: the number does not depend on
partitions, on the order of anything, or on which runner it was. Noise is never in it.
"""

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import msgspec

from linkage.privacy.budget.exposure import Purpose
from linkage.privacy.budget.ledger import Entry
from linkage.privacy.budget.members import unpacked
from streams.columns import unpack
from streams.messages import OUTCOMES
from streams.stages.measure import histogram_of
from streams.stages.tenancy import Account, Filed
from streams.store.protocol import Store
from streams.views import views_of

_MODULUS = 2**128


def digest_of(store: Store, sources: tuple[str, ...], purposes: tuple[Purpose, ...]) -> str:
    """Return the digest of what the cells of a store hold, 32 hex digits.

    Safe while workers run; it is only meaningful when they are at rest.
    """
    total = 0
    outcomes: Counter[tuple[str, str]] = Counter()
    for task in store.tasks():
        stage = task.split("/", maxsplit=1)[0]
        if stage == "identify":
            outcomes.update(_outcomes(store, task))
        if stage == "measure":
            said = (_decode(value, bytes) for _, value in store.peek(task, "said"))
            views = views_of(sources, purposes)
            total += _hash("classes", histogram_of(said, views, sources).digest())
        elif stage in _ITEMS:
            total += sum(_hash(stage, *item) for item in _ITEMS[stage](store, task))
    total += sum(_hash("outcome", *item) for item in outcomes.items())
    return f"{total % _MODULUS:032x}"


def _outcomes(store: Store, task: str) -> dict[tuple[str, str], int]:
    source = task.split("/")[1]
    totals = ((_decode(k, str), _decode(v, int)) for k, v in store.peek(task, "totals"))
    return {(source, name): count for name, count in totals if name in OUTCOMES and count}


def _links(store: Store, task: str) -> Iterator[tuple[object, ...]]:
    source = task.split("/")[1]
    for key, value in store.peek(task, "accounts"):
        subject = _decode(key, str)
        for t in _decode(value, Account).tenancies:
            if t.status != "retracted":
                said = (t.verdicts,) if t.verdicts else ()
                yield source, subject, t.start, t.status, t.person, round(t.weight, 6), *said
    for key, value in store.peek(task, "verdicts"):
        for start, verdict in _decode(value, Filed):
            yield source, _decode(key, str), start, "verdict", verdict.id


def _exposures(store: Store, task: str) -> Iterator[tuple[object, ...]]:
    for key, value in store.peek(task, "charges"):
        purpose, block = _decode(key, tuple[str, int])
        rows = unpack(_decode(value, bytes))
        columns = (rows[name].tolist() for name in ("person", "ident", "granted"))
        for person, ident, granted in zip(*columns, strict=True):
            yield purpose, block, person, ident, granted


def _answers(store: Store, task: str) -> Iterator[tuple[object, ...]]:
    for _, value in store.peek(task, "ledger"):
        entry = _decode(value, Entry)
        people = unpacked(entry.members).tolist()
        yield entry.request, entry.kind, entry.charge, entry.nano_rho, people, entry.truth


_ITEMS = {"identify": _links, "join": _exposures, "release": _answers}


def _decode(data: bytes, kind: object) -> Any:
    return msgspec.msgpack.decode(data, type=kind)


def _hash(*item: object) -> int:
    return int.from_bytes(blake2b(repr(item).encode(), digest_size=16).digest(), "little")
