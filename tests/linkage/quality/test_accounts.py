"""Counts that can be checked by hand."""

import numpy as np
import pytest

from linkage.quality import Quality, by_stratum, link_scores, quality, sole_owners
from linkage.quality.accounts import NOBODY

DESCRIBED = {"a": 1, "b": 2, "c": 3, "d": None, "e": 5}
LINKED = {"a": 1, "b": 9, "d": 4}


def test_counts_by_hand() -> None:
    found = quality(DESCRIBED, LINKED)
    assert (found.accounts, found.findable, found.linked, found.correct) == (5, 4, 3, 1)
    assert (found.precision, found.recall) == (1 / 3, 1 / 4)
    assert found.f1 == pytest.approx(2 / 7)


def test_strata_by_hand() -> None:
    strata = dict(zip("abcde", ["ok", "ok", "missing", "missing", "ok"], strict=True))
    found = by_stratum(DESCRIBED, LINKED, strata)
    assert found["ok"] == Quality(3, 3, 2, 1, 1 / 2, 1 / 3, 0.4)
    assert found["missing"] == Quality(2, 1, 1, 0, 0.0, 0.0, 0.0)


def test_links_of_accounts_that_are_not_asked_about_do_not_count() -> None:
    assert quality({"a": 1}, {"a": 1, "z": 7}).precision == 1.0
    assert quality({}, {}) == Quality(0, 0, 0, 0, 1.0, 1.0, 1.0)


def test_without_links_precision_says_nothing() -> None:
    found = link_scores(np.array([1, 2]), np.array([NOBODY, NOBODY]))
    assert (found.precision.value, found.precision.low, found.precision.n) == (1.0, 0.0, 0)
    assert (found.recall.value, found.recall.n, found.f1.value) == (0.0, 2, 0.0)


def test_a_link_to_nobody_who_is_described_by_nobody_is_not_right() -> None:
    found = link_scores(np.array([NOBODY, NOBODY]), np.array([NOBODY, 7]))
    assert (found.linked, found.correct, found.findable) == (1, 0, 0)
    assert found.precision.value == 0.0


def test_accounts_of_one_person_widen_the_interval_and_move_nothing_else() -> None:
    described, linked = np.repeat([1, 2, 3, 4], 25), np.repeat([1, 2, 3, 9], 25)
    alone = link_scores(described, linked, np.arange(100))
    together = link_scores(described, linked)
    assert alone.recall.value == together.recall.value == 0.75
    assert alone.recall.n == together.recall.n == 100
    assert together.recall.low < alone.recall.low < alone.recall.high < together.recall.high


def test_people_outside_the_registry_can_be_told_apart() -> None:
    """A hundred links of one stranger are one mistake, not a hundred."""
    nobody, linked = np.full(100, NOBODY), np.r_[np.full(50, 5), np.full(50, NOBODY)]
    described = np.r_[nobody, np.arange(100)]
    linked = np.r_[linked, np.arange(100)]
    by_stranger = link_scores(described, linked, np.r_[np.full(100, 700), np.arange(100)])
    by_account = link_scores(described, linked)
    assert by_stranger.precision.value == by_account.precision.value == 100 / 150
    assert by_stranger.precision.low < by_account.precision.low


def test_accounts_of_nobody_have_nothing_to_do_with_each_other_unless_said() -> None:
    described = np.r_[np.full(50, NOBODY), np.arange(50)]
    linked = np.r_[np.full(25, 5), np.full(25, NOBODY), np.arange(50)]
    assert link_scores(described, linked) == link_scores(described, linked, np.arange(100))


def test_only_the_people_with_links_stand_behind_precision() -> None:
    """Ten right links of two people, among a thousand, are those of the two people alone."""
    described, linked = np.repeat(np.arange(200), 5), np.full(1000, NOBODY)
    linked[:10] = described[:10]
    found, alone = link_scores(described, linked), link_scores(described[:10], linked[:10])
    assert found.precision == alone.precision
    assert found.precision.low < 0.4


def test_only_a_value_of_one_person_finds_them() -> None:
    owners = [("A1", 1), ("B2", 2), ("B2", 3), (None, 4), ("C3", 5), ("C3", 5)]
    claims = [["A1"], ["B2"], [None], ["X"], [], ["A1", None, "X"], ["A1", "C3"], ["C3"]]
    assert sole_owners(owners, claims) == [1, None, None, None, None, 1, None, 5]
