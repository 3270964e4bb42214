"""Laws of composition: what was answered costs the sum, however it is counted."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.budget.exposure import Exposure
from linkage.privacy.budget.loss import PrivacyLoss, epsilon, from_rho

LOSSES = st.lists(st.integers(0, 10**15).map(PrivacyLoss), max_size=30)
NOTHING = PrivacyLoss(0)


@given(LOSSES, st.randoms(use_true_random=False))
def test_order_changes_no_total(losses, chance):
    shuffled = list(losses)
    chance.shuffle(shuffled)
    assert sum(shuffled, NOTHING) == sum(losses, NOTHING)


@given(LOSSES, st.lists(st.integers(0, 30), max_size=6))
def test_grouping_changes_no_total(losses, cuts):
    places = [0, *sorted(min(cut, len(losses)) for cut in cuts), len(losses)]
    groups = [losses[a:b] for a, b in pairwise(places)]
    assert sum((sum(group, NOTHING) for group in groups), NOTHING) == sum(losses, NOTHING)


@given(st.integers(0, 10**12), st.integers(0, 500), st.integers(0, 500))
def test_splitting_a_batch_changes_no_total(nano, first, second):
    def batch(size):
        return sum([PrivacyLoss(nano)] * size, NOTHING)

    assert batch(first) + batch(second) == batch(first + second)
    assert batch(first) == PrivacyLoss(first * nano)


@given(st.lists(st.floats(0, 10), max_size=20))
def test_rounding_never_makes_the_whole_cheaper_than_its_parts(rhos):
    parts = sum((from_rho(rho) for rho in rhos), NOTHING)
    assert parts.nano_rho >= sum(int(rho * 1e9) for rho in rhos)
    assert parts.nano_rho <= sum(rhos) * 1e9 + len(rhos) + 1e-3


@given(st.integers(1, 10**10), st.integers(1, 10**10), st.floats(1e-9, 0.1))
def test_epsilon_of_both_is_less_than_both_epsilons(a, b, delta):
    """At half the delta each: basic composition, which counting rho never does worse than."""
    one, two = PrivacyLoss(a), PrivacyLoss(b)
    apart = epsilon(one, delta / 2) + epsilon(two, delta / 2)
    assert epsilon(one + two, delta) <= apart + 1e-9


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_the_two_ledgers_are_never_added(nano, bits):
    loss, exposure = PrivacyLoss(nano), Exposure(bits)
    for add in (lambda: loss + exposure, lambda: exposure + loss, lambda: sum([loss], exposure)):
        with pytest.raises(TypeError):
            add()


@pytest.mark.parametrize("number", [0, 1, 0.5])
def test_a_loss_is_not_added_to_a_bare_number(number):
    for add in (lambda: PrivacyLoss(1) + number, lambda: number + PrivacyLoss(1)):
        with pytest.raises(TypeError):
            add()
