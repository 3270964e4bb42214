"""What joins spent and would cost, against accounts that are written out by hand."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.budget.exposure import ExposureAccount, Purpose, admit, opened
from streams.budget.exposure import Accounts, exposure_of_person, exposures
from streams.budget.join_price import join_price
from streams.budget.request import JoinAsked
from streams.budget.spread import spread
from streams.columns import pack
from streams.stages.grants import Shown
from streams.stages.join import Join
from streams.store.sqlite import SqliteStore

PURPOSE = Purpose("security", ("phone", "bank", "internet"), (12_000, 12_000, 9_000), 24_000)
TABLES = {table.name: table for table in Join.tables}


def shown(points: list[int], refusals: int = 0) -> Shown:
    account = opened(PURPOSE)
    for source in points:
        account = admit(PURPOSE, account, source) or pytest.fail("too many points")
    return Shown(account, 0, refusals)


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    """Two partitions: persons 1 and 2, and person 5 who was refused everything."""
    store = SqliteStore(tmp_path)
    held = {
        "join/moves/0": {1: shown([0, 1], 3), 2: shown([2])},
        "join/moves/1": {5: shown([], 2)},
    }
    decided = {"join/moves/0": ([1, 1, 2], [True, True, True]), "join/moves/1": ([5], [False])}
    for task, people in held.items():
        cell = store.open(task)
        rows = [TABLES["shown"].row(("security", p), one) for p, one in people.items()]
        person, granted = decided[task]
        columns = {
            "person": np.array(person, np.int64),
            "ident": np.arange(len(person)),
            "granted": np.array(granted, np.bool_),
        }
        rows.append(charges_row(columns))
        cell.commit(rows, {}, [], 0)
        cell.close()
    return store


def charges_row(columns: dict[str, np.ndarray]) -> tuple[str, bytes, bytes | None]:
    return TABLES["charges"].row(("security", 4), pack(columns))


def test_spending_is_told_by_pair_and_block(store: SqliteStore) -> None:
    (found,) = exposures(store, [PURPOSE])
    assert (found.granted, found.refused, found.people, found.refused_people) == (3, 5, 3, 2)
    assert found.spent_millibits == 24_000 + 2 * 12_000 + 2 * 9_000
    phone_bank, phone_net, _ = found.pairs
    assert phone_bank.sources == ("phone", "bank")
    assert phone_bank.spent_millibits == spread(np.array([24_000, 0, 0]))
    assert (phone_bank.left_millibits.least, phone_bank.full) == (0, 1)
    assert (phone_net.spent_millibits.most, phone_net.left_millibits.most) == (12_000, 24_000)
    assert [(b.block, b.granted, b.refused) for b in found.blocks] == [(4, 3, 1)]


def test_one_person_is_told_of_in_every_pair(store: SqliteStore) -> None:
    (mine,) = exposure_of_person(store, [PURPOSE], 1)
    assert (mine.shown_points, mine.refused) == ({"phone": 1, "bank": 1, "internet": 0}, 3)
    assert [pair.left_millibits for pair in mine.pairs] == [0, 12_000, 12_000]
    assert exposure_of_person(store, [PURPOSE], 3) == ()


def test_a_cap_that_was_lowered_leaves_nothing_and_frees_nothing(store: SqliteStore) -> None:
    lower = Purpose("security", PURPOSE.sources, PURPOSE.tariffs, 10_000)
    (found,) = exposures(store, [lower])
    assert found.spent_millibits == 66_000
    assert found.pairs[0].left_millibits.least == 0


def test_a_price_is_by_tariff_and_says_who_has_room(store: SqliteStore) -> None:
    accounts = Accounts(
        PURPOSE,
        np.array([1, 2, 5]),
        np.zeros((3, 3), np.int64),
        np.array([shown(p).account.spent for p in ([0, 1], [2], [])], np.int64),
        np.zeros(3, np.int64),
    )
    one = join_price(JoinAsked("security", {"phone": 1, "internet": 1}), accounts)
    assert [(p.sources, p.cost_millibits) for p in one.pairs] == [
        (("phone", "bank"), 12_000),
        (("phone", "internet"), 21_000),
        (("bank", "internet"), 9_000),
    ]
    # Person 2 has 9 bits spent on phone+internet: 30 in all, over the cap.
    assert (one.refusal, one.room, one.people) == (None, 1, 3)
    dear = join_price(JoinAsked("security", {"phone": 2, "bank": 1}), accounts)
    assert dear.refusal is not None and dear.refusal.startswith("points: they cost 36.0 bits of ")
    assert dear.room == 0


POINTS = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))


@given(POINTS, POINTS)
def test_who_has_room_is_whom_the_ledger_would_grant_it_all(
    before: tuple[int, int, int], more: tuple[int, int, int]
) -> None:
    account: ExposureAccount | None = opened(PURPOSE)
    start = opened(PURPOSE)
    for source, count in enumerate(before):
        for _ in range(count):
            start = admit(PURPOSE, start, source) or start
    account = start
    for source, count in enumerate(more):
        for _ in range(count):
            account = account and admit(PURPOSE, account, source)
    columns = (np.array([start.visible]), np.array([start.spent]), np.zeros(1, np.int64))
    accounts = Accounts(PURPOSE, np.array([1]), *columns)
    asked = {s: n for s, n in zip(PURPOSE.sources, more, strict=True) if n}
    assert join_price(JoinAsked("security", asked), accounts).room == (account is not None)


@given(st.lists(st.integers(0, 1000), min_size=1))
def test_a_spread_is_of_numbers_that_somebody_has(values: list[int]) -> None:
    found = spread(np.array(values))
    steps = [found.least, found.lower, found.median, found.upper, found.most]
    assert steps == sorted(steps)
    assert {*steps} <= {*values}
    assert (found.least, found.most) == (min(values), max(values))
    assert sum(value <= found.median for value in values) >= len(values) / 2
