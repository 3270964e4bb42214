"""Questions that somebody asks: due when their window is, answered once, refused in public."""

from itertools import permutations

import msgspec
import pytest

from streams.messages import Refused
from tests.streams.stages.released import (
    COST,
    STANDING,
    Dice,
    Released,
    by_hand,
    counter,
    offer,
    policy,
    question,
)

TOWN = [{"phone": [1, 2], "bank": [2]}, {"phone": [2, 3], "bank": [4]}, {"phone": [1], "bank": []}]


def asking(**caps: int) -> Released:
    return Released(policy(parts=(STANDING, offer()), **caps))


def said(run: Released) -> list[bytes]:
    return [out.value for out in run.rig.topic("releases")]


def test_a_question_waits_until_its_window_is_decided() -> None:
    run = asking()
    run.ask(question(0, 1))
    run.run(TOWN[0])
    assert run.truths("asked") == []
    run.run(TOWN[1], first=1)
    assert run.truths("asked") == [[3, 2]]
    assert run.rig.tables["asked"] == {}
    assert run.spent() == by_hand(run.entries()) == {1: 20, 2: 30, 3: 20, 4: 20}


def test_after_the_last_close_it_is_answered_at_once() -> None:
    run = asking()
    run.run(*TOWN)
    run.close(3, last=True)
    run.ask(question(1, 2))
    assert run.truths("asked") == [[3, 1]]
    assert run.published()[-1].id == question(1, 2).request(run.policy.hash)
    assert run.spending().granted == run.rig.tables["totals"]["statistics granted"] == 10


def test_asked_again_it_gets_the_same_bytes_and_costs_nothing() -> None:
    run = asking()
    run.ask(question(0, 1))
    run.ask(question(0, 1))
    run.run(*TOWN)
    before, drawn = run.spent(), len(run.dice.asked)
    (first,) = [value for value in said(run) if b'"kind":"asked"' in value]
    for _ in range(100):
        run.ask(question(0, 1))
    run.reopen()
    run.ask(question(0, 1))
    assert said(run)[-101:] == [first] * 101
    assert run.spent() == before and len(run.dice.asked) == drawn


def test_who_asks_a_standing_question_before_or_after_gets_its_answer() -> None:
    run = asking()
    run.ask(question(1, 1))
    run.run(*TOWN)
    run.ask(question(1, 1))
    answers = said(run)
    assert len(answers) == 5 and answers[1] == answers[2] == answers[-1]
    assert len(run.entries()) == 3 and run.spent() == by_hand(run.entries())


def test_questions_of_one_block_are_answered_in_an_order_of_their_own() -> None:
    """The cap leaves room for one of them; when they came makes no difference to which."""
    three = [question(0, 0, sources=("phone",)), question(0, 1), question(1, 1, sources=("bank",))]
    found = []
    for order in permutations(three):
        run = asking(person=2)
        run.ask(*order[:1])
        run.ask(*order[1:])
        run.run(*TOWN[:2])
        found.append(run.entries())
    assert all(entries == found[0] for entries in found) and len(found[0]) == 5
    assert max(by_hand(found[0]).values()) == 2 * COST


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (question(purpose="other"), "purpose"),
        (question(query="cell_people"), "query"),
        (question(sources=("camera",)), "source"),
        (question(nano_rho=COST + 1), "rho"),
        (question(0, 2), "window"),
        (question(1, 0), "window"),
        (question(-1, 0), "closed"),
    ],
)
def test_what_the_policy_forbids_is_refused_in_public_and_costs_nothing(
    asked: object, code: str
) -> None:
    run = asking()
    run.run(*TOWN)
    before = run.entries()
    run.ask(asked)  # type: ignore[arg-type]
    (refused,) = [one for one in run.published() if isinstance(one, Refused)]
    assert (refused.code, refused.question, refused.policy) == (code, asked, run.policy.hash)
    assert run.entries() == before and run.rig.tables["asked"] == {}


@pytest.mark.parametrize("nano_rho", [b"NaN", b"-0.5", b"-1", b"0", b"1e400", b'"ten"', b"null"])
def test_a_price_that_is_no_whole_number_is_unreadable(nano_rho: bytes) -> None:
    run = asking()
    body = msgspec.json.encode(question()).replace(b'"nano_rho":10', b'"nano_rho":' + nano_rho)
    run.feed(b"q" + body)
    (refused,) = run.published()
    assert isinstance(refused, Refused) and refused.code == "unreadable"
    assert refused.question is None and run.rig.tables["head"] == {}


def test_a_window_in_the_past_is_closed_and_one_that_never_comes_is_over() -> None:
    run = Released(policy(kept=2, parts=(STANDING, offer())))
    run.ask(question(3, 4))
    run.run(*TOWN)
    run.ask(question(0, 1))
    run.close(3, last=True)
    run.ask(question(2, 3))
    assert run.refusals() == ["closed", "over", "over"]
    assert sorted({block for block, _ in run.rig.tables["activity"]}) == [1, 2]
    run.ask(question(1, 2))
    assert run.truths("asked") == [[3, 1]]


def test_the_cap_of_a_block_is_public_and_keeps_room_for_what_stands() -> None:
    """A block may cost 3: 1 is for the day's standing question, when the day is over."""
    run = Released(policy(block=3, parts=(STANDING + "hours = 3\n", offer())))
    run.run(*TOWN[:2])
    run.ask(question(0, 0, sources=("phone",)), question(0, 1))
    run.close(2)
    run.ask(question(1, 1), question(0, 0, sources=("bank",)))
    assert run.refusals() == ["block_cap"]
    last = run.published()[-1]
    assert isinstance(last, Refused) and last.left_nano_rho == 0
    run.run(TOWN[2], first=2)
    sums = run.rig.tables["blocks"]
    assert {block: sums["statistics", block] // COST for block in range(3)} == {0: 3, 1: 3, 2: 1}
    assert run.refusals() == ["block_cap"]


def test_a_question_that_waits_while_the_policy_changes_has_to_be_asked_again() -> None:
    run = asking()
    run.ask(question(0, 1))
    run.run(TOWN[0])
    run.reopen(policy(person=20, parts=(STANDING, offer())))
    run.run(TOWN[1], first=1)
    assert run.refusals() == ["policy"] and run.truths("asked") == []
    run.ask(question(0, 1))
    run.close(2)
    assert run.truths("asked") == [[3, 2]]
    assert all(e.request == e.question.request(e.policy) for e in run.entries())


def test_a_refusal_is_the_same_whatever_was_spent_on_anybody() -> None:
    rich, poor = asking(person=100), asking(person=1)
    for run in (rich, poor):
        run.run(*TOWN)
        run.ask(question(0, 1))
        run.close(3)
    shapes = [[sorted(msgspec.json.decode(value)) for value in said(run)] for run in (rich, poor)]
    assert shapes[0] == shapes[1]
    assert rich.truths("asked") == [[3, 2]] and poor.truths("asked") == [[0, 0]]
    assert (poor.dice.asked[-1], len(poor.dice.asked)) == ([0, 0], len(rich.dice.asked))


def test_a_counter_counts_everybody_once_and_lets_them_pay_once() -> None:
    run = Released(policy(parts=(counter(horizon=3),)), Dice())
    run.run(*TOWN, {"phone": [7], "bank": []}, {"phone": [8], "bank": []})
    assert run.truths("counter") == [[2], [2], [0]]
    assert run.spent() == by_hand(run.entries()) == dict.fromkeys((1, 2, 3, 4), 3 * COST)
    assert [getattr(one, "code", "answer") for one in run.published()] == [
        *["answer"] * 3,
        "horizon",
    ]
    assert run.rig.tables["blocks"]["statistics", 1] == 3 * COST


def test_a_counter_may_count_a_person_more_than_once_for_one_price() -> None:
    run = Released(policy(person=3, parts=(counter(most=2), STANDING)))
    run.run(*[{"phone": [1], "bank": []}] * 4)
    assert run.truths("counter") == [[0], [0], [0], [0]]
    run = Released(policy(person=5, parts=(counter(most=2), STANDING)))
    run.run(*[{"phone": [1], "bank": []}] * 4)
    assert run.truths("counter") == [[1], [1], [0], [0]]
    assert run.spent() == {1: 5 * COST}


def test_a_counter_goes_on_where_it_stood_and_keeps_its_terms() -> None:
    run, straight = (Released(policy(parts=(counter(horizon=4),))) for _ in range(2))
    for block, people in enumerate(TOWN):
        run.run(people, first=block)
        run.reopen()
    straight.run(*TOWN)
    assert said(run) == said(straight)
    for other in (counter(horizon=5), counter(horizon=4, most=2), counter(4, cost=COST)):
        with pytest.raises(Exception, match="counter 'people_seen' began with horizon_blocks 4"):
            run.reopen(policy(parts=(other,)))
