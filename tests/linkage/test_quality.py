"""Counts that can be checked by hand."""

import pytest

from linkage.quality import Quality, by_stratum, quality

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
