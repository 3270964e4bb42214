"""Whose row is it, which rows are verified, and when was the rest opened?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from streams.events import HOUR
from streams.importing.faults import Fault, FrameError, shape
from streams.importing.mapping import ImportMap
from streams.importing.table import Table
from streams.synthetic.life import EPOCH_DAYS

DAY = 24 * HOUR


@dataclass(frozen=True)
class Roles:
    """What each row is, by its place in the table; a row that is in neither is left out.

    `registry` is the person of each verified row and `accounts` of each registration: numbers
    from 1 in order of the registry's rows, then of those who are not in it; None when the table
    does not say.
    """

    registry: dict[int, int]
    accounts: dict[int, int | None]
    people: int


def roles(table: Table, wanted: ImportMap) -> tuple[Roles, list[Fault]]:
    """Return what each row is, and the rows of which that cannot be said."""
    rows = range(table.rows)
    entity = None if wanted.entity is None else table.columns[wanted.entity]
    verified, faults = _verified(table, wanted, entity)
    if not verified:
        raise FrameError("--map: [registry] equals: no row is a verified one")
    if entity is None:
        persons = {row: person for person, row in enumerate(verified, 1)}
        accounts: dict[int, int | None] = {row: None for row in rows if row not in persons}
        return Roles(persons, accounts, len(persons)), faults
    out = {fault.row - 1 for fault in faults}
    number = {entity[row]: person for person, row in enumerate(verified, 1)}
    for row in rows:
        if row not in out:
            number.setdefault(entity[row], len(number) + 1)
    persons = {row: number[entity[row]] for row in verified}
    known = {r: number[entity[r]] for r in rows if r not in out and r not in persons}
    return Roles(persons, dict(known), len(number)), faults


def openings(
    table: Table, wanted: ImportMap, rows: Sequence[int]
) -> tuple[dict[int, int], int, list[Fault]]:
    """Return when each row was opened (ms since the stream began), the days, and the faults.

    With a column the first one opens the stream and the others keep their distance to it; without,
    they are spread evenly over the days, in their order.
    """
    if wanted.opened is None:
        step = wanted.days * DAY / max(len(rows), 1)
        return {row: int(i * step) for i, row in enumerate(rows)}, wanted.days, []
    column, faults, at = table.columns[wanted.opened], [], {}
    for row in rows:
        moment = _moment(column[row])
        if moment is None:
            told = shape(column[row])
            faults.append(
                Fault(row + 1, "opened", wanted.opened, told, "allowed: ISO 8601 date or time")
            )
        else:
            at[row] = moment
    first = min(at.values(), default=0)
    days = max(at.values(), default=0) - first
    days = days // DAY + 1
    if days > EPOCH_DAYS:
        raise FrameError(
            f"--map: opened: the rows span {days:,} days; a stream has at most {EPOCH_DAYS}, so "
            "leave the column out or import a part of the table"
        )
    return {row: moment - first for row, moment in at.items()}, days, faults


def _verified(
    table: Table, wanted: ImportMap, entity: Sequence[str | None] | None
) -> tuple[list[int], list[Fault]]:
    """Return the verified rows, and what is wrong with rows' entities."""
    chosen = list(range(table.rows))
    if wanted.registry is not None:
        says, equals = table.columns[wanted.registry.column], wanted.registry.equals
        chosen = [row for row in chosen if says[row] == equals]
    if entity is None:
        return chosen, []
    assert wanted.entity is not None
    faults = [
        Fault(row + 1, "entity", wanted.entity, shape(None), "every row says whose it is")
        for row in range(table.rows)
        if entity[row] is None
    ]
    seen: dict[str, int] = {}
    for row in chosen:
        name = entity[row]
        if name is not None and seen.setdefault(name, row) != row and wanted.registry is not None:
            allowed = "allowed: one verified row for each entity"
            faults.append(Fault(row + 1, "entity", wanted.entity, shape(name), allowed))
    return list(seen.values()), faults


def _moment(text: str | None) -> int | None:
    """Return milliseconds since 1970; times without a zone are taken as UTC."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)
