"""join: the operator's view follows at once, purposes are decided once, in canonical order."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.events import HOUR
from tests.streams.stages.joined import (
    NAMES,
    PURPOSE,
    ByHand,
    Joined,
    Row,
    as_columns,
    block_of,
    classes_by_hand,
    ident_of,
    standing,
)

PHONE, BANK = "+999000000001", "ZZ000000000000000001"
BLOCKS = 3


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[list[Row]], list[Row]]:
    """For each block what is said before its close, and everything; some links move."""
    count = draw(st.integers(1, 14))
    said: list[list[Row]] = [[] for _ in range(BLOCKS)]
    for seq in range(count):
        time = draw(st.integers(0, BLOCKS * HOUR - 1) | st.sampled_from([0, HOUR, 2 * HOUR]))
        person = draw(st.integers(1, 4))
        source, account = draw(st.sampled_from(NAMES)), f"account{draw(st.integers(0, 2))}"
        row = Row(source, person, time, draw(st.integers(0, 2)), account, seq)
        heard = draw(st.integers(block_of(row), BLOCKS - 1))
        said[heard].append(row)
        if draw(st.integers(0, 3)) == 0:
            moved = draw(st.integers(heard, BLOCKS - 1))
            said[moved] += [row.lost(), row._replace(person=1 + person % 4)]
    return said, [row for block in said for row in block]


def run(said: Sequence[Sequence[Sequence[Row]]], grace: int) -> Joined:
    """Each block's batches, then its close; two more closes let every grace end."""
    joined = Joined(grace)
    for block, batches in enumerate(said):
        for batch in batches:
            joined.move(*batch)
        joined.close(block)
    for block in range(len(said), len(said) + 2):
        joined.close(block)
    return joined


@given(worlds(), st.integers(0, 1), st.data())
@settings(max_examples=50, deadline=None)
def test_decisions_do_not_depend_on_order_or_split(
    made: tuple[list[list[Row]], list[Row]], grace: int, data: st.DataObject
) -> None:
    said, _ = made
    split = []
    for block in said:
        order = data.draw(st.permutations(block))
        cuts = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=4)))
        split.append([order[a:b] for a, b in pairwise([0, *cuts, len(order)])])
    one, other = run([[block] for block in said], grace), run(split, grace)
    assert one.charges() == other.charges()
    assert one.accounts() == other.accounts()
    assert one.activity() == other.activity()
    assert one.classes() == other.classes()
    assert one.profiles() == other.profiles()


@given(worlds(), st.integers(0, 1))
@settings(max_examples=50, deadline=None)
def test_decisions_and_classes_are_those_worked_out_by_hand(
    made: tuple[list[list[Row]], list[Row]], grace: int
) -> None:
    said, everything = made
    joined, ledger = run([[block] for block in said], grace), ByHand()
    shown: list[Row] = []
    for block in range(BLOCKS):
        heard = [row for part in said[: block + grace + 1] for row in part]
        rows = [row for row in standing(heard) if block_of(row) == block]
        granted = [ledger.ask(row) for row in rows]
        shown += [row for row, yes in zip(rows, granted, strict=True) if yes]
        wanted = [(r.person, ident_of(r), yes) for r, yes in zip(rows, granted, strict=True)]
        assert joined.charges()[block] == wanted
        assert joined.activity()[block] == as_columns(rows)
    assert joined.classes() == classes_by_hand(everything, shown)
    assert joined.rig.tables["pending"] == {}, "what is decided is not kept"
    for person, (visible, spent) in joined.accounts().items():
        by_hand = ledger.visible[person]
        assert dict(zip(NAMES, visible, strict=True)) == {s: by_hand[s] for s in NAMES}
        pairs = dict(zip(PURPOSE.pairs, spent, strict=True))
        assert {pair: n for pair, n in pairs.items() if n} == ledger.spent(by_hand)
        assert max(spent) <= PURPOSE.cap


def test_the_cap_refuses_and_costs_nothing() -> None:
    joined = Joined()
    rows = [Row("phone", 1, i, 0, PHONE, i) for i in range(3)]
    rows += [Row("bank", 1, 10, 0, BANK, 0), Row("internet", 1, 11, 0, BANK, 1)]
    joined.move(*rows)
    joined.close(0)
    # Phone and bank: 3 x 10, and 12 would make it 42 of 40. Phone and internet: 37.
    assert [granted for *_, granted in joined.charges()[0]] == [True, True, True, False, True]
    assert joined.accounts()[1] == ((3, 0, 1), (30, 37, 7))
    assert joined.total("security refused") == 1


def test_the_last_close_ends_every_grace() -> None:
    joined = Joined(grace=2)
    joined.move(Row("phone", 1, 5, 0, PHONE, 0), Row("phone", 1, HOUR + 5, 0, PHONE, 1))
    joined.close(0)
    assert joined.charges() == {}
    joined.close(1, last=True)
    assert {block: len(rows) for block, rows in joined.charges().items()} == {0: 1, 1: 1}
    assert sorted(joined.activity()) == [0, 1]


def test_a_link_that_moves_before_the_decision_changes_it() -> None:
    point = Row("phone", 1, 5, 0, PHONE, 0)
    joined = Joined(grace=1)
    joined.move(point)
    joined.close(0)
    joined.move(point.lost(), point._replace(person=2))
    joined.close(1)
    assert [person for person, *_ in joined.charges()[0]] == [2]
    assert joined.activity()[0]["phone"] == [2]
    assert joined.total("late") == 0


def test_a_link_that_moves_after_the_decision_is_late_and_changes_the_operators_view() -> None:
    point = Row("phone", 1, 5, 0, PHONE, 0)
    joined = Joined()
    joined.move(point)
    joined.close(0)
    before = joined.charges(), joined.accounts(), joined.activity()
    joined.move(point.lost(), point._replace(person=2))
    joined.close(1)
    assert joined.total("late") == 2
    assert (joined.charges()[0], joined.accounts()) == (before[0][0], before[1])
    assert joined.activity()[0] == before[2][0]
    assert 1 not in joined.rig.tables["profiles"]
    assert joined.rig.tables["profiles"][2].counts == (1, 0, 0)
    assert joined.classes()["phone",].total() == 1


def test_the_same_account_name_in_two_sources_is_two_accounts() -> None:
    joined = Joined()
    name = "n-0000000001"
    joined.move(Row("internet", 1, 5, 0, name, 1), Row("bank", 1, 5, 0, name, 1))
    joined.close(0)
    assert len(joined.charges()[0]) == 2
    assert joined.activity()[0] == {"phone": [], "bank": [1], "internet": [1]}


def test_a_join_behind_by_a_block_keeps_what_comes_early() -> None:
    joined = Joined()
    joined.move(Row("phone", 1, HOUR + 5, 0, PHONE, 0))
    joined.close(0)
    assert joined.charges()[0] == []
    joined.close(1)
    assert [person for person, *_ in joined.charges()[1]] == [1]
