"""What was decided of every tenancy: by a linker on a stream's registrations, or by a run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

import msgspec

from linkage.decision import Decision
from linkage.linker import Linker
from linkage.records import Record
from streams.delivery import Delivery
from streams.events import Codec, Event, Marker, Registration, Rejected
from streams.quality.truth_columns import Key
from streams.stages.tenancy import Account, Entry, Status, Tenancy, arrange, entry_of
from streams.store.protocol import Store

Groups = dict[Key, list[Record]]
BATCH = 1000


class Answer(NamedTuple):
    """What was decided of a tenancy; `rival` is the runner-up's weight, None without one."""

    status: Status
    person: int | None
    weight: float
    rival: float | None


def registrations_of(items: Iterable[Delivery | Marker], codec: Codec) -> Groups:
    """Return the registrations of each tenancy that stand in the end of a stream.

    Corrected, retracted and repeated ones are dealt with as the pipeline does; what its gate
    refuses is left out.
    """
    entries: dict[tuple[str, str], dict[int, Entry]] = {}
    for event in _events(items, codec):
        if event.op == "retract" or isinstance(event.payload, Registration):
            account = entries.setdefault((event.source, event.subject), {})
            account.setdefault(event.seq, entry_of(event))
    return {
        (source, subject, start): records
        for (source, subject), account in entries.items()
        for start, records in sorted(arrange(account).records.items())
    }


def decided(linker: Linker, groups: Mapping[Key, Sequence[Record]]) -> dict[Key, Answer]:
    """Return what a linker decides of each tenancy."""
    keys, out = list(groups), dict[Key, Answer]()
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        for key, decision in zip(some, linker.identify([groups[k] for k in some]), strict=True):
            out[key] = _answer(_STATUS[decision.status], decision)
    return out


def answers_of(store: Store) -> tuple[dict[Key, Answer], Groups]:
    """Return what a run decided, from the cells of its store, and the registrations it stood on."""
    answers: dict[Key, Answer] = {}
    groups: Groups = {}
    for task in store.tasks():
        stage, _, rest = task.partition("/")
        if stage == "identify":
            source = rest.split("/")[0].removeprefix("events.")
            entries = _entries(store, task)
            for raw, value in store.peek(task, "accounts"):
                subject = msgspec.msgpack.decode(raw, type=str)
                account = msgspec.msgpack.decode(value, type=Account)
                records = arrange(entries.get(subject, {}), account.expired).records
                for tenancy in account.tenancies:
                    if tenancy.start in records:
                        key = (source, subject, tenancy.start)
                        groups[key] = records[tenancy.start]
                        answers[key] = _answer(tenancy.status, tenancy)
    return answers, groups


_STATUS: dict[str, Status] = {"link": "linked", "review": "review", "non-link": "unlinked"}


def _answer(status: Status, said: Decision | Tenancy) -> Answer:
    rival = None if said.runner_up is None else said.weight - said.margin
    return Answer(status, said.person, said.weight, rival)


def _events(items: Iterable[Delivery | Marker], codec: Codec) -> Iterator[Event]:
    for item in items:
        if isinstance(item, Delivery) and item.topic.startswith("events."):
            with suppress(Rejected):
                event = codec.decode(item.value)
                if isinstance(event, Event):
                    yield event


def _entries(store: Store, task: str) -> dict[str, dict[int, Entry]]:
    """Return the registrations and retractions of each account by seq."""
    found: dict[str, dict[int, Entry]] = {}
    for raw, value in store.peek(task, "entries"):
        subject, seq = msgspec.msgpack.decode(raw, type=tuple[str, int])
        entry = msgspec.msgpack.decode(value, type=Entry)
        if entry.record is not None or entry.op == "retract":
            found.setdefault(subject, {})[seq] = entry
    return found
