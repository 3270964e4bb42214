"""From what was said to what arrives: one order, copies of what was said, none after the end."""

from collections import Counter
from dataclasses import replace

import msgspec
import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from streams.events import HOUR, Marker
from streams.source import load_sources
from streams.synthetic.arrivals import NOTHING, SCHEMA, arrivals, in_order, split
from streams.synthetic.disorder import IN_ORDER, Disorder, Outage
from streams.synthetic.preset import PRESETS
from streams.synthetic.rows import Rows, Said
from streams.synthetic.shards import CLOSING
from streams.synthetic.world import World

SOURCES = {name: source for name, source in load_sources().items() if name in {"phone", "camera"}}
TIE = 29
"""Bits of an event's word behind its time of arrival; see arrivals.SCHEMA."""


def world(disorder: Disorder, days: int = 1) -> World:
    return World(400, days, 7, SOURCES, replace(PRESETS["typical"], disorder=disorder))


def tables(of: World) -> list[pa.Table]:
    portions = [table for table in of.stream() if not isinstance(table, Marker)]
    return [t for t in portions if t.num_rows and t["topic"][0].as_py() != "registry"]


TYPICAL = world(Disorder(duplicates=0.2, by_hours=0.2, late=0.4))


def test_order_is_the_time_of_arrival_and_then_the_events_own_word() -> None:
    order, expected = [], []
    for table in tables(TYPICAL):
        assert table.schema == SCHEMA
        order += table["order"].to_pylist()
        for value in table["value"].to_pylist():
            e = msgspec.json.decode(value)
            expected.append(e["ingest"] << TIE | int(e["id"][1:], 16) >> 64 - TIE)
    assert order == expected
    assert order == sorted(order)
    assert len(set(order)) > 0.99 * len(order)


def test_none_arrives_after_the_last_block_though_some_would() -> None:
    end = (TYPICAL.hours + CLOSING) * HOUR
    ingest = [order >> TIE for t in tables(TYPICAL) for order in t["order"].to_pylist()]
    assert max(ingest) == end - 1


def test_without_copies_each_event_arrives_once() -> None:
    found = tables(world(IN_ORDER))
    events = Counter(
        event
        for t in found
        for event in zip(*(t[n].to_pylist() for n in ("topic", "key", "seq")), strict=True)
    )
    assert set(events.values()) == {1}
    assert len(events) > 1_000


def test_a_copy_says_the_same_later_under_the_same_or_another_id() -> None:
    first: dict[tuple[str, str, int], tuple[int, str, int]] = {}
    same = other = 0
    for t in tables(TYPICAL):
        rows = (t[name].to_pylist() for name in ("topic", "key", "seq", "order", "value", "person"))
        for topic, key, seq, order, value, person in zip(*rows, strict=True):
            event = (topic, key, seq)
            if event not in first:
                first[event] = order, value, person
                continue
            before, said, who = first[event]
            one, two = msgspec.json.decode(said), msgspec.json.decode(value)
            assert before <= order
            assert who == person
            assert {**one, "id": "", "ingest": 0} == {**two, "id": "", "ingest": 0}
            same += one["id"] == two["id"]
            other += one["id"] != two["id"]
    assert abs((same + other) / len(first) - 0.2) < 0.03
    assert abs(same / (same + other) - 0.5) < 0.08


PHONE = next(branch for branch in TYPICAL.branches if branch.source.name == "phone")
ISSUED = 10 * HOUR


def said_at_ten(n: int = 500) -> Said:
    """Return calls of one account that are all issued at the same time."""
    nobody, issued = np.zeros(n, dtype=np.int64), np.full(n, ISSUED)
    rows = Rows("cdr", "create", nobody, issued, issued, nobody, columns=None)
    words = np.random.default_rng(1).integers(0, 2**64, n, dtype=np.uint64)
    return Said(rows, np.arange(n), words)


def test_what_falls_into_an_outage_comes_at_its_end() -> None:
    outage = Outage(ISSUED, 11 * HOUR)
    said, copies = arrivals(PHONE, said_at_ten(), [outage], 20 * HOUR)
    ingest = said["order"].to_numpy() >> TIE
    held = (ingest >= 11 * HOUR) & (ingest < 11 * HOUR + PHONE.disorder.drain)
    assert held.mean() > 0.7
    assert (ingest >= 11 * HOUR).all()
    assert 0 < copies.num_rows < said.num_rows


def test_neither_events_nor_copies_arrive_after_the_last() -> None:
    whole = arrivals(PHONE, said_at_ten(), [], 20 * HOUR)
    last = ISSUED + 1_000
    for all_of_them, found in zip(whole, arrivals(PHONE, said_at_ten(), [], last), strict=True):
        ingest = found["order"].to_numpy() >> TIE
        meant = all_of_them["order"].to_numpy() >> TIE
        assert ingest.tolist() == np.minimum(meant, last).tolist()
        assert (meant > last).any()


def table(messages: list[tuple[int, str]]) -> pa.Table:
    """Return a table of messages of these places in the order, and values."""
    orders, values = [order for order, _ in messages], [value for _, value in messages]
    topic = pa.array(["t"] * len(values)).dictionary_encode()
    zeros = [0] * len(values)
    columns = [orders, topic.cast(SCHEMA.field("topic").type), values, values, zeros, zeros]
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], SCHEMA)


# Two may share a place: among very many events their words' first bits may well be the same.
TABLE = st.lists(st.tuples(st.integers(0, 40), st.sampled_from("abc")), max_size=8).map(table)


@given(st.lists(TABLE, min_size=1, max_size=5))
def test_all_tables_become_one_in_order_however_they_came(found: list[pa.Table]) -> None:
    pairs = [
        pair
        for table in found
        for pair in zip(table["order"].to_pylist(), table["value"].to_pylist(), strict=True)
    ]
    for together in (in_order(found), in_order(found[::-1])):
        columns = (together[name].to_pylist() for name in ("order", "value"))
        assert list(zip(*columns, strict=True)) == sorted(pairs)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2**TIE - 1)), max_size=20))
def test_a_cut_parts_what_arrives_before_a_time(found: list[tuple[int, int]]) -> None:
    orders = sorted(time << TIE | word for time, word in found)
    table = pa.table({"order": pa.array(orders, pa.int64())})
    before, after = split(table, 3)
    assert [o >> TIE < 3 for o in before["order"].to_pylist()] == [True] * before.num_rows
    assert [o >> TIE < 3 for o in after["order"].to_pylist()] == [False] * after.num_rows
    assert before.num_rows + after.num_rows == len(orders)


def test_nothing_is_empty() -> None:
    assert NOTHING.num_rows == 0
    assert in_order([NOTHING, NOTHING]).num_rows == 0
