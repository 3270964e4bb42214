"""Strata beside a baseline."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.quality.accounts import NOBODY
from linkage.quality.strata import shared, strata

DESCRIBED = np.array([1, 1, 2, 3, NOBODY, 4])
LINKED = np.array([1, 1, 2, NOBODY, 9, 5])
CLAIMED = np.array([1, NOBODY, 7, 3, NOBODY, 4])
GROUPS = {
    "first": np.array([True, True, True, False, False, False]),
    "none": np.zeros(6, np.bool_),
    "last": np.array([False, False, True, True, True, True]),
}


def test_groups_by_hand() -> None:
    first, last = strata(DESCRIBED, LINKED, CLAIMED, DESCRIBED, GROUPS)
    assert (first.name, last.name) == ("first", "last")
    assert (first.links.correct, first.baseline.correct) == (3, 1)
    assert (first.baseline.precision.value, first.baseline.recall.value) == (1 / 2, 1 / 3)
    assert (last.links.accounts, last.links.findable, last.links.linked) == (4, 3, 3)
    assert (last.links.correct, last.baseline.correct) == (1, 2)


@given(st.lists(st.sampled_from(["wu", "li", "oz", None]), max_size=8))
def test_shared_values_are_those_of_two_or_more(values: list[str | None]) -> None:
    expected = [value is not None and values.count(value) > 1 for value in values]
    assert shared(values).tolist() == expected
