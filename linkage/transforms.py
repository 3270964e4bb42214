"""What a blocking key or a comparison may take of a value: its year, its street, its first letters.

Each maps a canonical value to a shorter canonical value, or to None when it holds no such thing.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

Transform = Callable[[str], str | None]


def born(number: str) -> str | None:
    """Return the birth date that a GB 11643 number contains (digits 7-14).

    >>> born("09000019850213123X")
    '1985-02-13'
    """
    if len(number) != 18 or not number[6:14].isdecimal():
        return None
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def unordered(date: str) -> str | None:
    """Return year and the sorted pair of day and month, so that swapped dates meet.

    >>> unordered("1985-13-02") == unordered("1985-02-13")
    True
    """
    month, day = date[5:7], date[8:]
    return date[:5] + (month + day if month <= day else day + month)


def year(date: str) -> str | None:
    """Return the year of a date."""
    return date[:4] or None


def street(address: str) -> str | None:
    """Return a composite address without its last part; None when it has fewer than three.

    >>> street("a17-s4-h113"), street("a17-s4")
    ('a17-s4', None)
    """
    return address.rsplit("-", 1)[0] if address.count("-") >= 2 else None


def area(address: str) -> str | None:
    """Return the first part of a composite address.

    >>> area("a17-s4-h113")
    'a17'
    """
    return address.split("-", 1)[0] or None


def start(value: str) -> str | None:
    """Return the first four letters."""
    return value[:4] or None


def end(value: str) -> str | None:
    """Return the last four letters."""
    return value[-4:] or None


def first(value: str) -> str | None:
    """Return the first word."""
    return value.split(" ", 1)[0] or None


def last(value: str) -> str | None:
    """Return the last word."""
    return value.rsplit(" ", 1)[-1] or None


def sorted_words(value: str) -> str | None:
    """Return the words in alphabetical order.

    >>> sorted_words("street high")
    'high street'
    """
    return " ".join(sorted(value.split())) or None


def sound(value: str) -> str | None:
    """Return consonants only, without repeats, after the first letter: a rough phonetic form.

    >>> sound("meyer"), sound("meier"), sound("mayr")
    ('mr', 'mr', 'mr')
    """
    out = value[:1]
    for letter in value[1:]:
        if letter not in "aeiouyhw " and letter != out[-1]:
            out += letter
    return out or None


TRANSFORMS: Mapping[str, Transform] = MappingProxyType(
    {
        "area": area,
        "born": born,
        "end": end,
        "first": first,
        "last": last,
        "sorted": sorted_words,
        "sound": sound,
        "start": start,
        "street": street,
        "unordered": unordered,
        "year": year,
    }
)
