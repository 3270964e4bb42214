"""What the page tells of the released channel: costs of blocks, curves, refusals, caps if known."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.question import Question
from linkage.privacy.claims import OPERATOR, claimed, instead
from streams.board import Board
from streams.dashboard.public_budget import KEPT, PublicBudget, limits
from streams.messages import Refused, Release
from tests.streams.dashboard import sample

POLICY = Policy.parse(
    """
version = 2
lifetime_nano_rho = 20
[release.city_planning]
sources = ["phone"]
delta = 1e-6
person_cap_nano_rho = 20
block_cap_nano_rho = 9
kept_blocks = 24
"""
)


def release(first: int, last: int, nano_rho: int, kind: str = "asked", name: str = "") -> Release:
    question = Question(
        purpose="city_planning",
        query="people_seen" if kind == "counter" else "total_events",
        sources=("phone",),
        first=first,
        last=last,
        nano_rho=nano_rho,
    )
    return Release(
        id=name or f"{kind}-{first}-{last}-{nano_rho}",
        kind=kind,  # type: ignore[arg-type]
        question=question,
        values={"people": 100 + last},
        sigma=1.0,
        expected_error=0.8,
        half=2,
        unit="people",
        bound="1",
        policy=POLICY.hash,
    )


def refusal(words: str) -> Refused:
    return Refused(id="r", question=None, code="block_cap", words=words, policy=POLICY.hash)


ANSWERS = [release(0, 1, 3), release(1, 2, 2), release(0, 3, 1, "counter")]


def test_answers_about_a_block_add_up_and_a_counter_draws_on_the_newest_alone() -> None:
    public = PublicBudget(100)
    for answer in [*ANSWERS, *ANSWERS]:
        public.take(answer)
    rows = [(r["first"], r["last"], r["cost_rho"], r["left_rho"]) for r in public.blocks(POLICY)]
    assert rows == [(0, 0, 3e-9, 6e-9), (1, 1, 5e-9, 4e-9), (2, 2, 2e-9, 7e-9), (3, 3, 1e-9, 8e-9)]


def test_a_cap_is_told_only_of_the_policy_that_the_answers_name() -> None:
    public = PublicBudget(100)
    public.take(msgspec.structs.replace(release(0, 4, 2), policy="another"))
    assert [(r["first"], r["last"], r["left_rho"]) for r in public.blocks(POLICY)] == [(0, 4, None)]
    assert limits(public.terms(POLICY, "city_planning"), 5)["cap_rho"] is None
    assert limits(PublicBudget(1).terms(POLICY, "city_planning"), 5)["left_rho"] == 15e-9


@given(st.permutations([release(0, n, 1, "counter") for n in range(6)]))
def test_a_counters_curve_is_in_order_however_its_steps_come(steps: list[Release]) -> None:
    public = PublicBudget(100)
    for step in steps:
        public.take(step)
    (curve,) = public.counters()
    assert curve["steps"] == [[n, 100 + n, 2] for n in range(6)]


def test_memory_does_not_grow_with_the_stream() -> None:
    public = PublicBudget(50)
    for block in range(3 * KEPT):
        public.take(release(0, block, 1, "counter"))
        public.take(release(block, block, 1))
    (curve,) = public.counters()
    assert len(curve["steps"]) == KEPT and curve["steps"][-1][0] == 3 * KEPT - 1
    assert [(r["first"], r["last"]) for r in public.blocks(None)] == [(3 * KEPT - 24, 3 * KEPT - 1)]


def test_the_board_tells_it_in_the_words_of_the_claims() -> None:
    board = Board(sample.RUN, policy=POLICY)
    for said in [*ANSWERS, refusal("one"), refusal("one"), refusal("two")]:
        board.take("releases", None, msgspec.json.encode(said))
    ledger = board.snapshot(0.0)["ledger"]
    assert ledger["refusals"] == {"block_cap": 2}
    assert [row["cost_rho"] for row in ledger["blocks"]] == [3e-9, 5e-9, 2e-9, 1e-9]
    assert ledger["words"]["operator"] == OPERATOR
    assert ledger["words"]["joins"] == instead("store")
    assert ledger["words"]["relinking"] == claimed("re-linking")
    (row,) = ledger["privacy"]
    assert (row["cap_rho"], row["left_rho"]) == (20e-9, 20e-9)
    assert ledger["releases"][0]["half"] == 2
