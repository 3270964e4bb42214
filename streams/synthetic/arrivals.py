"""From what was said to what arrives: delays, copies, delivery ids, and the order of arrival."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from streams.events import HOUR
from streams.synthetic.activity import Said
from streams.synthetic.branch import Branch
from streams.synthetic.chance import Dice, Ints
from streams.synthetic.disorder import Outage
from streams.synthetic.wire import Lines, write_events

SCHEMA = pa.schema(
    [
        ("ingest", pa.int64()),
        ("topic", pa.dictionary(pa.int8(), pa.string())),
        ("key", pa.string()),
        ("value", pa.string()),
        ("seq", pa.int64()),
        ("person", pa.int64()),
    ]
)
"""Messages by the column: when they arrive (ms), topic, key, value; seq and who it really was.

`person` is a person's number, 0 in messages of no event. The last two are the truth's, and go no
further than the world.
"""
NOTHING = SCHEMA.empty_table()


def arrivals(branch: Branch, said: Said, outages: list[Outage], last: int) -> pa.Table:
    """Return the messages that these events become, unsorted; none arrives after `last` (ms)."""
    rows, disorder = said.rows, branch.disorder
    ingest = rows.issued + disorder.lags(said.word)
    if rows.kind == branch.registers:
        ingest += disorder.filing(said.word)
    ingest = disorder.held_back(ingest, said.word, outages)
    twice, same, after = disorder.twice(said.word)
    again = np.where(same, said.word[twice], said.word[twice] ^ np.uint64(1))
    ingest = np.minimum(np.concatenate([ingest, ingest[twice] + after]), last)
    at = np.concatenate([np.arange(len(rows)), twice])
    return _written(branch, said, at, np.concatenate([said.word, again]), ingest)


def _written(branch: Branch, said: Said, at: Ints, word: Dice, ingest: Ints) -> pa.Table:
    rows = said.rows
    subject = branch.subjects.take(pa.array(rows.tenancy[at]))
    lines = Lines(
        kind=rows.kind,
        source=branch.source.name,
        op=rows.op,
        word=word,
        subject=subject,
        seq=said.seq[at],
        time=rows.time[at],
        ingest=ingest,
        ref=None if rows.ref is None else rows.ref[at],
    )
    places, columns = pa.array(at), None
    if rows.columns is not None:
        columns = {name: column.take(places) for name, column in rows.columns.items()}
    value = write_events(lines, branch.source.kinds[rows.kind], columns)
    topic = _constant(branch.source.topic, len(at))
    table = [ingest, topic, subject, value, lines.seq, rows.actor[at] + 1]
    return pa.table([pa.array(c) if isinstance(c, np.ndarray) else c for c in table], SCHEMA)


def _constant(word: str, n: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, dtype=np.int8)), [word])


def in_order(tables: Sequence[pa.Table]) -> pa.Table:
    """Return the messages of all tables by time of arrival; ties stay in the order given."""
    together = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    order = np.argsort(together["ingest"].to_numpy(), kind="stable")
    return together.take(pa.array(order))


def split(table: pa.Table, time: int) -> tuple[pa.Table, pa.Table]:
    """Return what of an ordered table arrives before `time`, and the rest."""
    cut = int(np.searchsorted(table["ingest"].to_numpy(), time))
    return table.slice(0, cut), table.slice(cut)
