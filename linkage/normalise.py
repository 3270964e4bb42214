"""Canonical forms: what a field says once spelling habits are taken away.

Every function maps None and values without content to None, and is idempotent: the canonical form
of a canonical form is itself. A field's kind says which of them is its own.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from math import isfinite
from types import MappingProxyType
from typing import NamedTuple

_DATE = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})([T ]\d{1,2}:\d{2}.*)?")
_GAP = re.compile(r"[\s,;/-]+")
_NOT_ID = re.compile(r"[\W_]+")


@lru_cache(maxsize=65536)
def name(value: str | None) -> str | None:
    """Return a name in lower case without accents, punctuation and double spaces.

    >>> name(" Zoë  O'Brien-Li ")
    'zoe o brien li'
    """
    if value is None:
        return None
    plain = value.casefold()
    if not plain.isascii():
        # Some letters have a small form only once they are taken apart (UAX #15, Unicode D146).
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).casefold())
    plain = "".join(c if _of_a_word(c) else " " for c in plain if not unicodedata.combining(c))
    return " ".join(plain.split()) or None


def _of_a_word(letter: str) -> bool:
    """Return whether a character is part of a word; vowel signs of Indic scripts and Thai are."""
    return letter.isalnum() or unicodedata.category(letter) in ("Mc", "Mn")


def code(value: str | None) -> str | None:
    """Return an ID number or another code in capitals without spaces and dashes.

    >>> code("09 1234 19850213 123x")
    '09123419850213123X'
    """
    if value is None:
        return None
    if not value.isascii():
        value = unicodedata.normalize("NFKC", value)
    elif value.isalnum() and (value.isupper() or value.isdecimal()):
        return value
    return _NOT_ID.sub("", value.upper()) or None


@lru_cache(maxsize=65536)
def date(value: str | None) -> str | None:
    """Return a date as YYYY-MM-DD; impossible months stay, since they may be swapped days.

    >>> date("1985/2/13"), date("19850213 10:30"), date("unknown")
    ('1985-02-13', '1985-02-13', None)
    """
    found = None if value is None else _DATE.fullmatch(value.strip())
    if found is None:
        return None
    year, month, day, _ = found.groups()
    return f"{int(year):04d}-{int(month):02d}-{int(day):02d}"


def sex(value: str | None) -> str | None:
    """Return 'F', 'M' or None.

    >>> sex("female"), sex("m"), sex("?")
    ('F', 'M', None)
    """
    if value in ("F", "M"):
        return value
    initial = (value or "").strip()[:1].upper()
    return initial if initial in ("F", "M") else None


def address(value: str | None) -> str | None:
    """Return area-street-house in lower case with single dashes.

    >>> address("A17, S4 H113")
    'a17-s4-h113'
    """
    if value is None:
        return None
    return _GAP.sub("-", _printable(value).casefold()).strip("-") or None


def phone(value: str | None) -> str | None:
    """Return a phone number as plus sign and digits.

    >>> phone("00999 12 345-6789"), phone("+999123456789")
    ('+999123456789', '+999123456789')
    """
    if value is None or (value.isascii() and value[:1] == "+" and value[1:].isdecimal()):
        return value
    digits = "".join(str(int(c)) for c in value if c.isdecimal())
    return "+" + digits.removeprefix("00") if digits.removeprefix("00") else None


def mail(value: str | None) -> str | None:
    """Return a mail address in lower case; without an @ it says nothing.

    >>> mail(" Wei.Zhang7@Example.com"), mail("none")
    ('wei.zhang7@example.com', None)
    """
    if value is None or "@" not in value:
        return None
    return _printable(value).strip().casefold()


def _printable(value: str) -> str:
    """Return a value with blanks for what has no shape: control characters, lone surrogates."""
    if value.isprintable():
        return value
    return "".join(c if c.isprintable() else " " for c in value)


@lru_cache(maxsize=65536)
def number(value: str | None) -> str | None:
    """Return a decimal number in shortest form; what is none says nothing.

    >>> number("1,200.50"), number("007"), number("n/a")
    ('1200.5', '7', None)
    """
    if value is None:
        return None
    try:
        found = float(value.replace(",", "").strip())
    except ValueError:
        return None
    return f"{found + 0.0:.12g}" if isfinite(found) else None  # there is no -0


class Kind(NamedTuple):
    """What a field holds.

    `repeats` says that many records share a value: each is then kept once, in a table, and may
    be of any length. Values of other kinds are packed side by side, all as wide as the longest.
    """

    canonical: Callable[[str | None], str | None]
    repeats: bool


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "address": Kind(address, False),
        "code": Kind(code, False),
        "date": Kind(date, True),
        "mail": Kind(mail, False),
        "name": Kind(name, True),
        "number": Kind(number, True),
        "phone": Kind(phone, False),
        "sex": Kind(sex, True),
        "text": Kind(name, True),
    }
)
"""Every kind of field that a schema may name."""
