"""The mapped columns as fields: read, judged, and every value replaced."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from streams.importing.canonical import canonical_of
from streams.importing.faults import Fault, Unfit, shape
from streams.importing.mapping import ImportMap
from streams.importing.replacements import SEPARATOR, assigner_of, domain_of
from streams.importing.table import Cells, Table


@dataclass(frozen=True)
class Replaced:
    """Replaced values by field and row, and by kind of thing how many did not get their first."""

    columns: dict[str, Cells]
    moved: dict[str, int]

    def record(self, row: int) -> dict[str, str | None]:
        """Return one row by field."""
        return {field: cells[row] for field, cells in self.columns.items()}


def read_fields(table: Table, wanted: ImportMap) -> tuple[dict[str, Cells], list[Fault]]:
    """Return the canonical values by field, an unfit one as missing, and the faults."""
    columns: dict[str, Cells] = {}
    faults: list[Fault] = []
    for field in wanted.fields:
        read, parts = canonical_of(wanted, field), []
        for column in wanted.columns_of(field):
            cells, unfit = _read(table.columns[column], read, field, column)
            parts.append(cells)
            faults += unfit
        columns[field] = parts[0] if len(parts) == 1 else _joined(parts)
    return columns, faults


def replace_fields(
    columns: Mapping[str, Cells], wanted: ImportMap, secret: bytes, rows: Collection[int]
) -> Replaced:
    """Return the values of these rows replaced, one to one; other rows' are missing."""
    there: dict[str, dict[str, None]] = {}
    for field, cells in columns.items():
        found = there.setdefault(domain_of(field), {})
        for row in rows:
            value = cells[row]
            if value is not None:
                found[value] = None
    given = {
        domain: assigner_of(wanted, domain)(secret, values) for domain, values in there.items()
    }
    out: dict[str, Cells] = {}
    for field, cells in columns.items():
        of = given[domain_of(field)].of
        # A value that only rows left out have is in no replacement, and so missing.
        out[field] = [None if value is None else of.get(value) for value in cells]
    return Replaced(out, {domain: one.moved for domain, one in given.items() if one.moved})


def _read(
    cells: Cells, read: Callable[[str], str], field: str, column: str
) -> tuple[Cells, list[Fault]]:
    known: dict[str, str | Unfit] = {}
    out: Cells = []
    faults: list[Fault] = []
    for row, text in enumerate(cells, 1):
        if text is None:
            out.append(None)
            continue
        if text not in known:
            known[text] = _tried(read, text)
        value = known[text]
        if isinstance(value, Unfit):
            faults.append(Fault(row, field, column, shape(text), str(value)))
        out.append(None if isinstance(value, Unfit) else value)
    return out, faults


def _tried(read: Callable[[str], str], text: str) -> str | Unfit:
    try:
        return read(text)
    except Unfit as unfit:
        return unfit


def _joined(parts: list[Cells]) -> Cells:
    """Return the parts as one; a part that is missing leaves nothing that could be compared."""
    return [
        None if None in row else SEPARATOR.join(p for p in row if p is not None)
        for row in zip(*parts, strict=True)
    ]
