"""Thresholds from costs: the cheapest decision, checked against trying all three."""

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.costs import Costs, costs_of, implied_costs, thresholds_for
from linkage.decision import Thresholds, decide
from linkage.errors import SchemaError
from linkage.review import probabilities

money = st.floats(0.01, 1000)
priced = st.builds(
    lambda f, m, r: Costs(false_link=f, missed_link=m, review=r), money, money, money
)


@given(priced, st.floats(-14, 14))
def test_the_decision_is_the_cheapest_of_the_three(costs: Costs, bits: float) -> None:
    p = 2.0**bits / (1.0 + 2.0**bits)
    price = {
        "link": (1 - p) * costs.false_link,
        "non-link": p * costs.missed_link,
        "review": costs.review,
    }
    decided = decide(thresholds_for(costs), [(1, bits)]).status
    assert price[decided] == pytest.approx(min(price.values()), rel=1e-9)


def test_a_look_that_is_too_dear_leaves_one_threshold_at_the_ratio_of_the_errors() -> None:
    found = thresholds_for(costs_of(20, 1, 30))
    assert found == Thresholds(link=log2(20), review=log2(20), margin=log2(20))
    assert probabilities([found.link])[0] == pytest.approx(20 / 21)


@given(priced, st.floats(6, 20), st.floats(-20, 20))
def test_with_a_rival_a_link_is_as_probable_as_the_costs_ask(
    costs: Costs, rival: float, ahead: float
) -> None:
    rule = thresholds_for(costs)
    weights = [rival + abs(ahead), rival]
    if decide(rule, list(enumerate(weights))).status == "link":
        alone = probabilities([max(rule.link, 0.0)])[0]
        # The odds against one rival, less the little that nobody else weighs.
        assert probabilities(weights)[0] >= alone - 2.0**-rival


@given(priced)
def test_thresholds_imply_the_costs_that_they_came_from(costs: Costs) -> None:
    if costs.review < 0.99 * min(costs.toss, costs.false_link, costs.missed_link):
        back = implied_costs(thresholds_for(costs))
        scale = costs.missed_link
        assert back.false_link == pytest.approx(costs.false_link / scale, rel=1e-6)
        assert back.review == pytest.approx(costs.review / scale, rel=1e-6)


def test_a_dearer_false_link_asks_for_more_and_a_dearer_miss_for_less() -> None:
    rules = [thresholds_for(costs_of(dear, 1, 0.2)) for dear in (1, 10, 100)]
    assert [rule.link for rule in rules] == sorted(rule.link for rule in rules)
    missed = [thresholds_for(costs_of(10, dear, 0.2)) for dear in (1, 10, 100)]
    assert [rule.review for rule in missed] == sorted((r.review for r in missed), reverse=True)


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("inf"), float("nan")])
def test_a_cost_that_is_none_is_refused_by_name(wrong: float) -> None:
    with pytest.raises(SchemaError, match=r"missed_link is .*finite numbers above 0"):
        costs_of(20, wrong, 1)
