"""Identifiers by the million: each function equals its scalar make, row by row.

Arguments are int64 arrays of equal length; ValueError where one leaves the range that the make
states. Results are pyarrow string arrays over one buffer, so that no Python string is built.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from streams.synthetic.chance import Dice, Ints
from streams.synthetic.identifiers import checks, digits
from streams.synthetic.identifiers.digits import Bytes
from streams.synthetic.identifiers.makes import LEVELS, MULTIPLIER

_LEVELS = digits.ascii_bytes(LEVELS)
_CHECK_11_2 = digits.ascii_bytes(checks.CHARACTERS_11_2)
_CHECK_ORGANISATION = digits.ascii_bytes(checks.CHARACTERS_ORGANISATION)
_CHECK_31 = digits.ascii_bytes(checks.USCC_ALPHABET)


def _column(width: int, fill: digits.Fill, *arguments: NDArray[np.generic]) -> pa.StringArray:
    return digits.strings(digits.written(width, fill, *arguments))


def id_numbers(county: Ints, birth: Ints, order: Ints) -> pa.StringArray:
    """Return `make_id_number` of every row.

    >>> id_numbers(np.array([17]), np.array([19900228]), np.array([3])).to_pylist()
    ['09001719900228003X']
    """
    digits.within(county, 10**4), digits.within(birth, 10**8), digits.within(order, 1000)
    return _column(18, _fill_id_number, county, birth, order)


def _fill_id_number(out: Bytes, county: Ints, birth: Ints, order: Ints) -> None:
    digits.literal(out[:2], "09")
    digits.decimal(out[2:6], county)
    digits.decimal(out[6:14], birth)
    digits.decimal(out[14:17], order)
    out[17] = _CHECK_11_2[digits.weighted(out[:17], checks.WEIGHTS_11_2) % np.uint16(11)]


def usccs(county: Ints, n: Ints) -> pa.StringArray:
    """Return `make_uscc` of every row."""
    return _column(18, _fill_uscc, digits.within(county, 10**4), n)


def _fill_uscc(out: Bytes, county: Ints, n: Ints) -> None:
    digits.literal(out[:4], "9109")
    digits.decimal(out[4:8], county)
    digits.decimal(out[8:16], digits.scattered(n, 10**8))
    remainder = digits.weighted(out[8:16], checks.WEIGHTS_ORGANISATION) % np.uint16(11)
    out[16] = _CHECK_ORGANISATION[remainder]
    # An X stands for its place in the alphabet of the code, not for what its byte would say.
    last = np.where(remainder == 1, checks.USCC_ALPHABET.index("X"), out[16] - ord("0"))
    total = digits.weighted(out[:16], checks.WEIGHTS_31[:16]).astype(np.int64)
    out[17] = _CHECK_31[-(total + last.astype(np.int64) * checks.WEIGHTS_31[16]) % 31]


def phones(n: Ints) -> pa.StringArray:
    """Return `make_phone` of every row."""
    return _column(13, _fill_phone, n)


def _fill_phone(out: Bytes, n: Ints) -> None:
    digits.literal(out[:4], "+999")
    digits.decimal(out[4:], digits.scattered(n, 10**9))


def imsis(n: Ints) -> pa.StringArray:
    """Return `make_imsi` of every row."""
    return _column(15, _fill_imsi, n)


def _fill_imsi(out: Bytes, n: Ints) -> None:
    digits.literal(out[:5], "00101")
    digits.decimal(out[5:], digits.scattered(n, 10**10))


def imeis(n: Ints) -> pa.StringArray:
    """Return `make_imei` of every row."""
    return _column(15, _fill_imei, n)


def _fill_imei(out: Bytes, n: Ints) -> None:
    digits.literal(out[:5], "00000")
    digits.decimal(out[5:14], digits.scattered(n, 10**9))
    out[14] = digits.luhn(out[:14])


def cells(region: Ints, n: Ints) -> pa.StringArray:
    """Return `make_cell` of every row."""
    return _column(18, _fill_cell, digits.within(region, 10**5), digits.within(n, 10**5))


def _fill_cell(out: Bytes, region: Ints, n: Ints) -> None:
    digits.literal(out[:7], "001-01-")
    digits.decimal(out[7:12], region)
    digits.literal(out[12:13], "-")
    digits.decimal(out[13:], n)


def bank_accounts(bank: Ints, n: Ints) -> pa.StringArray:
    """Return `make_bank_account` of every row.

    >>> bank_accounts(np.array([12]), np.array([1])).to_pylist()
    ['ZZ250012000618033989']
    """
    return _column(20, _fill_bank_account, digits.within(bank, 10**4), n)


def _fill_bank_account(out: Bytes, bank: Ints, n: Ints) -> None:
    number = digits.scattered(n, 10**9)
    digits.literal(out[:2], "ZZ")
    # The country's letters (Z is 35) and two zeros stand behind the 16 digits.
    digits.decimal(out[2:4], 98 - ((bank * 10**12 + number) % 97 * 10**6 + 353_500) % 97)
    digits.decimal(out[4:8], bank)
    digits.decimal(out[8:], number)


def cards(bank: Ints, n: Ints) -> pa.StringArray:
    """Return `make_card` of every row."""
    return _column(16, _fill_card, bank, n)


def _fill_card(out: Bytes, bank: Ints, n: Ints) -> None:
    digits.literal(out[:6], "000000")
    digits.decimal(out[6:8], bank % 100)
    digits.decimal(out[8:15], digits.scattered(n, 10**7))
    out[15] = digits.luhn(out[:15])


def logins(n: Ints) -> pa.StringArray:
    """Return `make_login` of every row."""
    return handles("n", n)


def handles(prefix: str, n: Ints) -> pa.StringArray:
    """Return `make_handle(prefix, ...)` of every row.

    >>> handles("e", np.array([1])).to_pylist()
    ['e-0024d67345']
    """

    def fill(out: Bytes, n: Ints) -> None:
        digits.literal(out[:-10], f"{prefix}-")
        # 64-bit products wrap around, which leaves their lowest 40 bits as they are.
        digits.hexadecimal(out[-10:], n.astype(np.uint64) * np.uint64(MULTIPLIER))

    return _column(len(prefix) + 11, fill, n)


def macs(n: Ints) -> pa.StringArray:
    """Return `make_mac` of every row."""
    return _column(17, _fill_mac, n)


def _fill_mac(out: Bytes, n: Ints) -> None:
    number = n.astype(np.uint64) * np.uint64(MULTIPLIER)
    digits.literal(out, "02:00:00:..:..:..")
    for place, shift in ((9, 16), (12, 8), (15, 0)):
        digits.hexadecimal(out[place : place + 2], number >> np.uint64(shift))


def deliveries(words: Dice) -> pa.StringArray:
    """Return `make_delivery` of every 64-bit word."""
    return _column(17, _fill_delivery, words)


def _fill_delivery(out: Bytes, words: Dice) -> None:
    digits.literal(out[:1], "d")
    digits.hexadecimal(out[1:], words)


def faces(levels: Bytes) -> pa.StringArray:
    """Return `make_face` of every row of (n, 32) levels of 0 to 15."""
    if levels.ndim != 2 or levels.shape[1] != 32 or levels.max(initial=0) > 15:
        raise ValueError(f"levels of shape {levels.shape}; (n, 32) levels of 0 to 15 are allowed")
    return digits.strings(_LEVELS[levels])
