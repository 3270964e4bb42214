from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.budget.admission import AHEAD, NUMBERS, Blocks, left, numbers, refusal
from linkage.privacy.budget.contributions import Domain
from linkage.privacy.budget.query import load_queries
from linkage.privacy.budget.question import Question
from tests.linkage.privacy.budget.asked import DOMAIN, OVER, POLICY, RUNNING, ask, ask_classes


def test_what_is_offered_is_not_refused() -> None:
    for question in (ask(), ask(first=45), ask_classes(), ask_classes(hours=6, side=9, most=1)):
        assert refusal(POLICY, DOMAIN, question, OVER) is None
    assert refusal(POLICY, DOMAIN, ask(first=45, last=50), RUNNING) is None, "it will be decided"


@pytest.mark.parametrize(
    ("question", "code", "words"),
    [
        (ask(purpose="sales"), "purpose", "'sales' is not in the policy; statistics, health may"),
        (ask(purpose="security"), "purpose", "'security' may join sources and release nothing"),
        (ask(query="cats"), "query", "got 'cats', statistics offers active_people, class_people"),
        (ask(query="total_events"), "query", "got 'total_events', statistics offers"),
        (ask(sources=()), "source", "got [], needs one or more of phone, bank, internet"),
        (ask(sources=("phone", "phone")), "source", "each once"),
        (ask(sources=("camera",)), "source", "got ['camera']"),
        (ask(query="top_cells", sources=("internet",)), "source", "whose places are no cells"),
        (ask(nano_rho=0), "rho", "nano_rho: got 0, statistics offers 1 to 10 for active_people"),
        (ask(nano_rho=-5), "rho", "got -5"),
        (ask(nano_rho=11), "rho", "got 11"),
        (ask(nano_rho=float("nan")), "rho", "got nan"),
        (ask(nano_rho=True), "rho", "got True"),
        (ask_classes(most=4), "most", "most: got 4, statistics offers 1 to 3 for class_people"),
        (ask_classes(most=0), "most", "most: got 0"),
        (ask_classes(hours=1), "hours", "hours: got 1, statistics offers 2 or more"),
        (ask_classes(side=1), "side", "side: got 1, statistics offers 2 or more"),
        (ask(query="top_cells", k=0), "k", "k: got 0, statistics offers 1 or more"),
        (ask(side=2), "side", "side: got 2, and active_people does not use it; leave it out"),
        (ask(first=46), "window", "last: got 45, which is before the first block, 46"),
        (ask(first=33), "window", "got 13 blocks from 33, active_people is offered for 12"),
        (ask(first=23, last=25), "closed", "before 24 are closed; open are blocks 24 to 47"),
        (ask(first=47, last=48), "over", "ended with block 47; open are blocks 24 to 47"),
        (ask(first=28, last=33), "block_cap", "block 30 has 5 of 20 nano-rho left; ask for less"),
    ],
)
def test_a_refusal_names_the_field_and_the_fix(question: Question, code: str, words: str) -> None:
    found = refusal(POLICY, DOMAIN, question, OVER)
    assert found is not None and found.code == code
    assert words in found.words
    assert found.left_nano_rho == (5 if code == "block_cap" else None)


def test_what_is_far_ahead_is_asked_too_early() -> None:
    last = RUNNING.decided + AHEAD
    assert refusal(POLICY, DOMAIN, ask(first=last, last=last), RUNNING) is None
    found = refusal(POLICY, DOMAIN, ask(first=2**70, last=2**70), RUNNING)
    assert found is not None and found.code == "early"


def test_what_somebody_wrote_is_not_told_at_length() -> None:
    long = "x" * 10**6
    for question in (ask(purpose=long), ask(query=long), ask(sources=(long,) * 9), ask(most=long)):
        found = refusal(POLICY, DOMAIN, question, RUNNING)
        assert found is not None and len(found.words) < 300


def test_an_answer_has_so_many_numbers_at_most() -> None:
    wide = Domain(DOMAIN.sources, cells=10**6, width=1000, apart=("internet",))
    found = refusal(POLICY, wide, ask_classes(), OVER)
    assert found is not None and found.code == "numbers"
    assert f"needs {NUMBERS:,} at most: ask for larger squares or longer windows" in found.words
    assert refusal(POLICY, wide, ask_classes(side=50), OVER) is None
    query = load_queries()["class_people"]
    # 3 windows of the 25 squares of 2 x 2 on 9 rows of 10 cells, of which the last has 7.
    assert numbers(query, ask_classes(), DOMAIN) == 2 * 3 * (5 * 5 - 1 + 1)


def test_a_run_that_has_decided_nothing_has_no_block_open() -> None:
    nothing = Blocks(decided=-1, oldest=0, over=True, spent={})
    found = refusal(POLICY, DOMAIN, ask(first=0, last=0), nothing)
    assert found is not None and "no block is open" in found.words
    assert refusal(POLICY, DOMAIN, ask(), replace(nothing, over=False)) is None


def test_a_cap_that_is_now_below_what_was_spent_leaves_nothing() -> None:
    (statistics, _) = POLICY.releases
    over = Blocks(47, 24, True, {("statistics", 40): 25})
    assert left(statistics, 40, over) == -5
    found = refusal(POLICY, DOMAIN, ask(nano_rho=1), over)
    assert found is not None and found.left_nano_rho == 0


ANYTHING = st.integers(-3, 60) | st.sampled_from([2**70, -(2**70)])


@given(st.fixed_dictionaries(dict.fromkeys(("first", "last", "nano_rho", "most", "k"), ANYTHING)))
def test_no_numbers_break_it_and_a_question_that_passes_fits_its_blocks(
    fields: dict[str, Any],
) -> None:
    for query in ("active_people", "class_people", "top_cells"):
        question = ask(query=query, hours=2, side=2, **fields)
        if refusal(POLICY, DOMAIN, question, OVER) is None:
            (statistics, _) = POLICY.releases
            for block in range(question.first, question.last + 1):
                assert 24 <= block <= 47
                assert 0 < question.nano_rho <= left(statistics, block, OVER)
