"""Every identifier passes its check digit, is refused by the real world, and passes the gate."""

import ipaddress
import random
import re
from collections.abc import Callable

import phonenumbers
import pytest
from stdnum import iban, luhn
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent, ValidationError
from stdnum.iso7064 import mod_11_2, mod_97_10

from streams.suspicion import pattern_of
from streams.synthetic import identifiers as ids

N = 5_000
RANDOM = random.Random(11)


def some_id_number(_: int) -> str:
    birth = (
        RANDOM.randint(1925, 2025) * 10_000 + RANDOM.randint(1, 12) * 100 + RANDOM.randint(1, 28)
    )
    return ids.make_id_number(RANDOM.randrange(10_000), birth, RANDOM.randrange(1000))


MADE: dict[str, tuple[object, Callable[[int], str]]] = {
    "id_number": (ids.IdNumber, some_id_number),
    "phone": (ids.Phone, ids.make_phone),
    "imsi": (ids.Imsi, ids.make_imsi),
    "cell": (ids.Cell, lambda n: ids.make_cell(n % 100, n)),
    "bank_account": (ids.BankAccount, lambda n: ids.make_bank_account(n % 10_000, n)),
    "card": (ids.Card, lambda n: ids.make_card(n % 100, n)),
    "login": (ids.Login, ids.make_login),
    "nat": (ids.IPv4, ids.make_nat_address),
    "household": (ids.IPv4, lambda n: ids.make_household_address(n * 40_001)),
    "delivery": (ids.Delivery, lambda n: ids.make_delivery(n * 0x9E3779B97F4A7C15 % 2**64)),
}


def made(what: str) -> list[str]:
    return [MADE[what][1](n) for n in range(N)]


@pytest.mark.parametrize("what", MADE)
def test_what_is_made_lies_in_its_range(what: str) -> None:
    gate = re.compile(pattern_of(MADE[what][0]))
    assert [v for v in made(what) if not gate.search(v)] == []


@pytest.mark.parametrize("what", set(MADE) - {"nat", "id_number"})
def test_no_two_are_the_same(what: str) -> None:
    assert len(set(made(what))) == N


def test_id_numbers_check_but_have_no_region() -> None:
    for number in made("id_number"):
        assert mod_11_2.is_valid(number)
        with pytest.raises(InvalidComponent):
            ric.validate(number)


def test_phones_belong_to_no_country() -> None:
    for number in made("phone"):
        with pytest.raises(phonenumbers.NumberParseException):
            phonenumbers.parse(number)


def test_cards_check_and_have_the_test_issuer() -> None:
    for number in made("card"):
        assert luhn.is_valid(number)
        assert number.startswith("000000")


def test_bank_accounts_check_but_belong_to_no_country() -> None:
    for number in made("bank_account"):
        assert mod_97_10.is_valid(number[4:] + number[:4])
        with pytest.raises(ValidationError):
            iban.validate(number)


@pytest.mark.parametrize("what", ["nat", "household"])
def test_addresses_are_not_global(what: str) -> None:
    assert not any(ipaddress.ip_address(a).is_global for a in made(what))


def test_every_address_that_the_gate_lets_through_is_one_and_is_not_global() -> None:
    gate = re.compile(pattern_of(ids.IPv4))
    octet = [0, 1, 17, 18, 19, 51, 99, 100, 168, 192, 198, 199, 200, 203, 240, 254, 255, 256, 999]
    passed = 0
    for a in [*octet, 239, 241, 249, 250]:
        for b in [*octet, 2]:
            for c in [*octet, 2, 113]:
                text = f"{a}.{b}.{c}.{RANDOM.choice(octet)}"
                if gate.search(text):
                    passed += 1
                    assert not ipaddress.ip_address(text).is_global
    assert passed > 1000


def test_check_digits_agree_with_stdnum() -> None:
    for _ in range(N):
        digits = f"{RANDOM.randrange(10**17):017d}"
        assert ids.check_mod_11_2(digits) == mod_11_2.calc_check_digit(digits)
        assert ids.check_luhn(digits) == luhn.calc_check_digit(digits)
        assert ids.check_mod_97_10("ZZ", digits) == mod_97_10.calc_check_digits(digits + "ZZ")


def test_a_birth_date_has_a_month_and_a_day() -> None:
    gate = re.compile(pattern_of(ids.Birth))
    assert gate.search("1999-12-31")
    for wrong in ("1999-13-01", "1999-00-01", "1999-01-32", "1999-01-00", "2199-01-01"):
        assert not gate.search(wrong)


def test_a_mail_address_holds_no_number_however_it_is_spread() -> None:
    gate = re.compile(pattern_of(ids.Mail))
    assert gate.search("li.wei1987@example.org")
    for wrong in ("1.3.8.0.0@example.org", "a12b345@example.com", "li@example.cn", "li@qq.com"):
        assert not gate.search(wrong)
