"""What a cell says once spelling habits are taken away; what says nothing is Unfit.

Two cells that mean the same get the same replacement, so the habits are those of the linker
(linkage/normalise.py) wherever it has any.
"""

import re
from collections.abc import Callable

from linkage import normalise
from streams.importing.faults import Unfit
from streams.importing.mapping import ImportMap, Order

NAME_LENGTH, FEWEST_DIGITS = 40, 3
_SEX = {"f": "F", "female": "F", "m": "M", "male": "M"}
_LETTERS = re.compile(r"[a-z]+( [a-z]+)*")
_TIME = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"
_SPLIT = re.compile(rf"([0-9]{{1,4}})[-/. ]([0-9]{{1,2}})[-/. ]([0-9]{{1,4}}){_TIME}")
_SOLID = {
    "ymd": re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
    "dmy": re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})"),
    "mdy": re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})"),
}
_SAID = {"ymd": "year, month, day", "dmy": "day, month, year", "mdy": "month, day, year"}


def canonical_of(wanted: ImportMap, field: str) -> Callable[[str], str]:
    """Return the reader of a field's cells; it raises Unfit, saying what is allowed."""
    if field in ("surname", "given"):
        return letters if wanted.names == "letters" else word
    if field == "birth":
        return lambda text: birth(text, wanted.dates)
    return {"id_number": id_number, "sex": sex, "phone": phone, "mail": mail}.get(field, word)


def word(text: str) -> str:
    """Return a name or a part of an address: lower case, no accents, single spaces.

    >>> word(" Zoë  O'Brien ")
    'zoe o brien'
    """
    return _something(normalise.name(text), "letters or digits are needed")


def letters(text: str) -> str:
    """Return a name of the letters a to z alone, the alphabet that is permuted."""
    found = normalise.name(text) or ""
    if not _LETTERS.fullmatch(found) or len(found) > NAME_LENGTH:
        what = f"allowed with names = 'letters': up to {NAME_LENGTH} letters a to z"
        raise Unfit(f"{what}; names = 'whole' takes any")
    return found


def id_number(text: str) -> str:
    """Return an ID number in capitals without spaces and dashes."""
    return _something(normalise.code(text), "letters or digits are needed")


def phone(text: str) -> str:
    """Return a phone number as plus sign and digits."""
    found = normalise.phone(text) or ""
    if len(found) - 1 < FEWEST_DIGITS:
        raise Unfit(f"at least {FEWEST_DIGITS} digits are needed")
    return found


def mail(text: str) -> str:
    """Return a mail address in lower case."""
    return _something(normalise.mail(text), "a mail address has an @")


def sex(text: str) -> str:
    """Return F or M.

    >>> sex("female")
    'F'
    """
    return _something(_SEX.get(text.casefold()), "allowed: F, M, female, male")


def birth(text: str, order: Order) -> str:
    """Return a date as YYYY-MM-DD; months have 31 days, since the table may be wrong about them.

    >>> birth("13.2.1985", "dmy"), birth("19850213", "ymd"), birth("1985-02-13 00:00:00", "ymd")
    ('1985-02-13', '1985-02-13', '1985-02-13')
    """
    found = _SPLIT.fullmatch(text) or _SOLID[order].fullmatch(text)
    parts = dict(zip(order, found.groups() if found else ("",) * 3, strict=True))
    if len(parts["y"]) == 4 and max(len(parts["m"]), len(parts["d"])) <= 2:
        year, month, day = (int(parts[part]) for part in "ymd")
        if 1900 <= year <= 2099 and 1 <= month <= 12 and 1 <= day <= 31:
            return f"{year}-{month:02d}-{day:02d}"
    raise Unfit(f"allowed: {_SAID[order]} of 1900 to 2099 (dates = '{order}')")


def _something(found: str | None, allowed: str) -> str:
    if not found:
        raise Unfit(allowed)
    return found
