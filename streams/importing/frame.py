"""From a table to a recorded stream: the registry first, then every registration at its time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import msgspec

from linkage.records import Record
from streams.events import HOUR, Codec, Event, Marker, Registration, encode_marker
from streams.gate import Gate
from streams.importing.accounts import Opened, open_rows
from streams.importing.faults import Fault, refuse
from streams.importing.fields import Replaced, read_fields, replace_fields
from streams.importing.keyed import digest, secret_of
from streams.importing.mapping import ImportMap, check_columns, load_map
from streams.importing.people import Roles, openings, roles
from streams.importing.table import read_table
from streams.messages import RegistryEntry
from streams.recording import Contents, Overwrite, Recorder, RecordingManifest
from streams.scenario import default_sources
from streams.source import Source, kinds_of
from streams.synthetic.identifiers import make_delivery
from streams.synthetic.truth import Stratum, Tenancy, Truth

CLOSING = 3
"""Blocks after the last hour, as in a world: by then all is settled."""
AT_ONCE = 4096
"""Lines that are written at once."""
Unfit = Literal["stop", "rows", "values"]


@dataclass(frozen=True)
class Frame:
    """A table, ready to be streamed: who is who, when, and with which replaced values."""

    source: Source
    secret: bytes
    accounts: Opened
    roles: Roles
    opened: dict[int, int]
    days: int
    values: Replaced
    left_out: Counter[str]

    def lines(self, counts: Counter[str]) -> Iterator[bytes]:
        """Yield every message as it is recorded, and count them by topic and by kind."""
        codec = Codec(kinds_of({self.source.name: self.source}), key=b"")
        gate = Gate(codec)
        for row, person in self.roles.registry.items():
            entry = RegistryEntry(person=person, record=Record(**self.values.record(row)))
            counts["registry"] += 1
            yield gate.check("registry", msgspec.json.encode(entry))
        yield encode_marker(Marker(marker=-1))
        due = sorted(self.opened, key=lambda row: (self.opened[row], row))
        last, place = 24 * self.days + CLOSING - 1, 0
        for block in range(last + 1):
            while place < len(due) and self.opened[due[place]] < (block + 1) * HOUR:
                counts[self.source.topic] += 1
                counts[f"{self.source.name}/{self.source.emit.registers}"] += 1
                yield gate.check(self.source.topic, codec.encode(self.event(due[place])))
                place += 1
            yield encode_marker(Marker(marker=block, last=block == last))

    def event(self, row: int) -> Event:
        """Return the registration that a row is."""
        emit, time = self.source.emit, self.opened[row]
        kind = cast(type[Registration], self.source.kinds[emit.registers])
        form = {"opened": time, **self.values.record(row), **self.accounts.extra(row)}
        return Event(
            kind=emit.registers,
            id=make_delivery(digest(self.secret, "delivery", str(row)) % 2**64),
            source=self.source.name,
            subject=self.accounts.subjects[row],
            seq=0,
            time=time,
            ingest=time,
            payload=msgspec.convert(form, kind),
        )

    def truth(self) -> Truth | None:
        """Return who holds which account, or None when the table does not say."""
        whose = {row: person for row, person in self.roles.accounts.items() if person is not None}
        if len(whose) < len(self.roles.accounts):
            return None
        numbers = self.values.columns.get("id_number")
        owners = {} if numbers is None else _owners(numbers, self.roles)
        tenancies = []
        for row, person in whose.items():
            number = None if numbers is None else numbers[row]
            claimed = None if number is None else owners.get(number)
            tenancies.append(
                Tenancy(
                    source=self.source.name,
                    account=self.accounts.subjects[row],
                    start=self.opened[row],
                    described=person,
                    holder=person,
                    stratum=_stratum(number, claimed, person),
                    claimed=claimed,
                )
            )
        everybody = range(1, self.roles.people + 1)
        missing = sorted(set(everybody) - set(self.roles.registry.values()))
        return Truth(
            seed=0,
            people=self.roles.people,
            days=self.days,
            tenancies=tuple(tenancies),
            unregistered=tuple(missing),
        )


def import_frame(
    path: Path, map_path: Path, out: Path, key: str, unfit: Unfit, overwrite: Overwrite
) -> RecordingManifest:
    """Record a table as a stream; return its manifest.

    `unfit` says what becomes of values that cannot be replaced: `stop` raises FrameError with the
    first ones, `rows` leaves their rows out, `values` takes them for missing. Nothing that the
    gate refuses is written.
    """
    sources = default_sources()
    wanted = load_map(map_path, sources)
    with Recorder(out, overwrite) as recorder:
        frame = make_frame(path, wanted, sources[wanted.source], secret_of(key), unfit)
        counts: Counter[str] = Counter(frame.left_out)
        waiting: list[bytes] = []
        for line in frame.lines(counts):
            waiting.append(line + b"\n")
            if len(waiting) == AT_ONCE:
                recorder.write(b"".join(waiting))
                waiting = []
        recorder.write(b"".join(waiting))
        return recorder.finish(_contents(frame, wanted, counts))


def make_frame(path: Path, wanted: ImportMap, source: Source, secret: bytes, unfit: Unfit) -> Frame:
    """Read a table, judge every value, and replace it."""
    table = read_table(path, wanted.missing)
    check_columns(wanted, table.columns)
    columns, faults = read_fields(table, wanted)
    out = {fault.row - 1 for fault in faults} if unfit == "rows" else set()
    who, strangers = roles(table, wanted)
    rows = [row for row in who.accounts if row not in out]
    opened, days, undated = openings(table, wanted, rows)
    faults += strangers + undated
    if faults and unfit == "stop":
        raise refuse(faults)
    registry = {row: person for row, person in who.registry.items() if row not in out}
    accounts = {row: who.accounts[row] for row in rows if row in opened}
    kept = Roles(registry, accounts, who.people)
    return Frame(
        source=source,
        secret=secret,
        accounts=open_rows(source, table.rows),
        roles=kept,
        opened=opened,
        days=days,
        values=replace_fields(columns, wanted, secret, [*registry, *accounts]),
        left_out=_left_out(faults, table.rows, kept),
    )


def _left_out(faults: list[Fault], rows: int, kept: Roles) -> Counter[str]:
    found = Counter(f"unfit/{fault.field}" for fault in faults)
    found["left out/rows"] = rows - len(kept.registry) - len(kept.accounts)
    return +found


def _contents(frame: Frame, wanted: ImportMap, counts: Counter[str]) -> Contents:
    # Neither the map's text nor the key: both may hold values of the table.
    config = {
        "import": wanted.source,
        "fields": sorted(wanted.fields),
        "names": wanted.names,
        "births": wanted.births,
        "people": frame.roles.people,
        "days": frame.days,
    }
    moved = {f"second choice/{domain}": count for domain, count in frame.values.moved.items()}
    return Contents(
        people=frame.roles.people,
        days=frame.days,
        seed=0,
        config=config,
        counts={**counts, **moved},
        truth=frame.truth(),
    )


def _owners(numbers: list[str | None], roles: Roles) -> dict[str, int]:
    """Return whose a registered ID number is; one that two people have is nobody's."""
    found: dict[str, int] = {}
    twice: set[str] = set()
    for row, person in roles.registry.items():
        number = numbers[row]
        if number is not None and found.setdefault(number, person) != person:
            twice.add(number)
    return {number: person for number, person in found.items() if number not in twice}


def _stratum(number: str | None, claimed: int | None, person: int) -> Stratum:
    if number is None:
        return "missing"
    if claimed is None:
        return "mistyped"
    return "ok" if claimed == person else "borrowed"
