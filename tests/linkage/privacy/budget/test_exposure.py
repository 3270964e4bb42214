from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import PolicyError
from linkage.privacy.budget.exposure import Exposure, Purpose, admit, opened
from linkage.privacy.budget.loss import PrivacyLoss

PRICES = st.lists(st.integers(0, 20), min_size=2, max_size=4)
CAPS = st.integers(0, 150)
ORDER = st.lists(st.integers(0, 3), max_size=40)


def purpose(prices, cap):
    return Purpose("security", tuple("abcd"[: len(prices)]), tuple(prices), cap)


def owed(visible, prices):
    """Return what every pair costs by the published formula."""
    return tuple(
        visible[s] * prices[s] + visible[t] * prices[t]
        for s, t in combinations(range(len(prices)), 2)
    )


@given(PRICES, CAPS, ORDER)
def test_spending_follows_the_formula_and_stays_under_the_cap(prices, cap, order):
    rule = purpose(prices, cap)
    account = opened(rule)
    for source in order:
        if source >= len(prices):
            continue
        after = admit(rule, account, source)
        shown = list(account.visible)
        shown[source] += 1
        fits = max(owed(shown, prices)) <= cap
        assert (after is not None) == fits
        if after is not None:
            account = after
            assert account.visible == tuple(shown)
        assert account.spent == owed(account.visible, prices)


@given(PRICES, PRICES, CAPS, CAPS, ORDER)
def test_a_new_policy_frees_nothing(prices, others, cap, new_cap, order):
    others = (others * 2)[: len(prices)]
    if len(others) < len(prices):
        others = prices
    account = opened(purpose(prices, cap))
    for turn, source in enumerate(order):
        rule = purpose(prices, cap) if turn < len(order) // 2 else purpose(others, new_cap)
        after = admit(rule, account, source % len(prices))
        if after is not None:
            assert all(new >= old for new, old in zip(after.spent, account.spent, strict=True))
            raised = [new for new, old in zip(after.spent, account.spent, strict=True) if new > old]
            assert all(new <= rule.cap for new in raised)
            account = after


def test_every_point_is_charged_to_its_pairs_and_a_refusal_is_not_final():
    rule = Purpose("security", ("phone", "bank", "internet"), (10, 10, 1), 30)
    account = admit(rule, admit(rule, opened(rule), 0), 0)
    assert account.spent == (20, 20, 0)
    full = admit(rule, account, 1)
    assert full.spent == (30, 20, 10)
    assert admit(rule, full, 0) is None
    assert admit(rule, full, 1) is None
    assert admit(rule, full, 2).spent == (30, 21, 11)


def test_exposure_refuses_to_be_added_to_privacy_loss():
    with pytest.raises(TypeError):
        Exposure(1) + PrivacyLoss(1)
    with pytest.raises(TypeError):
        PrivacyLoss(1) + Exposure(1)
    with pytest.raises(TypeError):
        Exposure(1) + 1
    with pytest.raises(TypeError):
        sum([Exposure(1), PrivacyLoss(1)], Exposure(0))
    assert sum([Exposure(1), Exposure(2)], Exposure(0)) == Exposure(3)


def test_a_purpose_needs_a_price_for_each_source():
    with pytest.raises(PolicyError, match="one tariff for each"):
        Purpose("p", ("phone", "bank"), (1,), 5)
    with pytest.raises(PolicyError, match="cannot be negative"):
        Purpose("p", ("phone", "bank"), (1, -1), 5)
