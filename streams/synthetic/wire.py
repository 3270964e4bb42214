"""The wire form of events by the column: what Codec.encode writes, byte for byte, at once for many.

All strings of an event are ASCII of closed patterns that need no JSON escape; a test decodes what
is written here and encodes it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.records import FIELDS
from streams.events import VERSION, Op, Payload
from streams.synthetic.chance import Dice, Ints
from streams.synthetic.emission import Columns
from streams.synthetic.strings import join, text

_HEX = np.array([f"{n:02x}".encode() for n in range(256)], dtype="S2").view(np.uint16)


@dataclass(frozen=True)
class Lines:
    """The envelopes of events of one kind and op, as columns; `ref` only if op is not create."""

    kind: str
    source: str
    op: Op
    word: Dice
    subject: pa.StringArray
    seq: Ints
    time: Ints
    ingest: Ints
    ref: Ints | None


def write_events(lines: Lines, payload: type[Payload], columns: Columns | None) -> pa.StringArray:
    """Return the events as JSON objects; without columns the payload is null."""
    ref = "null" if lines.ref is None else text(lines.ref)
    head = (
        *(f'{{"v":{VERSION},"kind":"{lines.kind}","id":"d', _hex(lines.word)),
        *(f'","source":"{lines.source}","subject":"', lines.subject),
        *('","seq":', text(lines.seq), ',"time":', text(lines.time)),
        *(',"ingest":', text(lines.ingest), f',"op":"{lines.op}","ref":', ref),
    )
    if columns is None:
        return join(*head, ',"payload":null}')
    fields = [f.encode_name for f in msgspec.structs.fields(payload)]
    unknown = set(columns) - set(fields)
    if unknown:
        raise ValueError(f"{lines.kind} has no field {', '.join(sorted(unknown))}")
    body: list[pa.Array | str] = []
    for place, field in enumerate(fields):
        body += [f'{"," if place else ""}"{field}":', *_value(columns.get(field))]
    return join(*head, ',"payload":{', *body, "}}")


def write_entries(person: Ints, record: Mapping[str, pa.StringArray]) -> pa.StringArray:
    """Return registry entries as JSON objects; what is missing is left out, as Record's rule is."""
    fields = [pc.coalesce(join(f',"{field}":"', record[field], '"'), "") for field in FIELDS[1:]]
    head = ('{"person":', text(person), f',"record":{{"{FIELDS[0]}":"', record[FIELDS[0]], '"')
    return join(*head, *fields, "}}")


def _value(column: pa.Array | None) -> tuple[pa.Array | str, ...]:
    """Return the parts that write a column: quoted if it holds strings, null where it is null."""
    if column is None:
        return ("null",)
    if pa.types.is_integer(column.type):
        return (text(column),)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary.take(column.indices)
    if column.null_count:
        return (pc.coalesce(join('"', column, '"'), "null"),)
    return ('"', column, '"')


def _hex(words: Dice) -> pa.StringArray:
    digits = _HEX[words.byteswap().view(np.uint8)]
    fixed = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(16), len(words), [None, pa.py_buffer(digits)]
    )
    return fixed.cast(pa.binary()).cast(pa.string())
