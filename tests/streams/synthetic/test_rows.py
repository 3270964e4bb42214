"""Tables of events are put together by kind and op, and lose, double or mix up nothing."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from streams.events import Op
from streams.synthetic.rows import Rows, Said, joined, merged, said_together, sliced, taken

WORDS = pa.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
OPS: tuple[Op, ...] = ("create", "correct", "retract")


def rows(kind: str, op: Op, numbers: list[int]) -> Rows:
    """Return events in which each column tells the same number, a digit."""
    n = np.array(numbers, dtype=np.int64)
    coded = pa.DictionaryArray.from_arrays(pa.array(n.astype(np.int32)), WORDS)
    columns = {"number": pa.array(n), "word": coded}
    return Rows(
        *(kind, op, n, n + 10, n + 20, n + 30),
        columns=None if op == "retract" else columns,
        ref=None if op == "create" else n + 40,
    )


def told(table: Rows) -> list[int]:
    """Return the numbers that a table tells, and check that all columns tell the same ones."""
    n = table.tenancy
    assert (table.issued - n == 10).all()
    assert (table.time - n == 20).all()
    assert (table.actor - n == 30).all()
    assert (table.ref is None) == (table.op == "create")
    assert table.ref is None or (table.ref - n == 40).all()
    assert (table.columns is None) == (table.op == "retract")
    if table.columns is not None:
        assert table.columns["number"].to_pylist() == n.tolist()
        assert table.columns["word"].to_pylist() == [WORDS[i].as_py() for i in n.tolist()]
    numbers: list[int] = n.tolist()
    return numbers


NUMBERS = st.lists(st.integers(0, 9), max_size=6)
TABLES = st.lists(st.builds(rows, st.sampled_from("ab"), st.sampled_from(OPS), NUMBERS), max_size=8)


def expected(tables: list[Rows]) -> dict[tuple[str, Op], list[int]]:
    found: dict[tuple[str, Op], list[int]] = {}
    for table in tables:
        if len(table):
            found.setdefault((table.kind, table.op), []).extend(table.tenancy.tolist())
    return found


@given(TABLES)
def test_there_is_one_table_for_each_kind_and_op_in_the_order_that_they_came(
    tables: list[Rows],
) -> None:
    together = merged(tables)
    assert {(t.kind, t.op): told(t) for t in together} == expected(tables)
    assert len(together) == len(expected(tables))


@given(TABLES)
def test_numbers_and_words_stay_with_their_events(tables: list[Rows]) -> None:
    said = [Said(t, t.tenancy + 50, (t.tenancy + 60).astype(np.uint64)) for t in tables if len(t)]
    together = said_together(said)
    assert {(s.rows.kind, s.rows.op): told(s.rows) for s in together} == expected(tables)
    for s in together:
        assert (s.seq - s.rows.tenancy == 50).all()
        assert (s.word - s.rows.tenancy.astype(np.uint64) == 60).all()


@given(NUMBERS, st.sampled_from(OPS), st.data())
def test_taking_takes_all_columns(numbers: list[int], op: Op, data: st.DataObject) -> None:
    places = st.integers(0, max(len(numbers) - 1, 0))
    at = data.draw(st.lists(places, max_size=5 if numbers else 0))
    table = rows("a", op, numbers).take(np.array(at, dtype=np.int64))
    assert told(table) == [numbers[place] for place in at]
    assert len(table) == len(at)


@given(st.lists(NUMBERS.filter(len), min_size=1, max_size=4), st.integers(0, 24))
def test_joining_what_was_sliced_gives_it_back(parts: list[list[int]], cut: int) -> None:
    columns = joined([rows("a", "create", part).columns or {} for part in parts])
    flat = [n for part in parts for n in part]
    assert columns["number"].to_pylist() == flat
    whole, cut = len(flat), min(cut, len(flat))
    again = joined([sliced(columns, 0, cut), sliced(columns, cut, whole)])
    assert {k: v.to_pylist() for k, v in again.items()} == {
        k: v.to_pylist() for k, v in columns.items()
    }
    backwards = taken(columns, np.arange(whole)[::-1])
    assert backwards["number"].to_pylist() == flat[::-1]


def test_what_was_taken_is_no_view_of_it() -> None:
    table = rows("a", "create", [1, 2, 3])
    other = table.take(np.array([0, 1]))
    other.tenancy[0] = 9
    assert told(table) == [1, 2, 3]
    assert Counter(told(replace(other, tenancy=np.array([1, 2])))) == {1: 1, 2: 1}
