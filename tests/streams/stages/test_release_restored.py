"""A restored ledger is gone on with: blocks come again, and what was published stays as it is."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from linkage.privacy.budget.policy import Policy
from streams.budget.privacy_audit import audit_privacy
from streams.budget.saving import PLACE, TABLES
from tests.streams.stages.released import (
    COST,
    STANDING,
    Block,
    Released,
    by_hand,
    counter,
    offer,
    policy,
    question,
    stored,
)

PARTS = (STANDING, counter(horizon=4), offer())
TOWN: Sequence[Block] = [
    {"phone": [1, 2], "bank": [1]},
    {"phone": [2, 3], "bank": []},
    {"phone": [4], "bank": []},
]


def restored(run: Released, rules: Policy | None = None) -> Released:
    """The ledger of a run in an empty state: all it keeps but how far the run was."""
    found = Released(rules or run.policy, run.dice)
    for name in TABLES["release"]:
        rows = run.rig.logs.get(name, run.rig.tables[name])
        into = found.rig.logs.get(name, found.rig.tables[name])
        into |= {k: v for k, v in rows.items() if name != "totals" or k not in PLACE}
    found.reopen()
    return found


@pytest.mark.parametrize("block", [10**6, 5])
def test_blocks_that_come_again_get_the_bytes_they_got_and_cost_nothing(
    tmp_path: Path, block: int
) -> None:
    """With a cap of 5 a block has no room for more: 1 for each question, 3 for the counter."""
    run = Released(policy(block=block, parts=PARTS))
    run.ask(question(0, 1))
    run.run(*TOWN)
    before, drawn = run.rig.topic("releases"), len(run.dice.asked)
    again = restored(run)
    again.ask(question(0, 1))
    again.run(*TOWN)
    said = [(out.key, out.value) for out in again.rig.topic("releases")]
    assert sorted(said) == sorted((out.key, out.value) for out in before)
    assert again.entries() == run.entries() and again.spent() == run.spent()
    for table in ("answers", "blocks", "counters", "head"):
        assert again.rig.tables[table] == run.rig.tables[table]
    assert len(run.dice.asked) == drawn
    again.run({"phone": [5, 1], "bank": []}, first=3)
    run.run({"phone": [5, 1], "bank": []}, first=3)
    assert again.truths("counter") == run.truths("counter") == [[2], [1], [1], [1]]
    assert again.spent() == run.spent() == by_hand(again.entries())
    assert audit_privacy(stored(again, tmp_path)).wrong == ()


def test_under_another_policy_a_counter_counts_no_block_again(tmp_path: Path) -> None:
    """What stands is asked under the new policy, and charged as any question; a counter goes on."""
    run = Released(policy(parts=PARTS))
    run.run(*TOWN[:2])
    other = restored(run, policy(person=10**5, parts=PARTS))
    other.run(*TOWN)
    assert other.truths("counter") == [[2], [1], [1]]
    assert [entry.question.last for entry in other.entries() if entry.kind == "counter"] == [
        *(0, 1, 2)
    ]
    assert other.truths() == [[2, 1], [2, 0], [2, 1], [2, 0], [1, 0]]
    assert other.spent()[2] == (3 + 2 + 2) * COST and other.refusals() == []
    assert audit_privacy(stored(other, tmp_path)).wrong == ()


def test_a_counter_that_told_its_end_says_what_it_said_and_not_more() -> None:
    run = Released(policy(parts=(counter(horizon=2),)))
    run.run(*TOWN)
    again = restored(run)
    again.run(*TOWN)
    first, second, end = (out.value for out in run.rig.topic("releases"))
    assert [out.value for out in again.rig.topic("releases")] == [first, second]
    assert run.refusals() == ["horizon"] and b"horizon" in end
