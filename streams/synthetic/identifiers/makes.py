"""The n-th identifier of each kind, with its check digit.

`streams/synthetic/identifiers/columns.py` makes the same ones by the million.
"""

from collections.abc import Sequence

from streams.synthetic.identifiers.checks import (
    check_luhn,
    check_mod_11_2,
    check_mod_31,
    check_mod_97_10,
    check_organisation,
)

NAT = ("192.0.2", "198.51.100", "203.0.113")
NAT_ADDRESSES = 256 * len(NAT)
MULTIPLIER = 618_033_989
"""It ends in 9, so it is coprime to every 2**a * 5**b, and n * MULTIPLIER permutes such a range."""
LEVELS = "abcdefghijklmnop"
"""The letters of a face template: its levels 0 to 15."""


def make_id_number(county: int, birth: int, order: int) -> str:
    """Return the ID number of someone of county 0-9999, born on `birth` (YYYYMMDD), order 0-999.

    >>> make_id_number(17, 19900228, 3)
    '09001719900228003X'
    """
    body = f"09{county:04d}{birth:08d}{order:03d}"
    return body + check_mod_11_2(body)


def make_uscc(county: int, n: int) -> str:
    """Return the social credit code of the n-th enterprise, of county 0-9999; 10**8 of them.

    >>> make_uscc(17, 1)
    '91090017180339895F'
    """
    organisation = f"{scatter(n, 10**8):08d}"
    body = f"9109{county:04d}{organisation}{check_organisation(organisation)}"
    return body + check_mod_31(body)


def make_phone(n: int) -> str:
    """Return the n-th phone number; 10**9 of them, neighbours look unrelated.

    >>> make_phone(1)
    '+999618033989'
    """
    return f"+999{scatter(n, 10**9):09d}"


def make_imsi(n: int) -> str:
    """Return the n-th subscriber of the test network."""
    return f"00101{scatter(n, 10**10):010d}"


def make_imei(n: int) -> str:
    """Return the n-th device of the test reporting body; 10**9 of them.

    >>> make_imei(1)
    '000006180339894'
    """
    body = f"00000{scatter(n, 10**9):09d}"
    return body + check_luhn(body)


def make_cell(region: int, n: int) -> str:
    """Return the cell n (0-99999) of the location area `region` (0-99999)."""
    return f"001-01-{region:05d}-{n:05d}"


def make_bank_account(bank: int, n: int) -> str:
    """Return the n-th account of bank 0-9999.

    >>> make_bank_account(12, 1)
    'ZZ250012000618033989'
    """
    body = f"{bank:04d}{scatter(n, 10**9):012d}"
    return f"ZZ{check_mod_97_10('ZZ', body)}{body}"


def make_card(bank: int, n: int) -> str:
    """Return the n-th card of bank 0-99 (the digits 7 and 8).

    >>> make_card(12, 1)
    '0000001280339894'
    """
    body = f"000000{bank % 100:02d}{scatter(n, 10**7):07d}"
    return body + check_luhn(body)


def make_handle(prefix: str, n: int) -> str:
    """Return the n-th handle of a source's own: the letter, and ten hexadecimal digits.

    >>> make_handle("e", 1)
    'e-0024d67345'
    """
    return f"{prefix}-{scatter(n, 16**10):010x}"


def make_login(n: int) -> str:
    """Return the n-th handle of an internet account."""
    return make_handle("n", n)


def make_gallery_entry(n: int) -> str:
    """Return the n-th entry of a camera system's gallery."""
    return make_handle("g", n)


def make_employee_number(n: int) -> str:
    """Return the n-th employee number."""
    return make_handle("e", n)


def make_contract(n: int) -> str:
    """Return the n-th contract of a utility."""
    return make_handle("u", n)


def make_face(levels: Sequence[int]) -> str:
    """Return the face template of 32 levels of 0 to 15.

    >>> make_face([0, 15] * 16)
    'apapapapapapapapapapapapapapapap'
    """
    return "".join(LEVELS[level] for level in levels)


def make_mac(n: int) -> str:
    """Return the n-th device address; 2**24 of them.

    >>> make_mac(1)
    '02:00:00:d6:73:45'
    """
    return f"02:00:00:{scatter(n, 2**24).to_bytes(3).hex(':')}"


def make_host(n: int) -> str:
    """Return the n-th site's name; 10,000 of them.

    >>> make_host(42)
    'site-0042.invalid'
    """
    return f"site-{n % 10_000:04d}.invalid"


def make_nat_address(n: int) -> str:
    """Return a carrier's address; from the 769th on they are shared, as carriers do."""
    net, host = divmod(n % NAT_ADDRESSES, 256)
    return f"{NAT[net]}.{host}"


def make_household_address(n: int) -> str:
    """Return the n-th household's IPv4 address: 198.18/15, then 240/4 (never 255/8).

    >>> make_household_address(257), make_household_address(2**17)
    ('198.18.1.1', '240.0.0.0')
    """
    number = (198 << 24) + (18 << 16) + n if n < 2**17 else (240 << 24) + n - 2**17
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def make_ipv6(region: int, household: int, device: int) -> str:
    """Return the address of device 1-255 in the /64 of a household 0-65535 of region 0-65535.

    >>> make_ipv6(7, 300, 1), make_ipv6(0, 5, 16), make_ipv6(7, 0, 1)
    ('2001:db8:7:12c::1', '2001:db8:0:5::10', '2001:db8:7::1')
    """
    if household:
        return f"2001:db8:{region:x}:{household:x}::{device:x}"
    return f"2001:db8:{region:x}::{device:x}" if region else f"2001:db8::{device:x}"


def make_delivery(word: int) -> str:
    """Return a delivery's own id from a 64-bit word."""
    return f"d{word:016x}"


def scatter(n: int, size: int) -> int:
    """Return n's place in a fixed permutation of range(size), whose size is 2**a * 5**b."""
    return n * MULTIPLIER % size
