"""release: standing questions, charged once, capped for life, dropped in silence."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.errors import PolicyError
from linkage.privacy.budget import ledger
from linkage.privacy.budget.chain import GENESIS, chained
from linkage.privacy.budget.ledger import LedgerError, digest_of_bytes
from linkage.privacy.budget.mechanisms import sigma_for_squared
from linkage.privacy.budget.policy import Policy
from streams.messages import Release
from streams.stages import book
from streams.stages.activity import erased
from tests.streams.stages.released import (
    COST,
    SOURCES,
    STANDING,
    Released,
    by_hand,
    counter,
    policy,
    said,
)

PARTS = st.lists(
    st.fixed_dictionaries({s: st.sets(st.integers(1, 5)).map(sorted) for s in SOURCES}),
    min_size=1,
    max_size=8,
)


def test_each_block_is_answered_once_from_all_parts() -> None:
    run = Released(policy(9))
    run.feed(said(0, {"phone": [1, 3], "bank": [3]}))
    run.feed(said(0, {"phone": [2], "bank": []}))
    run.close(0)
    assert run.truths() == [[3, 1]]
    assert run.spent() == dict.fromkeys((1, 2, 3), COST)
    (out,) = run.rig.topic("releases")
    assert out.key == run.entries()[0].request.encode()
    assert run.entries()[0].answer == digest_of_bytes(out.value)
    assert run.rig.tables["answers"] == {run.entries()[0].request: out.value}
    run.close(1)
    assert len(run.rig.topic("releases")) == 1 and run.dice.asked == [[3, 1]]


def test_an_answer_says_what_it_takes_to_read_it() -> None:
    run = Released(policy(9))
    run.run({"phone": [1], "bank": [1]})
    (release,) = run.published()
    assert isinstance(release, Release)
    sigma = sigma_for_squared(COST, 2)
    assert (release.values, release.kind) == ({"phone": 1001, "bank": 1002}, "standing")
    assert (release.nano_rho, release.question.most, release.policy) == (COST, 1, run.policy.hash)
    assert (release.question.first, release.question.last) == (0, 0)
    assert release.sigma == sigma and 0.79 < release.expected_error / sigma < 0.8
    assert 1.95 < release.half / sigma < 1.97
    assert (release.unit, release.bound) == ("people", "1 in each source")
    assert release.low["bank"] == 1002 - release.half


def test_whom_a_cap_stops_is_left_out_in_silence() -> None:
    run = Released(policy(2))
    run.run(
        {"phone": [1], "bank": [1]},
        {"phone": [1], "bank": [1]},
        {"phone": [1, 2], "bank": [1]},
    )
    assert run.truths() == [[1, 1], [1, 1], [1, 0]]
    assert run.spent() == {1: 2 * COST, 2: COST}
    told = run.spending()
    assert (told.ledger, told.granted, told.refused, told.capped_people) == ("privacy", 3, 1, 1)
    shapes = [set(msgspec.json.decode(out.value)) for out in run.rig.topic("releases")]
    assert shapes[0] == shapes[2]
    kept = msgspec.json.decode(run.rig.topic("releases")[2].value)
    own = {entry.hash for entry in run.entries()}
    for secret in ("granted", "refused", "members", "truth", "spent", "capped_people", "hash"):
        assert secret not in kept
    assert not any(h.encode() in out.value for out in run.rig.topic("releases") for h in own)


@given(PARTS, st.integers(1, 6), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_spending_is_the_sum_of_what_was_answered_and_stays_below_the_caps(
    blocks: list[dict[str, list[int]]], person: int, lifetime: int
) -> None:
    run = Released(policy(person, lifetime=lifetime, parts=(STANDING, counter(cost=COST))))
    run.run(*blocks)
    spent, cap = dict[int, int](), min(person, lifetime) * COST
    seen = set[int]()
    for block, people in enumerate(blocks):
        active = set().union(*people.values())
        members = {p for p in active if spent.get(p, 0) + COST <= cap}
        spent |= {p: spent.get(p, 0) + COST for p in members}
        assert run.truths()[block] == [len(members & set(people[s])) for s in SOURCES]
        if block < 5:
            new = {p for p in active - seen if spent.get(p, 0) + COST <= cap}
            spent |= {p: spent.get(p, 0) + COST for p in new}
            seen |= new
            assert run.truths("counter")[block] == [len(new)]
    assert run.spent() == spent == by_hand(run.entries())
    last = GENESIS
    for entry in run.entries():
        assert (entry.previous, entry.hash) == (last, chained(last, entry.body()))
        last = entry.hash
    assert run.rig.tables["head"]["privacy"].hash == last


@given(PARTS, st.data())
@settings(max_examples=50, deadline=None)
def test_parts_may_come_in_any_order_and_split(
    parts: list[dict[str, list[int]]], data: st.DataObject
) -> None:
    """Parts are of different people: each join task has its own."""
    disjoint = [
        {s: [10 * n + p for p in people] for s, people in part.items()}
        for n, part in enumerate(parts)
    ]
    straight, other = (Released(policy(3, parts=(STANDING, counter()))) for _ in range(2))
    straight.feed(*(said(0, part) for part in disjoint))
    for part in data.draw(st.permutations(disjoint)):
        other.feed(*(said(0, {s: people}) for s, people in part.items()))
    for run in (straight, other):
        run.close(0)
    assert straight.entries() == other.entries()
    assert straight.spent() == other.spent()


def test_copies_of_the_columns_take_the_place_of_recent_entries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(book, "LEAST", 3 * book.OVERHEAD)
    run, most = Released(policy(12)), 0
    for block in range(20):
        run.run({"phone": [1, block + 2], "bank": []}, first=block)
        most = max(most, len(run.rig.logs["recent"]))
        run.reopen()
        assert run.spent() == by_hand(run.entries())
    assert most < 5 and len(run.entries()) == 20
    assert run.spent()[1] == 12 * COST


def test_a_changed_policy_frees_nothing_and_must_not_lower_a_cap_below_what_is_spent() -> None:
    run = Released(policy(3))
    run.run(*[{"phone": [1], "bank": []}] * 3)
    tables = {name: dict(table) for name, table in run.rig.tables.items()}
    with pytest.raises(PolicyError, match=r"statistics.person_cap.* 20 is below .*\(30 nano-rho\)"):
        run.reopen(policy(2))
    with pytest.raises(PolicyError, match=r"lifetime.* 20 is below .*\(30 nano-rho\)"):
        run.reopen(Policy.parse(policy(2, lifetime=2).text.replace("statistics", "health")))
    assert run.rig.tables == tables
    run.reopen(policy(4))
    run.run(*[{"phone": [1], "bank": []}] * 3, first=3)
    assert run.spent() == {1: 4 * COST}
    assert len({entry.policy for entry in run.entries()}) == 2
    assert run.rig.tables["policies"] == {p.hash: p.text for p in (policy(3), policy(4))}


def test_a_newer_ledger_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Released(policy(3))
    run.run({"phone": [1], "bank": []})
    run.reopen()
    monkeypatch.setattr(ledger, "VERSION", ledger.VERSION - 1)
    with pytest.raises(LedgerError, match="newer"):
        run.reopen()


@pytest.mark.parametrize("person", [-3, 2**31, 2**40, -(2**62)])
def test_a_person_of_a_number_that_no_column_has_is_an_error_and_takes_no_memory(
    person: int,
) -> None:
    run = Released(policy(3))
    run.run({"phone": [1], "bank": []})
    tables = {name: dict(table) for name, table in run.rig.tables.items()}
    with pytest.raises(LedgerError, match=f"activity: block 1 has person {person}, needs numbers"):
        run.feed(said(1, {"phone": [1, person], "bank": []}))
    assert run.rig.tables == tables


@pytest.mark.parametrize("hours", [1, 3])
def test_a_standing_question_may_be_about_several_blocks(hours: int) -> None:
    run = Released(policy(9, block=9, parts=(STANDING + f"hours = {hours}\n",)))
    run.run(*({"phone": [block], "bank": []} for block in range(1, 8)))
    assert len(run.truths()) == 7 // hours
    assert run.truths()[0] == [hours, 0]
    sums: Any = run.rig.tables["blocks"]
    assert sums == {("statistics", block): COST for block in range(7 // hours * hours)}


def test_who_is_erased_has_no_activity_left_and_gets_nothing_back() -> None:
    run = Released(policy(9, parts=(STANDING + "hours = 2\n",)))
    run.run({"phone": [1, 2], "bank": [2]})
    run.feed(said(1, {"phone": [2, 3], "bank": []}), erased([2]))
    run.close(1)
    assert run.truths() == [[2, 0]]
    run.run({"phone": [5], "bank": []}, {"phone": [5, 6], "bank": []}, first=2)
    before = run.spent()
    assert run.rig.feed([erased([5])]).wiped == ("activity",)
    assert run.spent() == before == {1: COST, 3: COST, 5: COST, 6: COST}
