"""From what was said to what arrives: delays, copies, delivery ids, and the order of arrival."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from streams.synthetic.branch import Branch
from streams.synthetic.chance import Ints
from streams.synthetic.disorder import Outage
from streams.synthetic.rows import Said
from streams.synthetic.wire import Lines, write_events

SCHEMA = pa.schema(
    [
        ("order", pa.int64()),
        ("topic", pa.dictionary(pa.int8(), pa.string())),
        ("key", pa.string()),
        ("value", pa.string()),
        ("seq", pa.int64()),
        ("person", pa.int64()),
    ]
)
"""Messages by the column: place in the order of arrival, topic, key, value, seq, who it really was.

`order` is the time of arrival (ms) above bits of the event's word, so that two events that arrive
together come in an order that depends on nothing but themselves.

`person` is a person's number, 0 in messages of no event. The last two are the truth's, and go no
further than the world.
"""
_TIE = 29
NOTHING = SCHEMA.empty_table()


def arrivals(branch: Branch, said: Said, outages: list[Outage], last: int) -> list[pa.Table]:
    """Return the messages that these events become, unsorted; none arrives after `last` (ms).

    The second table holds the copies of events that are delivered twice.
    """
    rows, disorder = said.rows, branch.disorder
    ingest = rows.issued + disorder.lags(said.word)
    if rows.kind == branch.registers:
        ingest += disorder.filing(said.word)
    ingest = np.minimum(disorder.held_back(ingest, said.word, outages), last)
    twice, same, after = disorder.twice(said.word)
    word = said.word[twice]
    copies = Said(rows.take(twice), said.seq[twice], np.where(same, word, word ^ np.uint64(1)))
    again = np.minimum(ingest[twice] + after, last)
    return [_written(branch, said, ingest), _written(branch, copies, again)]


def _written(branch: Branch, said: Said, ingest: Ints) -> pa.Table:
    rows, source = said.rows, branch.source
    subject = branch.subjects.take(pa.array(rows.tenancy))
    lines = Lines(
        kind=rows.kind,
        source=source.name,
        op=rows.op,
        word=said.word,
        subject=subject,
        seq=said.seq,
        time=rows.time,
        ingest=ingest,
        ref=rows.ref,
    )
    value = write_events(lines, source.kinds[rows.kind], rows.columns)
    order = ingest << _TIE | (said.word >> np.uint64(64 - _TIE)).astype(np.int64)
    topic = coded_topic(branch.topics, branch.source.topic, len(rows))
    numbers = pa.array(said.seq), pa.array(rows.actor + 1)
    return pa.table([pa.array(order), topic, subject, value, *numbers], SCHEMA)


def coded_topic(topics: pa.StringArray, topic: str, n: int) -> pa.DictionaryArray:
    """Return a topic n times, by its place among all topics of the world."""
    code = topics.to_pylist().index(topic)
    return pa.DictionaryArray.from_arrays(pa.array(np.full(n, code, dtype=np.int8)), topics)


def in_order(tables: Sequence[pa.Table]) -> pa.Table:
    """Return the messages of all tables (of one world) in the order of arrival."""
    full = [table for table in tables if table.num_rows]
    if not full:
        return NOTHING
    together = pa.concat_tables(full).combine_chunks()
    order = together["order"].to_numpy()
    place = np.argsort(order)
    if not np.all(np.diff(order[place])):
        # A tie, as among what is left for the last millisecond; only the slower way breaks it
        # alike however the tables came.
        return together.sort_by([("order", "ascending"), ("value", "ascending")])
    return together.take(pa.array(place))


def split(table: pa.Table, time: int) -> tuple[pa.Table, pa.Table]:
    """Return what of an ordered table arrives before `time` (ms), and the rest."""
    cut = int(np.searchsorted(table["order"].to_numpy(), time << _TIE))
    return table.slice(0, cut), table.slice(cut)


def unpacked(table: pa.Table) -> tuple[list[str], list[bytes], list[bytes]]:
    """Return topics, keys and values; numpy makes objects of a column in a tenth of the time."""
    keys, values = (table[name].cast(pa.binary()).to_numpy().tolist() for name in ("key", "value"))
    return table["topic"].to_numpy().tolist(), keys, values
