"""Canonical forms are idempotent and never empty, of every kind; transforms stay canonical."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.normalise import KINDS, date, number, phone
from linkage.transforms import TRANSFORMS, born

TEXTS = (
    st.text(max_size=24) | st.from_regex(r"[\d +().,-]{3,20}", fullmatch=True) | st.dates().map(str)
)
EVERY = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))


@EVERY
@settings(max_examples=60)
@given(written=TEXTS)
def test_the_canonical_form_of_a_canonical_form_is_itself(kind, written: str) -> None:
    once = kind.canonical(written)
    assert once != ""
    assert kind.canonical(once) == once


@EVERY
def test_missing_stays_missing(kind) -> None:
    assert kind.canonical(None) is kind.canonical("") is kind.canonical("  ") is None


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=list(TRANSFORMS))
@settings(max_examples=60)
@given(written=TEXTS)
def test_a_transform_takes_something_of_any_value_or_nothing(transform, written: str) -> None:
    for kind in KINDS.values():
        value = kind.canonical(written)
        assert value is None or transform(value) != ""


@pytest.mark.parametrize("written", ["+999 123-456-789", "00999123456789", "(+999)123456789"])
def test_spellings_of_a_phone_number_meet(written: str) -> None:
    assert phone(written) == "+999123456789"


def test_dates_and_numbers() -> None:
    assert date("1985-2-13") == date("1985.02.13") == "1985-02-13"
    assert date("13.2.1985") is None
    assert born("09000019850213123") is None
    assert number("1e400") is None
    assert number(" 1,000.0 ") == "1000"
