"""The table of identifiers: for each kind its range, make and check, and why nobody has one.

What the ranges leave open to somebody who hides a number on purpose:
docs/decisions/0002-synthetic-ranges.md.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from streams.suspicion import pattern_of
from streams.synthetic.identifiers import checks, makes, ranges


def _no_check(value: str) -> bool:
    return bool(value)


class Identifier(msgspec.Struct, frozen=True):
    """One kind of identifier: its range, its check digit, and why nobody real holds one.

    The gate asks for the range alone, since a mistyped number is part of the data; whoever makes
    identifiers keeps `is_synthetic`. `digits` is how many decimal digits the gate lets a
    value choose freely, the check digit included.
    """

    name: str
    kind: object
    make: Callable[[int], str]
    whose_check: str
    why: str
    digits: int
    checks: Callable[[str], bool] = _no_check

    def in_range(self, value: str) -> bool:
        """Return whether the gate lets the value through."""
        return re.search(pattern_of(self.kind), value) is not None

    def is_synthetic(self, value: str) -> bool:
        """Return whether the value is in the range and its check digit fits.

        >>> phone = IDENTIFIERS["phone"]
        >>> phone.is_synthetic("+999618033989"), phone.is_synthetic("+8613800138000")
        (True, False)
        """
        return self.in_range(value) and self.checks(value)


def _id_number(n: int) -> str:
    birth = (1930 + n % 90) * 10_000 + (1 + n % 12) * 100 + 1 + n % 28
    return makes.make_id_number(n // 1000 % 10_000, birth, n % 1000)


def _ipv6(n: int) -> str:
    return makes.make_ipv6(n // 2**16 % 2**16, n % 2**16, 1 + n % 255)


def _social_credit(value: str) -> bool:
    organisation = value[16] == checks.check_organisation(value[8:16])
    return organisation and value[17] == checks.check_mod_31(value[:17])


def _id_check(value: str) -> bool:
    return value[-1] == checks.check_mod_11_2(value[:-1])


def _account(value: str) -> bool:
    return value[2:4] == checks.check_mod_97_10("ZZ", value[4:])


def _luhn(value: str) -> bool:
    return value[-1] == checks.check_luhn(value[:-1])


_NETWORK = "001-01 is the test network of ITU-T E.212"
_OWN = "a source's own handle, drawn from a counter"
_TABLE = (
    Identifier(
        "id_number",
        ranges.IdNumber,
        _id_number,
        "ISO 7064 MOD 11-2 (GB 11643)",
        "no region begins with 09: GB/T 2260 uses 11 to 82",
        16,
        _id_check,
    ),
    Identifier(
        "uscc",
        ranges.Uscc,
        lambda n: makes.make_uscc(n // 97 % 10_000, n),
        "MOD 11 (GB 11714), MOD 31 (GB 32100)",
        "no region begins with 09",
        14,
        _social_credit,
    ),
    Identifier(
        "phone", ranges.Phone, makes.make_phone, "none", "+999 is assigned to no country", 9
    ),
    Identifier("imsi", ranges.Imsi, makes.make_imsi, "none", _NETWORK, 10),
    Identifier(
        "imei",
        ranges.Imei,
        makes.make_imei,
        "Luhn (GSMA TS.06)",
        "reporting body 00 is for tests",
        10,
        _luhn,
    ),
    Identifier(
        "cell",
        ranges.Cell,
        lambda n: makes.make_cell(n // 10 % 100_000, n % 100_000),
        "none",
        _NETWORK,
        10,
    ),
    Identifier(
        "bank_account",
        ranges.BankAccount,
        lambda n: makes.make_bank_account(n % 10_000, n),
        "ISO 7064 MOD 97-10 (ISO 13616)",
        "ZZ is a user-assigned country code (ISO 3166)",
        15,
        _account,
    ),
    Identifier(
        "card",
        ranges.Card,
        lambda n: makes.make_card(n % 100, n // 100),
        "Luhn (ISO/IEC 7812)",
        "000000 is the test issuer",
        10,
        _luhn,
    ),
    Identifier(
        "carrier_address", ranges.IPv4, makes.make_nat_address, "none", "documentation, RFC 5737", 3
    ),
    Identifier(
        "household_address",
        ranges.IPv4,
        lambda n: makes.make_household_address(n % (2**17 + 15 * 2**24)),
        "none",
        "never routed: RFC 2544, RFC 1112",
        9,
    ),
    Identifier("ipv6", ranges.IPv6, _ipv6, "none", "documentation, RFC 3849", 10),
    Identifier(
        "mac",
        ranges.Mac,
        makes.make_mac,
        "none",
        "locally administered, and the prefix of a placeholder",
        6,
    ),
    Identifier("host", ranges.Host, makes.make_host, "none", "reserved, RFC 2606", 4),
    Identifier(
        "mail",
        ranges.Mail,
        lambda n: f"li.wei{n % 10_000}@example.org",
        "none",
        "reserved, RFC 2606",
        4,
    ),
    Identifier(
        "address",
        ranges.Address,
        lambda n: f"a{n % 10_000}-s{n % 97}-h{n % 89}",
        "none",
        "a grid on a plane: no such street",
        12,
    ),
    Identifier("login", ranges.Login, makes.make_login, "none", _OWN, 10),
    Identifier("gallery_entry", ranges.GalleryEntry, makes.make_gallery_entry, "none", _OWN, 10),
    Identifier(
        "employee_number", ranges.EmployeeNumber, makes.make_employee_number, "none", _OWN, 10
    ),
    Identifier("contract", ranges.Contract, makes.make_contract, "none", _OWN, 10),
    Identifier(
        "face",
        ranges.Face,
        lambda n: makes.make_face([n >> shift & 15 for shift in range(32)]),
        "none",
        "random levels, no image",
        0,
    ),
    Identifier(
        "delivery",
        ranges.Delivery,
        lambda n: makes.make_delivery(n * 0x9E3779B97F4A7C15 % 2**64),
        "none",
        "drawn at random",
        16,
    ),
)
IDENTIFIERS: Mapping[str, Identifier] = MappingProxyType({i.name: i for i in _TABLE})
"""Every kind of identifier, by name."""
