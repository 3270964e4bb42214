"""The ledger's rules: check all, then deduct; totals are sums of entries, below every cap."""

import zlib
from collections import Counter
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.budget import ledger
from linkage.privacy.budget.chain import GENESIS
from linkage.privacy.budget.ledger import (
    Entry,
    LedgerError,
    admitted,
    charge_id,
    check_version,
    column_of,
    replay,
    sealed,
)
from linkage.privacy.budget.members import packed, unpacked
from linkage.privacy.budget.question import Question
from linkage.privacy.budget.spent import Account, Spent, Tab, pack_column, unpack_column

PEOPLE = 9
ACCOUNTS = st.builds(
    Account,
    st.sampled_from(["health", "statistics"]),
    st.sampled_from(["", "", "seen"]),
    st.integers(1, 9),
    st.integers(1, 3),
)
WHO = st.sets(st.integers(0, PEOPLE - 1)).map(lambda s: np.array(sorted(s), np.int64))
ASKED = st.lists(st.tuples(ACCOUNTS, WHO), max_size=25)
CAPS = st.tuples(st.integers(0, 30), st.integers(0, 40))


class ByHand:
    """The rules, person by person."""

    def __init__(self, caps: tuple[int, int]) -> None:
        self._caps = caps
        self.spent, self.times = Counter[tuple[str, int]](), Counter[tuple[str, str, int]]()

    def ask(self, account: Account, people: list[int]) -> list[int]:
        counted = []
        for person in people:
            key = account.purpose, account.counter, person
            times = self.times[key] if account.counter else 0
            price = 0 if times else account.nano_rho
            all_ = sum(self.spent[purpose, person] for purpose in ("health", "statistics"))
            here = self.spent[account.purpose, person]
            fits = not price or (here + price <= self._caps[0] and all_ + price <= self._caps[1])
            if fits and not (account.counter and times >= account.most):
                counted.append(person)
                self.spent[account.purpose, person] += price
                self.times[key] += 1
        return counted


def entry_of(account: Account, counted: np.ndarray, number: int = 0, head: str = GENESIS) -> Entry:
    question = Question(
        purpose=account.purpose,
        query=account.counter or "active_people",
        sources=("phone",),
        first=number,
        last=number,
        nano_rho=account.nano_rho,
        most=account.most,
    )
    kind: Any = "counter" if account.counter else "asked"
    request, charge = f"r{number}", f"c{number}"
    members = packed(counted)
    return sealed(
        Entry(
            number, request, charge, kind, question, account.nano_rho, members, (), "a", "p", head
        )
    )


def columns(spent: Spent) -> dict[tuple[str, int], int]:
    return {
        (purpose, person): amount
        for (purpose, counter), column in spent.columns.items()
        if not counter
        for person, amount in enumerate(column.tolist())
        if amount
    }


@given(ASKED, CAPS, st.data())
def test_charges_follow_the_rules_whatever_is_committed_when(
    asked: list[tuple[Account, np.ndarray]], caps: tuple[int, int], data: st.DataObject
) -> None:
    by_hand, spent, entries = ByHand(caps), Spent(), list[Entry]()
    tab, open_ = Tab(spent), list[Entry]()
    for number, (account, people) in enumerate(asked):
        before = columns(spent)
        counted = admitted(tab, account, people, caps)
        assert counted.tolist() == by_hand.ask(account, people.tolist())
        assert columns(spent) == before
        open_.append(entry_of(account, counted, number))
        if data.draw(st.booleans()):
            replay(open_, spent)
            entries, open_, tab = entries + open_, [], Tab(spent)
    replay(open_, spent)
    entries += open_
    assert columns(spent) == {key: n for key, n in by_hand.spent.items() if n}
    assert columns(replay(entries)) == columns(spent)
    everywhere = [total_loss(entries, person) for person in range(PEOPLE)]
    assert everywhere == np.pad(spent.total, (0, PEOPLE))[:PEOPLE].tolist()
    assert max(everywhere) <= caps[1]
    assert max((n for n in columns(spent).values()), default=0) <= caps[0]


def total_loss(entries: list[Entry], person: int) -> int:
    """What one person has lost over these entries, one entry at a time."""
    total, paid = 0, set[tuple[str, str]]()
    for entry in entries:
        account = entry.account
        key = account.purpose, account.counter
        if person in entry.people and not (account.counter and key in paid):
            total += entry.nano_rho
            paid.add(key)
    return total


def _take_nothing(self: Tab, account: Account, counted: np.ndarray) -> None:
    """A mutant: what is charged in a step is not seen by the rest of it."""


def _fits_below(self: Tab, account: Account, people: np.ndarray, caps: tuple[int, int]) -> Any:
    """A mutant: only the purpose's cap counts."""
    return self.of((account.purpose, ""), people) <= caps[0] - account.nano_rho


def _pay_again(self: Spent, account: Account, counted: np.ndarray) -> None:
    """A mutant: a counter is paid each time."""
    if len(counted):
        self._add((account.purpose, ""), counted, account.nano_rho)


MUTANTS = [(Tab, "take", _take_nothing), (Tab, "fits", _fits_below), (Spent, "take", _pay_again)]
HISTORY = [
    [(Account("health", "", 4), np.array([0, 1]))] * 3,
    [(Account("statistics", "seen", 4, most=3), np.array([0, 1]))] * 2,
    [(Account("statistics", "", 1), np.array([0, 1]))],
]


def history() -> list[dict[tuple[str, int], int]]:
    """What is spent after each step, under caps of 8 and 12."""
    spent, found = Spent(), list[dict[tuple[str, int], int]]()
    for asked in HISTORY:
        tab = Tab(spent)
        entries = [
            entry_of(account, admitted(tab, account, who, (8, 12)), n)
            for n, (account, who) in enumerate(asked)
        ]
        found.append(columns(replay(entries, spent)))
    return found


@pytest.mark.parametrize(("kind", "method", "mutant"), MUTANTS)
def test_it_catches_rules_that_are_not_kept(
    monkeypatch: pytest.MonkeyPatch, kind: type, method: str, mutant: Any
) -> None:
    health = {("health", 0): 8, ("health", 1): 8}
    wanted = [health, *[health | {("statistics", 0): 4, ("statistics", 1): 4}] * 2]
    assert history() == wanted
    monkeypatch.setattr(kind, method, mutant)
    assert history() != wanted


@given(ASKED, st.integers(0, 25))
def test_a_copy_and_the_entries_since_come_to_the_same(
    asked: list[tuple[Account, np.ndarray]], at: int
) -> None:
    entries = [entry_of(account, people, n) for n, (account, people) in enumerate(asked)]
    copy = Spent()
    for key, column in replay(entries[:at]).columns.items():
        copy.put(key, unpack_column(pack_column(column)))
    replay(entries[at:], copy)
    whole = replay(entries)
    assert columns(copy) == columns(whole)
    assert np.trim_zeros(copy.total).tolist() == np.trim_zeros(whole.total).tolist()


def test_a_tab_of_many_charges_is_the_sum_of_them() -> None:
    tab, account = Tab(Spent()), Account("statistics", "", 1)
    for _ in range(30):
        admitted(tab, account, np.arange(0, 9000, 3), (100, 100))
        admitted(tab, account, np.array([5, 10_000]), (100, 100))
    assert tab.of(("statistics", ""), np.array([3, 4, 5, 10_000])).tolist() == [30, 0, 30, 30]
    assert int(tab.whole(None).sum()) == 30 * 3002


def test_a_cap_below_what_is_spent_refuses_and_frees_nothing() -> None:
    spent = Spent()
    spent.put(("statistics", ""), np.array([8, 2**62]))
    tab, people = Tab(spent), np.array([0, 1])
    assert admitted(tab, Account("statistics", "", 2**62), people, (2**62 + 5,) * 2).tolist() == []
    assert admitted(tab, Account("statistics", "", 1), people, (5, 5)).tolist() == []
    assert tab.whole(("statistics", "")).tolist() == [8, 2**62]


@pytest.mark.parametrize("price", [0, -1, float("nan"), 1.0])
def test_a_price_that_is_none_charges_nobody(price: Any) -> None:
    tab = Tab(Spent())
    with pytest.raises(ValueError, match="charge: got"):
        admitted(tab, Account("statistics", "", price), np.array([1]), (5, 5))
    assert tab.whole(None).tolist() == []


def test_a_ledger_of_another_form_is_refused_by_both_versions() -> None:
    check_version(ledger.VERSION)
    check_version(0)
    newer = ", or a newer one"
    for version in (1, ledger.VERSION + 1):
        with pytest.raises(LedgerError, match=rf"is {version}.* knows {ledger.VERSION};") as error:
            check_version(version)
        assert (newer in str(error.value)) == (version > ledger.VERSION)


@given(st.sets(st.integers(0, 300) | st.integers(0, 2**31 - 1), max_size=40))
def test_members_come_back_and_take_a_bit_a_person_at_most(people: set[int]) -> None:
    listed = np.array(sorted(people), np.int64)
    data = packed(listed)
    assert unpacked(data).tolist() == listed.tolist()
    assert len(data) <= 2 + max(people, default=0) // 8
    assert packed(unpacked(data)) == data


def test_members_that_are_none_are_refused() -> None:
    for wrong in ([2, 1], [1, 1], [-1, 1], [2**31]):
        with pytest.raises(ValueError, match="people: need distinct"):
            packed(np.array(wrong))
    with pytest.raises(ValueError, match="members: begin with b'x'"):
        unpacked(b"xyz")


U8 = st.integers(0, 2**64 - 1).map(lambda step: step.to_bytes(8, "little"))


@given(
    st.binary(max_size=40)
    | st.tuples(st.sampled_from([b"1", b"2", b"4", b"8"]), st.binary(max_size=40)).map(b"".join)
    | st.lists(U8, max_size=5).map(lambda steps: b"8" + b"".join(steps))
)
def test_bytes_are_rising_people_or_refused(data: bytes) -> None:
    """Wrong ones must not come round to people that are below 0, or that take a huge column."""
    try:
        people = unpacked(data)
    except ValueError as error:
        assert str(error).startswith("members: ")
        return
    assert (np.diff(people) > 0).all() and people.tolist() == sorted({*people.tolist()})
    assert not len(people) or (people[0] >= 0 and people[-1] < 2**31)


@pytest.mark.parametrize("data", [b"", b"8" + (2**64 - 5).to_bytes(8, "little"), b"8abc"])
def test_members_that_came_to_nobody_at_all_name_their_entry(data: bytes) -> None:
    entry = entry_of(Account("statistics", "", 5), np.array([1, 4]), 3)
    with pytest.raises(LedgerError, match="entry 3: members: "):
        replay([msgspec.structs.replace(entry, members=data)])


@pytest.mark.parametrize(
    "data", [b"garbage", zlib.compress(b"abc"), pack_column(np.array([0, -5]))]
)
def test_a_column_that_is_none_is_named(data: bytes) -> None:
    with pytest.raises(LedgerError, match="ledger: spent statistics/seen: is no column"):
        column_of(("statistics", "seen"), data)


def test_every_part_of_an_entry_is_under_its_hash() -> None:
    entry = entry_of(Account("statistics", "", 5), np.array([1, 4]), 3)
    others: dict[str, Any] = {
        "number": 4, "request": "s", "charge": "d", "kind": "standing", "nano_rho": 6,
        "members": b"1\x01", "truth": (1,), "answer": "b", "policy": "q", "previous": "1" * 32,
        "question": msgspec.structs.replace(entry.question, last=4),
    }  # fmt: skip
    assert {*others, "hash"} == set(Entry.__struct_fields__)
    for field, value in others.items():
        changed = msgspec.structs.replace(entry, **{field: value})
        assert sealed(changed).hash != entry.hash, field
    assert sealed(entry) == entry


def test_a_replay_makes_the_same_charge_and_any_difference_another() -> None:
    assert charge_id("key", "r") == charge_id("key", "r")
    assert len({charge_id("key", "r"), charge_id("other", "r"), charge_id("ke", "yr")}) == 3
