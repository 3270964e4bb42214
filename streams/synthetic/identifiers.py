"""Identifiers that no real person can hold: range, make and check digit, one per kind of thing.

Each type's pattern IS the synthetic-only gate: decoding an event refuses every string outside
it. Ranges and why nobody real is hit: docs/decisions/0002-synthetic-ranges.md.
"""

from operator import mul
from string import ascii_uppercase
from typing import Annotated

from msgspec import Meta

# [0-9], never \d: \d also matches full-width and other Unicode digits. \Z, never $: $ lets a
# trailing newline through.
_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"

IdNumber = Annotated[str, Meta(pattern=r"\A09[0-9]{15}[0-9X]\Z")]  # GB 11643, region 09 unassigned
Phone = Annotated[str, Meta(pattern=r"\A\+999[0-9]{9}\Z")]  # E.164, +999 not assigned
Imsi = Annotated[str, Meta(pattern=r"\A00101[0-9]{10}\Z")]  # test network 001-01
Cell = Annotated[str, Meta(pattern=r"\A001-01-[0-9]{5}-[0-9]{5}\Z")]  # test network, LAC, CI
BankAccount = Annotated[str, Meta(pattern=r"\AZZ[0-9]{18}\Z")]  # IBAN form, ZZ user-assigned
Card = Annotated[str, Meta(pattern=r"\A000000[0-9]{10}\Z")]  # Luhn, ISO test IIN
Login = Annotated[str, Meta(pattern=r"\An-[0-9a-f]{10}\Z")]  # an internet account's own handle
IPv4 = Annotated[
    str,
    Meta(
        pattern=rf"\A(192\.0\.2|198\.51\.100|203\.0\.113|198\.1[89]\.{_OCTET}"
        rf"|2(4[0-9]|5[0-4])\.{_OCTET}\.{_OCTET})\.{_OCTET}\Z"
    ),
]
# At most four digits in all, however they are spread: too few to smuggle a number in.
Mail = Annotated[
    str,
    Meta(pattern=r"\A(?!([^@0-9]*[0-9]){5})[a-z0-9._-]{1,40}@example\.(com|org|net)\Z"),
]
Name = Annotated[str, Meta(pattern=r"\A[A-Za-z][A-Za-z' -]{0,39}\Z")]
Birth = Annotated[
    str, Meta(pattern=r"\A(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")
]
Sex = Annotated[str, Meta(pattern=r"\A[FM]\Z")]
Address = Annotated[str, Meta(pattern=r"\Aa[0-9]{1,4}-s[0-9]{1,4}-h[0-9]{1,4}\Z")]  # planar grid
Delivery = Annotated[str, Meta(pattern=r"\Ad[0-9a-f]{16}\Z")]  # a delivery's own id
Category = Annotated[str, Meta(pattern=r"\A[a-z][a-z_]{0,23}\Z")]  # a word of a closed list

_WEIGHTS = tuple(2 ** (17 - i) % 11 for i in range(17))
_LETTERS = {ord(c): str(int(c, 36)) for c in ascii_uppercase}
_NAT = ("192.0.2", "198.51.100", "203.0.113")
NAT_ADDRESSES = 256 * len(_NAT)


def check_mod_11_2(digits: str) -> str:
    """Return the check character of 17 digits (ISO/IEC 7064 MOD 11-2, as GB 11643 uses it).

    >>> check_mod_11_2("11010519491231002")
    'X'
    """
    total = sum(map(mul, map(int, digits), _WEIGHTS))
    return "10X98765432"[total % 11]


def check_luhn(digits: str) -> str:
    """Return the check digit that Luhn's formula (ISO/IEC 7812-1 B) puts after `digits`.

    >>> check_luhn("7992739871")
    '3'
    """
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[::-2])
    return str(-(sum(doubled) + sum(int(d) for d in digits[-2::-2])) % 10)


def check_mod_97_10(country: str, digits: str) -> str:
    """Return the two check digits of an account (ISO 13616, ISO/IEC 7064 MOD 97-10).

    >>> check_mod_97_10("GB", "WEST12345698765432")
    '82'
    """
    number = int(f"{digits}{country}00".translate(_LETTERS))
    return f"{98 - number % 97:02d}"


def make_id_number(county: int, birth: int, order: int) -> str:
    """Return the ID number of someone of county 0-9999, born on `birth` (YYYYMMDD), order 0-999.

    >>> make_id_number(17, 19900228, 3)
    '09001719900228003X'
    """
    body = f"09{county:04d}{birth:08d}{order:03d}"
    return body + check_mod_11_2(body)


def make_phone(n: int) -> str:
    """Return the n-th phone number; 10**9 of them, neighbours look unrelated.

    >>> make_phone(1)
    '+999618033989'
    """
    return f"+999{_scatter(n, 10**9):09d}"


def make_imsi(n: int) -> str:
    """Return the n-th subscriber of the test network."""
    return f"00101{_scatter(n, 10**10):010d}"


def make_cell(region: int, n: int) -> str:
    """Return the cell n (0-99999) of the location area `region` (0-99999)."""
    return f"001-01-{region:05d}-{n:05d}"


def make_bank_account(bank: int, n: int) -> str:
    """Return the n-th account of bank 0-9999.

    >>> make_bank_account(12, 1)
    'ZZ250012000618033989'
    """
    body = f"{bank:04d}{_scatter(n, 10**9):012d}"
    return f"ZZ{check_mod_97_10('ZZ', body)}{body}"


def make_card(bank: int, n: int) -> str:
    """Return the n-th card of bank 0-99 (the digits 7 and 8).

    >>> make_card(12, 1)
    '0000001280339894'
    """
    body = f"000000{bank % 100:02d}{_scatter(n, 10**7):07d}"
    return body + check_luhn(body)


def make_login(n: int) -> str:
    """Return the n-th handle of an internet account."""
    return f"n-{_scatter(n, 16**10):010x}"


def make_nat_address(n: int) -> str:
    """Return a carrier's address; from the 769th on they are shared, as carriers do."""
    net, host = divmod(n % NAT_ADDRESSES, 256)
    return f"{_NAT[net]}.{host}"


def make_household_address(n: int) -> str:
    """Return the n-th household's IPv4 address: 198.18/15, then 240/4 (never 255/8).

    >>> make_household_address(257), make_household_address(2**17)
    ('198.18.1.1', '240.0.0.0')
    """
    number = (198 << 24) + (18 << 16) + n if n < 2**17 else (240 << 24) + n - 2**17
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def make_delivery(word: int) -> str:
    """Return a delivery's own id from a 64-bit word."""
    return f"d{word:016x}"


def _scatter(n: int, size: int) -> int:
    """Return n's place in a fixed permutation of range(size), whose size is 2**a * 5**b.

    The multiplier ends in 9, so it is coprime to every such size.
    """
    return n * 618_033_989 % size
