"""Each transform on values worked out by hand, also on what is too short for it."""

import pytest

from linkage.transforms import TRANSFORMS

BY_HAND = [
    ("area", "a17-s4-h113", "a17"),
    ("area", "a17", "a17"),
    ("born", "09000019850213123X", "1985-02-13"),
    ("born", "0900001985021312", None),
    ("born", "090000X9850213123X", None),
    ("end", "42", "42"),
    ("end", "209942", "9942"),
    ("first", "van der berg", "van"),
    ("last", "van der berg", "berg"),
    ("last", "berg", "berg"),
    ("sorted", "street high", "high street"),
    ("sound", "schmidt", "scmdt"),
    ("sound", "o brien", "obrn"),
    ("sound", "anna", "an"),
    ("start", "ab", "ab"),
    ("start", "abcdef", "abcd"),
    ("street", "a17-s4-h113", "a17-s4"),
    ("street", "a17-s4", None),
    ("unordered", "1985-13-02", "1985-0213"),
    ("unordered", "1985-02-13", "1985-0213"),
    ("unordered", "1985-02-12", "1985-0212"),
    ("year", "1985-02-13", "1985"),
]


@pytest.mark.parametrize(("name", "value", "expected"), BY_HAND)
def test_transforms_by_hand(name: str, value: str, expected: str | None) -> None:
    assert TRANSFORMS[name](value) == expected


def test_every_transform_is_worked_out() -> None:
    assert {name for name, _, _ in BY_HAND} == set(TRANSFORMS)
