import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.ledger import charge, charge_id, request_hash

RELEASES = st.lists(
    st.tuples(st.lists(st.booleans(), min_size=5, max_size=5), st.integers(0, 9)), max_size=20
)


@given(RELEASES, st.integers(0, 30))
def test_nobody_ever_exceeds_the_cap_and_the_dropped_pay_nothing(releases, cap):
    spent = np.zeros(5, dtype=np.int64)
    by_hand = [0] * 5
    for members, cost in releases:
        before = spent.copy()
        charged, after = charge(spent, np.array(members), cost, cap)
        for person, member in enumerate(members):
            takes_part = member and by_hand[person] + cost <= cap
            by_hand[person] += cost if takes_part else 0
            assert charged[person] == takes_part
        assert spent.tolist() == before.tolist()
        assert after.tolist() == by_hand
        spent = after
    assert spent.max() <= cap


@given(st.permutations(range(5)), st.lists(st.integers(0, 10), min_size=5, max_size=5))
def test_order_of_members_does_not_matter(order, spent):
    held, members = np.array(spent), np.array([True, True, False, True, False])
    charged, after = charge(held, members, 4, 10)
    shuffled, moved = charge(held[order], members[order], 4, 10)
    assert shuffled.tolist() == charged[order].tolist()
    assert moved.tolist() == after[order].tolist()


def test_a_cap_below_what_is_spent_refuses_and_frees_nothing():
    charged, after = charge(np.array([8, 2**62]), np.array([True, True]), 2**62, 2**62 + 5)
    assert charged.tolist() == [False, False]
    assert after.tolist() == [8, 2**62]
    charged, after = charge(np.array([8, 1]), np.array([True, True]), 1, 5)
    assert (charged.tolist(), after.tolist()) == ([False, True], [8, 2])


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="cost and cap"):
        charge(np.array([0]), np.array([True]), -1, 5)
    with pytest.raises(ValueError, match="must agree"):
        charge(np.array([0]), np.array([True, False]), 1, 5)


def test_a_replay_makes_the_same_charge_and_any_difference_another():
    base = ("statistics", "active_people", 7, 5, "abc")
    others = [
        ("statistic", "sactive_people", 7, 5, "abc"),
        ("statistics", "active_people", 8, 5, "abc"),
        ("statistics", "active_people", 7, 6, "abc"),
        ("statistics", "active_people", 7, 5, "abd"),
    ]
    assert request_hash(*base) == request_hash(*base)
    assert len({request_hash(*request) for request in [base, *others]}) == 5
    request = request_hash(*base)
    assert charge_id("key", request) == charge_id("key", request)
    assert charge_id("key", request) != charge_id("other", request)
