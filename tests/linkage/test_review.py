"""The queue's order: the value of information, against counting out every world by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.costs import Costs, costs_of, thresholds_for
from linkage.review import probabilities, question, queue

COSTS = costs_of(20, 1)
candidates = st.dictionaries(st.integers(1, 9), st.floats(-12, 12), min_size=1, max_size=5)


def cheapest(odds: dict[int | None, float], costs: Costs) -> float:
    """The least expected cost over who the holder is (None: nobody), by trying every action."""

    def cost(action: int | None, holder: int | None) -> float:
        false = action is not None and action != holder
        missed = holder is not None and action != holder
        return false * costs.false_link + missed * costs.missed_link

    total = sum(odds.values())
    if not total:
        return 0.0
    return min(sum(o * cost(a, h) for h, o in odds.items()) / total for a in (None, *odds))


@given(candidates, st.sampled_from([COSTS, costs_of(1, 20), costs_of(3, 3), costs_of(100, 1)]))
def test_the_value_is_what_a_right_answer_saves_on_average(
    weights: dict[int, float], costs: Costs
) -> None:
    odds: dict[int | None, float] = {None: 1.0, **{p: 2.0**w for p, w in weights.items()}}
    total = sum(odds.values())
    now, worth = cheapest(odds, costs), {}
    for person in weights:
        others = {h: o for h, o in odds.items() if h != person}
        share = sum(others.values()) / total
        worth[person] = now - share * cheapest(others, costs)
    found = question(list(weights.items()), costs)
    assert found is not None
    assert found.value == pytest.approx(max(worth.values()), abs=1e-9)
    assert worth[found.person] == pytest.approx(found.value, abs=1e-9)
    assert found.value >= -1e-12
    assert found.probability == pytest.approx(odds[found.person] / total)


@given(st.floats(-12, 12))
def test_of_a_pair_it_is_worth_a_look_exactly_between_the_thresholds(bits: float) -> None:
    rule, found = thresholds_for(COSTS), question([(1, bits)], COSTS)
    assert found is not None
    if min(abs(bits - rule.link), abs(bits - rule.review)) > 1e-9:
        assert (found.value > COSTS.review) == (rule.review < bits < rule.link)


def test_two_who_cannot_be_told_apart_are_worth_more_than_one_who_is_sure() -> None:
    found = queue([("sure", [(1, 14.0)]), ("twins", [(1, 14.0), (2, 14.0)]), ("none", [])], COSTS)
    assert [one.name for one in found] == ["twins", "sure"]
    # Half a chance of each: without an answer no link is made, and one is missed for certain.
    assert found[0].question.value == pytest.approx(1.0, abs=1e-3)


def test_equal_ones_are_in_order_of_their_names_and_of_more_weight() -> None:
    found = queue([("b", [(7, 2.0), (3, 2.0)]), ("a", [(3, 2.0), (7, 2.0)])], COSTS)
    assert [(one.name, one.question.person) for one in found] == [("a", 3), ("b", 3)]


def test_probabilities_of_extreme_weights_stay_numbers() -> None:
    found = probabilities([4000.0, 3999.0, -4000.0])
    assert np.isfinite(found).all()
    assert found.round(3).tolist() == [0.667, 0.333, 0.0]
    assert probabilities([]).tolist() == []
    assert question([(1, 4000.0), (2, -4000.0)], COSTS) is not None
