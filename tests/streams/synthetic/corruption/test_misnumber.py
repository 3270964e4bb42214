"""Misread numbers: dates stay dates, phones and addresses stay in their range."""

from datetime import date

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from streams.events import Registration
from streams.synthetic.corruption.misnumber import (
    KEYPAD,
    LOOKS_LIKE,
    misread_date,
    misread_year,
    other_sex,
    slip_house,
    slip_phone,
    swap_day_and_month,
)

DICE = st.integers(0, 2**64 - 1)
BIRTHS = st.dates(date(1900, 1, 1), date(2020, 12, 31)).map(date.isoformat)
PHONES = st.from_regex(r"\A\+999[0-9]{9}\Z")
ADDRESSES = st.from_regex(r"\Aa[0-9]{1,4}-s[0-9]{1,4}-h[0-9]{1,4}\Z")


def every(how, value: str) -> set[str]:
    return {how(value, die) for die in range(3000)}


@pytest.mark.parametrize("how", [swap_day_and_month, misread_year, misread_date])
@given(birth=BIRTHS, die=DICE)
def test_a_misread_date_is_a_date_of_the_range(how, birth: str, die: int) -> None:
    said = how(birth, die)
    assert date.fromisoformat(said) < date(2030, 1, 1)
    assert msgspec.convert({"opened": 0, "birth": said}, Registration).birth == said


@given(BIRTHS, DICE)
def test_day_and_month_swap_where_that_is_a_date(birth: str, die: int) -> None:
    born = date.fromisoformat(birth)
    expected = date(born.year, born.day, born.month) if born.day <= 12 else born
    assert swap_day_and_month(birth, die) == expected.isoformat()


@given(BIRTHS, DICE)
def test_a_misread_year_leaves_the_day(birth: str, die: int) -> None:
    said = misread_year(birth, die)
    assert (said[:2], said[4:]) == (birth[:2], birth[4:])
    assert sum(a != b for a, b in zip(said, birth, strict=True)) == 1


def test_years_that_can_be_misread() -> None:
    others = {f"200{i}-05-01" for i in range(10)} - {"2003-05-01"}
    assert every(misread_year, "2003-05-01") == others
    decades = {f"19{i}3-05-01" for i in range(10)}
    years = {f"197{i}-05-01" for i in range(10)}
    assert every(misread_year, "1973-05-01") == (decades | years) - {"1973-05-01"}
    leap = {f"19{i}-02-29" for i in ("72", "56", "16", "36", "96")}
    assert every(misread_year, "1976-02-29") == leap


def test_digits_that_look_alike_keep_it_a_date() -> None:
    assert every(misread_date, "1990-02-08") == {
        *("1996-02-08", "1998-02-08", "1999-02-08", "1990-07-08"),
        *("1990-02-03", "1990-02-06", "1990-02-09"),
    }
    assert all(a in LOOKS_LIKE[b] for a in LOOKS_LIKE for b in LOOKS_LIKE[a])


@given(PHONES, DICE)
def test_a_slipped_phone_is_another_of_the_range(phone: str, die: int) -> None:
    said = slip_phone(phone, die)
    assert OSA.distance(phone, said) == 1
    assert msgspec.convert({"opened": 0, "phone": said}, Registration).phone == said


def test_keys_of_a_telephone() -> None:
    assert every(slip_phone, "+999000000000") == {
        f"+999{'0' * i}8{'0' * (8 - i)}" for i in range(8)
    }
    assert {"+999102000000", "+999021000000"} <= every(slip_phone, "+999012000000")
    assert all(a in KEYPAD[b] for a in KEYPAD for b in KEYPAD[a])


@given(ADDRESSES, DICE)
def test_a_slipped_house_is_another_of_the_street(address: str, die: int) -> None:
    said = slip_house(address, die)
    street, _, house = said.rpartition("-h")
    assert street == address.rpartition("-h")[0]
    assert OSA.distance(address, said) == 1
    assert msgspec.convert({"opened": 0, "address": said}, Registration).address == said
    assume(not address.rpartition("-h")[2].startswith("0"))
    assert not house.startswith("0")


def test_the_other_sex() -> None:
    assert (other_sex("F", 1), other_sex("M", 1)) == ("M", "F")
