"""A table as text, column by column, from CSV, JSON lines or Parquet, by the name of its file."""

import csv
import gzip
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import msgspec
import pyarrow as pa
from pyarrow import parquet

from streams.importing.faults import FrameError

Cells = list[str | None]
_object = msgspec.json.Decoder(dict[str, str | int | float | bool | None]).decode


@dataclass(frozen=True)
class Table:
    """Columns of equal length by name; None is a missing value."""

    columns: dict[str, Cells]
    rows: int


def read_table(path: Path, missing: Collection[str] = ("",)) -> Table:
    """Return the table in a file; what says `missing`, blanks cut off, is a missing value.

    Raises FrameError for a file that is not there, of another kind, or damaged.
    """
    reader = next((r for suffix, r in _READERS.items() if path.name.endswith(suffix)), None)
    if reader is None:
        allowed = ", ".join(_READERS)
        raise FrameError(f"FRAME: {path} is of no known kind; allowed endings: {allowed}")
    try:
        columns = reader(path)
    except FileNotFoundError:
        raise FrameError(f"FRAME: there is no file {path}") from None
    except UnicodeDecodeError:
        raise FrameError(f"FRAME: {path} is not UTF-8; save it as UTF-8") from None
    except (OSError, EOFError, csv.Error, pa.ArrowException) as error:
        detail = str(error).splitlines()[0]
        raise FrameError(f"FRAME: {path} cannot be read: {detail}") from None
    rows = len(next(iter(columns.values()), ()))
    if not rows:
        raise FrameError(f"FRAME: {path} has no rows; a header and at least one row are needed")
    absent = frozenset(missing)
    return Table({name: [_text(v, absent) for v in cells] for name, cells in columns.items()}, rows)


def _text(value: object, absent: frozenset[str]) -> str | None:
    if value is None or value != value:  # noqa: PLR0124 - only NaN is not itself
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a column of whole numbers with gaps, as pandas keeps it
    text = (value.isoformat() if isinstance(value, date | datetime) else str(value)).strip()
    return None if text in absent else text


def _csv(path: Path) -> dict[str, list[object]]:
    opened = gzip.open if path.name.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file, strict=True)
        header = next(lines, [])
        if len(set(header)) < len(header):
            raise FrameError(f"FRAME: {path}: two columns have the same name")
        rows: list[list[str]] = []
        for row in lines:
            if row and len(row) != len(header):
                found = f"line {lines.line_num} has {len(row)} values"
                raise FrameError(f"FRAME: {path}: {found}, the header names {len(header)}")
            if row:
                rows.append(row)
    return _turned(header, rows)


def _json_lines(path: Path) -> dict[str, list[object]]:
    opened = gzip.open if path.name.endswith(".gz") else open
    found: list[dict[str, str | int | float | bool | None]] = []
    with opened(path, "rb") as file:
        for number, line in enumerate(file, 1):
            try:
                found.append(_object(line))
            except (msgspec.DecodeError, UnicodeDecodeError):
                what = "is no JSON object of texts and numbers"
                raise FrameError(f"FRAME: {path}: line {number} {what}") from None
    header = list(dict.fromkeys(name for row in found for name in row))
    return _turned(header, [[row.get(name) for name in header] for row in found])


def _parquet(path: Path) -> dict[str, list[object]]:
    table = parquet.read_table(path)
    for column in table.schema:
        if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
            raise FrameError(f"FRAME: {path}: column {column.name} holds {column.type}, not values")
    return {name: table.column(name).to_pylist() for name in table.column_names}


def _turned(header: Sequence[str], rows: Iterable[Sequence[object]]) -> dict[str, list[object]]:
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    return {name: list(cells) for name, cells in zip(header, columns, strict=True)}


_READERS: dict[str, Callable[[Path], dict[str, list[object]]]] = {
    ".csv": _csv,
    ".csv.gz": _csv,
    ".jsonl": _json_lines,
    ".jsonl.gz": _json_lines,
    ".parquet": _parquet,
}
