"""The map: which column of a table is which field, in TOML, and everything it may say."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from linkage.records import FIELDS
from streams.importing.faults import FrameError
from streams.source import Source
from streams.synthetic.life import EPOCH_DAYS

PARTS = ("area", "street", "house")
Naming = Literal["whole", "letters"]
Dating = Literal["whole", "parts"]
Order = Literal["ymd", "dmy", "mdy"]


class RegistryRows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which rows are the verified ones: those where `column` says `equals`."""

    column: str
    equals: str


class ImportMap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a table's columns are and how its values are replaced; see docs/import.md."""

    source: str
    fields: dict[str, str | list[str]]
    entity: str | None = None
    registry: RegistryRows | None = None
    opened: str | None = None
    days: int = 1
    names: Naming = "whole"
    births: Dating = "whole"
    dates: Order = "ymd"
    missing: tuple[str, ...] = ("",)
    ignore: tuple[str, ...] = ()

    def columns_of(self, field: str) -> tuple[str, ...]:
        """Return the columns that a field is made of; none when it is not mapped."""
        named = self.fields.get(field, [])
        return (named,) if isinstance(named, str) else tuple(named)

    def columns(self) -> Iterator[tuple[str, str]]:
        """Yield every mapped column with what it is for."""
        for field in self.fields:
            yield from ((column, f"fields.{field}") for column in self.columns_of(field))
        if self.entity is not None:
            yield self.entity, "entity"
        if self.registry is not None:
            yield self.registry.column, "registry.column"
        if self.opened is not None:
            yield self.opened, "opened"


def load_map(path: Path, sources: dict[str, Source]) -> ImportMap:
    """Return the map in a file; FrameError names what is wrong in it and what is allowed."""
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=ImportMap)
    except FileNotFoundError:
        raise FrameError(f"--map: there is no file {path}") from None
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise FrameError(f"--map: {path}: {error}") from None
    for complaint in _complaints(found, sources):
        raise FrameError(f"--map: {path}: {complaint}")
    return found


def check_columns(wanted: ImportMap, there: Collection[str]) -> None:
    """Raise FrameError unless every column of the table is mapped or ignored, and the reverse."""
    mapped = dict(wanted.columns())
    if not any(column in there for column in mapped):
        # Perhaps there is no header: then the names are values, and are not repeated.
        raise FrameError("FRAME: none of the map's columns is in it; is its first line a header?")
    for column, use in [*mapped.items(), *((column, "ignore") for column in wanted.ignore)]:
        if column not in there:
            has = ", ".join(there)
            raise FrameError(f"--map: {use} names column {column!r}; the table has {has}")
    if slipped := [column for column in there if column not in (*mapped, *wanted.ignore)]:
        listed = ", ".join(repr(column) for column in slipped)
        raise FrameError(f"--map: columns {listed} are neither mapped nor listed in ignore = [...]")


def _complaints(found: ImportMap, sources: dict[str, Source]) -> Iterator[str]:
    if found.source not in sources:
        yield f"source: got {found.source!r}; allowed: {', '.join(sources)}"
    for field in found.fields:
        if field not in FIELDS:
            yield f"fields: got {field!r}; allowed: {', '.join(FIELDS)}"
        wanted = (1, len(PARTS)) if field == "address" else (1,)
        if len(found.columns_of(field)) not in wanted:
            counts = " or ".join(map(str, wanted))
            yield f"fields.{field}: got {len(found.columns_of(field))} columns; allowed: {counts}"
    if not found.fields:
        yield f"fields: none is mapped; allowed: {', '.join(FIELDS)}"
    if found.entity is None and found.registry is None:
        yield "neither entity nor [registry] says which rows are the verified people"
    if not 1 <= found.days <= EPOCH_DAYS:
        yield f"days: got {found.days}; allowed: whole numbers from 1 to {EPOCH_DAYS}"
    yield from _used_twice(found)


def _used_twice(found: ImportMap) -> Iterator[str]:
    used: dict[str, str] = {}
    for column, use in found.columns():
        if column in used:
            yield f"column {column!r} is both {used[column]} and {use}; each has one use"
        used[column] = use
    for column in found.ignore:
        if column in used:
            yield f"column {column!r} is both {used[column]} and ignored; each has one use"
