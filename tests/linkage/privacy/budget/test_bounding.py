import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.budget.bounding import clamped_sum, events_per_label, people_per_label

PEOPLE = st.sampled_from([0, 1, 2, 2**24 - 1, 2**24, 2**39])
SAID = st.lists(st.tuples(PEOPLE, st.integers(0, 4), st.integers(1, 9)), max_size=30)


def columns(said: list[tuple[int, int, int]]) -> np.ndarray:
    return np.array(said, np.int64).reshape(-1, 3).T


def test_a_person_counts_once_in_a_label_and_in_as_many_as_they_may() -> None:
    person = np.array([5, 5, 5, 5, 6])
    label = np.array([0, 0, 1, -1, 1])
    assert people_per_label(person, label, 3, most=2).tolist() == [1, 2, 0]
    one = people_per_label(person, label, 3, most=1).tolist()
    assert one in ([1, 1, 0], [0, 2, 0])


@given(SAID, st.integers(1, 6))
def test_who_counts_is_what_counting_by_hand_gives(said: list, most: int) -> None:
    person, label, events = columns(said)
    found = people_per_label(person, label, 5, most)
    labels = {p: {x for q, x, _ in said if q == p} for p, _, _ in said}
    assert found.sum() == sum(min(most, len(own)) for own in labels.values())
    assert (found <= [sum(x in own for own in labels.values()) for x in range(5)]).all()
    sums = {p: sum(e for q, _, e in said if q == p) for p, _, _ in said}
    in_all = sum(min(most, own) for own in sums.values())
    assert clamped_sum(person, events, most) == in_all
    spread = events_per_label(person, label, events, 5, most)
    assert spread.sum() == in_all
    assert (spread <= [sum(e for _, x, e in said if x == y) for y in range(5)]).all()


def test_the_lot_favours_no_label_and_repeats_itself() -> None:
    """40,000 people with four labels each, of which one counts: a quarter each, by chance."""
    person, label = np.repeat(np.arange(40_000), 4), np.tile(np.arange(4), 40_000)
    found = people_per_label(person, label, 4, most=1)
    # Six standard deviations of a binomial: sqrt(40,000 x 3/16) is 87.
    assert np.abs(found - 10_000).max() < 6 * 87
    assert found.tolist() == people_per_label(person[::-1], label[::-1], 4, most=1).tolist()
    spread = events_per_label(person, label, np.full(160_000, 2), 4, most=3)
    assert spread.sum() == 120_000 and np.abs(spread - 30_000).max() < 6 * 3 * 87


def test_sparse_numbers_of_people_change_no_choice_of_others() -> None:
    """A person beyond 2**24 has all people numbered anew; their lots stay theirs."""
    person, label = np.repeat(np.arange(500), 3), np.tile(np.arange(3), 500)
    alone = people_per_label(person, label, 4, most=1)
    beside = people_per_label(np.append(person, 2**40), np.append(label, 3), 4, most=1)
    assert beside.tolist() == [*alone.tolist()[:3], 1]


def test_nobody_and_events_below_zero_count_nothing() -> None:
    nobody = np.empty(0, np.int64)
    assert people_per_label(nobody, nobody, 2, most=1).tolist() == [0, 0]
    assert events_per_label(nobody, nobody, nobody, 2, most=1).tolist() == [0, 0]
    assert clamped_sum(nobody, nobody, most=1) == 0
    assert clamped_sum(np.array([1, 2]), np.array([-5, 3]), most=4) == 3


def test_more_labels_than_a_key_holds_are_refused() -> None:
    with pytest.raises(ValueError, match=r"label: got 1048576, needs less than 1,048,576"):
        people_per_label(np.array([1]), np.array([2**20]), 2**20 + 1, most=1)
