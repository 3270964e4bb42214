"""Canonical forms are idempotent and never empty."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.normalise import birth, birth_in, normalise, phone
from linkage.records import FIELDS, Record

TEXTS = st.none() | st.text(max_size=24) | st.from_regex(r"[\d +()-]{3,20}", fullmatch=True)
RECORDS = st.builds(Record, **dict.fromkeys(FIELDS, TEXTS))


@settings(max_examples=60)
@given(RECORDS)
def test_the_canonical_form_of_a_canonical_form_is_itself(record: Record) -> None:
    once = normalise(record)
    assert normalise(once) == once


@settings(max_examples=60)
@given(RECORDS)
def test_no_field_is_ever_an_empty_string(record: Record) -> None:
    assert "" not in msgspec.structs.astuple(normalise(record))


@pytest.mark.parametrize("written", ["+999 123-456-789", "00999123456789", "(+999)123456789"])
def test_spellings_of_a_phone_number_meet(written: str) -> None:
    assert phone(written) == "+999123456789"


def test_dates() -> None:
    assert birth("1985-2-13") == birth("1985.02.13") == "1985-02-13"
    assert birth("13.2.1985") is None
    assert birth_in("09000019850213123") is None
