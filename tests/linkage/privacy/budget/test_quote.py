from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.budget.admission import Blocks, left, refusal
from linkage.privacy.budget.loss import PrivacyLoss, epsilon
from linkage.privacy.budget.quote import noise_of, quote
from tests.linkage.privacy.budget.asked import DOMAIN, OVER, POLICY, ask, ask_classes


def test_the_noise_of_an_answer_by_hand() -> None:
    (one,) = quote(POLICY, DOMAIN, [ask()], OVER).questions
    assert one.noise is not None and one.refusal is None and one.nano_rho == 10
    sigma = sqrt(2 / (2 * 10e-9))
    assert one.noise.sigma == pytest.approx(sigma)
    assert one.noise.expected_error == pytest.approx(sigma * sqrt(2 / 3.14159265))
    assert one.noise.half_width == pytest.approx(1.96 * sigma, abs=1)
    assert (one.noise.l2_squared, one.noise.numbers, one.noise.delta) == (2, 2, 1e-6)
    assert one.noise.epsilon == epsilon(PrivacyLoss(10), 1e-6)


def test_a_question_without_a_number_has_noise_to_tell_all_the_same() -> None:
    nowhere = noise_of(DOMAIN, ask(query="top_cells", sources=("internet",)), 1e-6)
    assert (nowhere.numbers, nowhere.l2_squared) == (0, 1)


def test_each_question_is_checked_against_what_those_before_it_leave() -> None:
    batch = [ask(), ask_classes(nano_rho=9), ask(sources=("bank",), nano_rho=2), ask(nano_rho=1)]
    found = quote(POLICY, DOMAIN, batch, OVER)
    assert [one.nano_rho for one in found.questions] == [10, 9, 0, 1]
    third = found.questions[2].refusal
    assert third is not None and third.code == "block_cap" and third.left_nano_rho == 1
    assert {(x.block, x.before, x.after, x.cap) for x in found.left} == {
        (block, 20, 0, 20) for block in range(40, 46)
    }
    statistics, together = found.worst
    assert (statistics.purpose, statistics.nano_rho, statistics.batches) == ("statistics", 20, 2)
    assert (together.purpose, together.nano_rho, together.batches) == (None, 20, 3)


def test_what_was_asked_before_is_free() -> None:
    asked = ask(nano_rho=3)
    found = quote(POLICY, DOMAIN, [ask(), ask(), asked], OVER, {asked.request(POLICY.hash)})
    assert [(one.nano_rho, one.again) for one in found.questions] == [
        (10, False),
        (0, True),
        (0, True),
    ]
    assert {x.after for x in found.left} == {10}
    assert all(one.noise is not None for one in found.questions)


def test_two_purposes_draw_on_one_lifetime() -> None:
    health = ask(purpose="health", query="total_events", sources=("phone",), nano_rho=9, most=4)
    found = quote(POLICY, DOMAIN, [health, ask()], OVER)
    assert [(w.purpose, w.nano_rho, w.batches, w.cap) for w in found.worst] == [
        ("statistics", 10, 5, 50),
        ("health", 9, 3, 30),
        (None, 19, 3, 60),
    ]
    assert [w.delta for w in found.worst] == [1e-6, 1e-5, 1e-5]


def test_a_batch_of_refusals_costs_nothing() -> None:
    found = quote(POLICY, DOMAIN, [ask(purpose="sales"), ask(nano_rho=-1)], OVER)
    assert [one.refusal.code for one in found.questions if one.refusal] == ["purpose", "rho"]
    assert found.left == ()
    (together,) = found.worst
    assert (together.nano_rho, together.epsilon, together.batches) == (0, 0.0, None)


@given(st.lists(st.tuples(st.integers(24, 47), st.integers(1, 6), st.integers(-1, 11))))
def test_no_batch_overdraws_and_what_is_refused_takes_nothing(
    asked: list[tuple[int, int, int]],
) -> None:
    batch = [ask(first=first, last=first + more, nano_rho=rho) for first, more, rho in asked]
    found = quote(POLICY, DOMAIN, batch, OVER)
    (statistics, _) = POLICY.releases
    spent = dict(OVER.spent)
    for one in found.questions:
        so_far = Blocks(OVER.decided, OVER.oldest, OVER.over, spent)
        if not one.again:
            assert one.refusal == refusal(POLICY, DOMAIN, one.question, so_far)
        for block in range(one.question.first, one.question.last + 1):
            key = "statistics", block
            spent[key] = spent.get(key, 0) + one.nano_rho
    for x in found.left:
        assert 0 <= x.after <= x.before == left(statistics, x.block, OVER)
        assert x.after == 20 - spent.get(("statistics", x.block), 0)
