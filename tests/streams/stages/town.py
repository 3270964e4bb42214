"""A town small enough to know by heart: a namesake, a relative, a twin in all but the ID."""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from linkage.decision import Thresholds
from linkage.model import Model
from linkage.privacy.budget.policy import Policy
from linkage.records import Record
from linkage.verdict import Answer
from streams.events import HOUR, VERSION, Codec, Event, Payload
from streams.messages import RegistryEntry
from streams.plan import Plan
from streams.runners.registry_log import BlockRegistry, RegistryLog
from streams.source import kinds_of, load_sources
from streams.sources.phone import Cdr, SimRegistered
from streams.stages.measure import Attack
from streams.stages.work import News
from streams.synthetic.identifiers import (
    make_cell,
    make_id_number,
    make_imei,
    make_imsi,
    make_phone,
)
from streams.verdicts import ClerkVerdict, encode_verdict

SOURCES = {name: load_sources()[name] for name in ("phone", "bank", "internet")}
CODEC = Codec(kinds_of(SOURCES), key=b"test")
MODEL = Model.default()
CELLS = [make_cell(0, n) for n in range(1, 5)]
ACCOUNTS = [make_phone(n) for n in range(1, 4)]


def plan(partitions: int, horizon: int = 24) -> Plan:
    return Plan(
        sources=tuple(SOURCES.values()),
        partitions=partitions,
        policy=Policy.default(tuple(SOURCES)),
        attack=Attack(2, 2, 100, 7),
        model=MODEL,
        thresholds=Thresholds(),
        reject_key=b"test",
        cells=4,
        width=2,
        horizon=horizon,
    )


def person(surname: str, given: str, birth: str, sex: str, home: str, order: int) -> Record:
    digits = int(birth.replace("-", ""))
    return Record(
        id_number=make_id_number(17, digits, 2 * order + (sex == "M")),
        surname=surname,
        given=given,
        birth=birth,
        sex=sex,
        address=home,
        phone=make_phone(900 + order),
        mail=f"{given}{order}@example.com",
    )


PEOPLE = {
    1: person("wang", "fang", "1980-03-04", "F", "a1-s1-h1", 1),
    2: person("wang", "fang", "1991-11-23", "F", "a2-s7-h4", 2),  # a namesake of 1
    3: person("wang", "lei", "1978-09-30", "M", "a1-s1-h1", 3),  # lives with 1
    4: person("ouyang", "xiuying", "1966-01-17", "F", "a3-s2-h9", 4),
    5: person("ouyang", "xiuying", "1966-01-17", "F", "a3-s2-h9", 5),  # 4 but for ID and phone
}


class Desk:
    """The registry by blocks, as a worker has it."""

    def __init__(
        self, model: Model = MODEL, shadow: Model | None = None, cutover: int | None = None
    ) -> None:
        self.log = RegistryLog(1)
        self.registry = BlockRegistry(self.log, model, Thresholds(), shadow, cutover)

    def close(self, people: Sequence[int] = (), erased: Sequence[int] = ()) -> NDArray[np.uint64]:
        """End the registry's block with these entries; return the keys that were touched."""
        for number in people:
            entry = RegistryEntry(person=number, record=PEOPLE[number])
            self.log.take(0, msgspec.json.encode(entry))
        for number in erased:
            entry = RegistryEntry(person=number, record=None)
            self.log.take(0, msgspec.json.encode(entry))
        self.log.take(0, b'{"marker":%d,"last":false}' % (self.registry.block + 1))
        return self.registry.forward()


def registration(
    account: str, seq: int, opened: int, record: Record, ref: int | None = None
) -> Event:
    asked = ("id_number", "surname", "given", "birth", "sex", "address", "phone")
    payload = SimRegistered(
        opened=opened,
        imsi=make_imsi(seq),
        imei=make_imei(seq),
        **{field: getattr(record, field) for field in asked},
    )
    return event("sim_registered", account, seq, opened, payload, ref)


def usage(account: str, seq: int, time: int, cell: int = 0, ref: int | None = None) -> Event:
    return event("cdr", account, seq, time, Cdr(cell=CELLS[cell], seconds=60), ref)


def retraction(account: str, seq: int, ref: int, time: int, kind: str = "cdr") -> Event:
    return Event(
        kind=kind,
        id=f"d{seq:016x}",
        source="phone",
        subject=account,
        seq=seq,
        time=time,
        ingest=time,
        op="retract",
        ref=ref,
    )


def event(kind: str, account: str, seq: int, time: int, payload: Payload, ref: int | None) -> Event:
    return Event(
        kind=kind,
        id=f"d{seq:016x}",
        source="phone",
        subject=account,
        seq=seq,
        time=time,
        ingest=time,
        op="create" if ref is None else "correct",
        ref=ref,
        payload=payload,
    )


def verdict(
    account: str,
    start: int,
    person: int,
    answer: Answer = "link",
    minute: int = 0,
    clerk: int = 17,
) -> ClerkVerdict:
    return ClerkVerdict(
        verdict=answer,
        v=VERSION,
        source="phone",
        subject=account,
        start=start,
        person=person,
        reviewer=f"clerk-{clerk}",
        time=f"2026-11-24T10:{minute:02}:00.000Z",
    )


def wire(news: Sequence[News]) -> list[bytes]:
    return [
        encode_verdict(one) if isinstance(one, ClerkVerdict) else CODEC.encode(one) for one in news
    ]


def at(hour: float) -> int:
    return int(hour * HOUR)
