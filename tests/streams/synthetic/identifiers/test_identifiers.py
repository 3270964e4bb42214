"""Every identifier passes its check digit, is refused by the real world, and passes the gate."""

import ipaddress
import random
import re
from collections.abc import Callable
from functools import cache

import phonenumbers
import pytest
from stdnum import iban, imei, imsi, luhn, mac, numdb
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidComponent
from stdnum.iso7064 import mod_11_2, mod_97_10

from streams.suspicion import pattern_of
from streams.synthetic import identifiers as ids
from tests.streams.synthetic.identifiers.real import organisation_check

N = 100_000
RANDOM = random.Random(11)
TABLE = ids.IDENTIFIERS


@cache
def made(what: str) -> list[str]:
    make = TABLE[what].make
    return [make(n * 7_919) for n in range(N)]


def raised(validate: Callable[[str], object], value: str) -> type[Exception] | None:
    try:
        validate(value)
    except Exception as error:
        return type(error)
    return None


@pytest.mark.parametrize("what", TABLE)
def test_what_is_made_lies_in_its_range(what: str) -> None:
    gate = re.compile(pattern_of(TABLE[what].kind))
    assert [v for v in made(what) if not gate.search(v)] == []


@pytest.mark.parametrize("what", TABLE)
def test_what_is_made_is_synthetic_by_the_table(what: str) -> None:
    identifier = TABLE[what]
    assert all(map(identifier.is_synthetic, made(what)[:5_000]))
    assert identifier.why


FEW = {"carrier_address": ids.NAT_ADDRESSES, "host": 10_000, "mail": 10_000, "id_number": 90_000}


@pytest.mark.parametrize("what", TABLE)
def test_no_two_are_the_same_unless_there_are_not_so_many(what: str) -> None:
    assert len(set(made(what))) >= FEW.get(what, N)


# The validators look at the check digit first, and at the region or country last: that they fail
# for the latter says that the check digit passed.
def test_id_numbers_check_but_have_no_region() -> None:
    assert {raised(ric.validate, v) for v in made("id_number")} == {InvalidComponent}
    assert raised(ric.validate, made("id_number")[0][:-1] + "?") is not InvalidComponent


def test_bank_accounts_check_but_belong_to_no_country() -> None:
    assert {raised(iban.validate, v) for v in made("bank_account")} == {InvalidComponent}
    assert all(mod_97_10.is_valid(v[4:] + v[:4]) for v in made("bank_account")[:1_000])


def test_social_credit_codes_check_but_have_no_region() -> None:
    assert [v for v in made("uscc") if not uscc.is_valid(v)] == []
    # python-stdnum does not look at the region of an enterprise; its table of regions can.
    assert {numdb.get("cn/loc").info(v[2:8])[-1][1].get("county") for v in made("uscc")} == {None}
    assert numdb.get("cn/loc").info("110105")[-1][1].get("county")
    assert [v for v in made("uscc") if v[16] != organisation_check(v[8:16])] == []
    assert {v[16] for v in made("uscc")} == set("0123456789X")


def test_phones_belong_to_no_country() -> None:
    kinds = {raised(phonenumbers.parse, v) for v in made("phone")}
    assert kinds == {phonenumbers.NumberParseException}


def test_cards_check_and_have_the_test_issuer() -> None:
    assert all(map(luhn.is_valid, made("card")))
    assert {v[:6] for v in made("card")} == {"000000"}


def test_subscribers_and_cells_are_of_the_test_network() -> None:
    networks = {tuple(part for part in imsi.split(v)[:2]) for v in made("imsi")[:20_000]}
    assert {v[:5] for v in made("imsi")} == {"00101"}
    assert networks == {("001", "01")}
    assert imsi.info(made("imsi")[0])["country"] == "Test networks"
    assert {v[:7] for v in made("cell")} == {"001-01-"}


def test_devices_check_but_no_body_reports_them() -> None:
    assert {imei.imei_type(v) for v in made("imei")} == {"IMEI"}
    # GSMA TS.06: 00 is for tests, the bodies that allocate are 01 to 99.
    assert {imei.split(v)[0][:2] for v in made("imei")} == {"00"}


@pytest.mark.parametrize("what", ["carrier_address", "household_address", "ipv6"])
def test_addresses_are_canonical_and_not_global(what: str) -> None:
    for value in set(made(what)):
        address = ipaddress.ip_address(value)
        assert not address.is_global
        assert str(address) == value


def test_network_addresses_are_of_either_version() -> None:
    either = re.compile(pattern_of(ids.NetAddress))
    for what in ("carrier_address", "household_address", "ipv6"):
        assert all(map(either.search, made(what)))
    assert not either.search(made("ipv6")[0] + "." + made("carrier_address")[0])


def test_a_household_has_a_network_of_its_own() -> None:
    one, other = (ids.make_ipv6(7, household, 1) for household in (300, 301))
    assert ipaddress.ip_address(one) in ipaddress.ip_network("2001:db8:7:12c::/64")
    assert ipaddress.ip_address(other) not in ipaddress.ip_network("2001:db8:7:12c::/64")


def test_device_addresses_are_local_and_of_no_maker() -> None:
    for value in made("mac")[:10_000]:
        assert mac.is_locally_administered(value)
        assert mac.is_unicast(value)
    assert {v[:8] for v in made("mac")} == {"02:00:00"}
    with pytest.raises(InvalidComponent):
        mac.get_manufacturer(made("mac")[0])


def test_names_of_hosts_are_reserved() -> None:
    reserved = (".invalid", "@example.com", "@example.org", "@example.net")
    assert all(v.endswith(reserved) for what in ("host", "mail") for v in made(what))


def test_a_face_has_no_digits_and_says_its_levels() -> None:
    assert not any(c.isdigit() for v in made("face") for c in v)
    assert [ids.LEVELS.index(c) for c in ids.make_face([*range(16), *range(16)])[:18]] == [
        *(*range(16), 0, 1)
    ]


SUBSTITUTED = {
    *("id_number", "uscc", "phone", "imsi", "imei", "cell", "bank_account", "card", "mac", "host"),
    *("login", "gallery_entry", "employee_number", "contract", "face", "delivery"),
}


@pytest.mark.parametrize("what", sorted(SUBSTITUTED))
def test_the_table_says_how_many_digits_a_value_can_carry(what: str) -> None:
    """A place is free if every digit may stand there."""
    kind, value = TABLE[what], made(what)[0]
    free = [
        place
        for place in range(len(value))
        if all(kind.in_range(value[:place] + d + value[place + 1 :]) for d in "0123456789")
    ]
    assert len(free) == kind.digits


CHECKED = {"id_number", "uscc", "imei", "bank_account", "card"}


def test_the_table_names_whose_check_digit_it_is() -> None:
    assert {name for name, kind in TABLE.items() if kind.whose_check != "none"} == CHECKED


@pytest.mark.parametrize("what", sorted(CHECKED))
def test_a_mistyped_digit_stays_in_the_range_but_does_not_check(what: str) -> None:
    identifier = TABLE[what]
    for value in made(what)[:2_000]:
        place = -3 if what == "uscc" else -2
        wrong = value[:place] + str((int(value[place]) + 1) % 10) + value[place + 1 :]
        assert identifier.in_range(wrong)
        assert not identifier.is_synthetic(wrong)


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


def test_every_spelling_of_an_address_but_the_canonical_one_is_refused() -> None:
    gate = re.compile(pattern_of(ids.IPv6))
    group = ["", "0", "5", "00", "05", "12c", "12C", "ffff", "fffff", "g"]
    passed = 0
    for a in group:
        for b in group:
            for c in [*group, "ff", "100"]:
                for text in (f"2001:db8:{a}:{b}::{c}", f"2001:db8:{a}::{c}", f"2001:db8::{c}"):
                    if gate.search(text):
                        passed += 1
                        assert str(ipaddress.ip_address(text)) == text
                        assert not ipaddress.ip_address(text).is_global
    assert passed > 20


def test_check_digits_agree_with_stdnum() -> None:
    for _ in range(5_000):
        digits = f"{RANDOM.randrange(10**17):017d}"
        assert ids.check_mod_11_2(digits) == mod_11_2.calc_check_digit(digits)
        assert ids.check_luhn(digits) == luhn.calc_check_digit(digits)
        assert ids.check_mod_97_10("ZZ", digits) == mod_97_10.calc_check_digits(digits + "ZZ")
        assert ids.check_mod_31(digits) == uscc.calc_check_digit(digits)


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


def test_a_host_is_reserved_and_holds_no_number() -> None:
    gate = re.compile(pattern_of(ids.Host))
    for right in ("site-0042.invalid", "shop.example.com", "news-7.example.net"):
        assert gate.search(right)
    for wrong in (
        "site-13800.invalid",
        "shop.com",
        "www.qq.com.invalid",
        "a-1-2.invalid",
        "invalid",
    ):
        assert not gate.search(wrong)
