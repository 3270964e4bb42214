"""Canonical forms: what a field says once spelling habits are taken away.

Every function maps None and values without content to None, and is idempotent: the canonical form
of a canonical form is itself.
"""

import re
import unicodedata
from functools import lru_cache

from linkage.records import Record

_DATE = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})")
_GAP = re.compile(r"[\s,;/-]+")
_NOT_ID = re.compile(r"[^0-9A-Z]+")


@lru_cache(maxsize=65536)
def name(value: str | None) -> str | None:
    """Return a name in lower case without accents, punctuation and double spaces.

    >>> name(" Zoë  O'Brien-Li ")
    'zoe o brien li'
    """
    if value is None:
        return None
    plain = unicodedata.normalize("NFKD", value.casefold())
    plain = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(plain.split()) or None


def id_number(value: str | None) -> str | None:
    """Return an ID number in capitals without spaces and dashes.

    >>> id_number("09 1234 19850213 123x")
    '09123419850213123X'
    """
    if value is None or (value.isalnum() and value.isupper()) or value.isdecimal():
        return value
    return _NOT_ID.sub("", value.upper()) or None


@lru_cache(maxsize=65536)
def birth(value: str | None) -> str | None:
    """Return a date as YYYY-MM-DD; impossible months stay, since they may be swapped days.

    >>> birth("1985/2/13"), birth("19850213"), birth("unknown")
    ('1985-02-13', '1985-02-13', None)
    """
    found = None if value is None else _DATE.fullmatch(value.strip())
    if found is None:
        return None
    year, month, day = found.groups()
    return f"{year}-{int(month):02d}-{int(day):02d}"


def birth_in(number: str | None) -> str | None:
    """Return the birth date that a GB 11643 number contains (digits 7-14), or None.

    >>> birth_in("09000019850213123X")
    '1985-02-13'
    """
    if number is None or len(number) != 18 or not number[6:14].isdecimal():
        return None
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


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
    return _GAP.sub("-", value.casefold()).strip("-") or None


def phone(value: str | None) -> str | None:
    """Return a phone number as plus sign and digits.

    >>> phone("00999 12 345-6789"), phone("+999123456789")
    ('+999123456789', '+999123456789')
    """
    if value is None or (value[:1] == "+" and value[1:].isdecimal()):
        return value
    digits = "".join(c for c in value if c.isdecimal())
    return "+" + digits.removeprefix("00") if digits.removeprefix("00") else None


def mail(value: str | None) -> str | None:
    """Return a mail address in lower case; without an @ it says nothing.

    >>> mail(" Wei.Zhang7@Example.com"), mail("none")
    ('wei.zhang7@example.com', None)
    """
    if value is None or "@" not in value:
        return None
    return value.strip().casefold()


def normalise(record: Record) -> Record:
    """Return the canonical form of every field of a record.

    >>> canonical = normalise(Record(surname="ZHANG", phone="00999123456789"))
    >>> canonical.surname, canonical.phone, canonical.given
    ('zhang', '+999123456789', None)
    """
    return Record(
        id_number=id_number(record.id_number),
        surname=name(record.surname),
        given=name(record.given),
        birth=birth(record.birth),
        sex=sex(record.sex),
        address=address(record.address),
        phone=phone(record.phone),
        mail=mail(record.mail),
    )
