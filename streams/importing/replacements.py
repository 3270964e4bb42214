"""Which replacement each value gets, by what kind of thing it is."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from string import ascii_lowercase

from streams.importing.keyed import Assigned, cycle, one_to_one
from streams.importing.mapping import PARTS, ImportMap
from streams.synthetic.identifiers import make_id_number, make_phone
from streams.synthetic.names import SYLLABLES

SEPARATOR = "\x1f"
"""Between the parts of an address; no canonical part contains it."""
WORD = 4
"""Syllables of a replaced name."""
_FIRST_DAY = date(1900, 1, 1).toordinal()
_DAYS = date(2100, 1, 1).toordinal() - _FIRST_DAY
_GRID = 10_000
_PROVIDERS = ("com", "net", "org")

Assign = Callable[[bytes, Iterable[str]], Assigned]


def domain_of(field: str) -> str:
    """Return the kind of thing that a field holds: names swap places, so both are one kind."""
    return "name" if field in ("surname", "given") else field


def assigner_of(wanted: ImportMap, domain: str) -> Assign:
    """Return what gives the values of one kind of thing their replacements."""
    if domain == "name":
        return name_letters if wanted.names == "letters" else name_words
    if domain == "birth":
        return birth_parts if wanted.births == "parts" else birth_days
    if domain == "address" and len(wanted.columns_of("address")) == len(PARTS):
        return address_parts
    whole = {"id_number": id_numbers, "phone": phones, "mail": mails, "address": addresses}
    return whole.get(domain, as_they_are)


def name_words(secret: bytes, values: Iterable[str]) -> Assigned:
    """Return for each name a word of four syllables: only exact agreement survives."""
    size = len(SYLLABLES) ** WORD
    return one_to_one(secret, "name", values, lambda n: _word(n).capitalize(), size)


def name_letters(secret: bytes, values: Iterable[str]) -> Assigned:
    """Return each name with its letters permuted: edit distances survive, and letter counts too."""
    table = str.maketrans(cycle(secret, "letters", ascii_lowercase))
    return Assigned({value: value.translate(table).capitalize() for value in values}, 0)


def birth_days(secret: bytes, values: Iterable[str]) -> Assigned:
    """Return for each date another of 1900 to 2099: only exact agreement survives."""
    days = [f"{y}-{m:02d}-{d:02d}" for y in range(1900, 2100) for m in _MONTHS for d in _MONTH]
    turned = cycle(secret, "birth", days)
    return Assigned({value: turned[value] for value in values}, 0)


def birth_parts(secret: bytes, values: Iterable[str]) -> Assigned:
    """Return dates replaced part by part: what two dates have in common, they keep in common.

    The last two digits of a year are permuted alike, and so are months and days up to 12, so a
    wrong digit of the year and swapped days and months survive. The century stays.
    """
    digits = str.maketrans(cycle(secret, "birth/digits", "0123456789"))
    low = cycle(secret, "birth/low", tuple(_MONTHS))
    both = {**low, **cycle(secret, "birth/high", tuple(_MONTH)[len(low) :])}

    def turn(value: str) -> str:
        year, month, day = value[2:4].translate(digits), int(value[5:7]), int(value[8:])
        return f"{value[:2]}{year}-{both[month]:02d}-{both[day]:02d}"

    return Assigned({value: turn(value) for value in values}, 0)


def id_numbers(secret: bytes, values: Iterable[str]) -> Assigned:
    """Return for each ID number one of region 09; the birth date and sex in it say nothing.

    They are drawn by key like the rest: a number must be the same in every table, and so cannot
    follow the birth date of the row where it stands.
    """

    def make(n: int) -> str:
        n, county = divmod(n, 10_000)
        n, order = divmod(n, 1000)
        born = date.fromordinal(_FIRST_DAY + n % _DAYS)
        return make_id_number(county, int(born.strftime("%Y%m%d")), order)

    return one_to_one(secret, "id_number", values, make, 10_000 * 1000 * _DAYS)


def phones(secret: bytes, values: Iterable[str]) -> Assigned:
    """Return for each phone number one of +999."""
    return one_to_one(secret, "phone", values, lambda n: make_phone(n % 10**9), 10**9)


def mails(secret: bytes, values: Iterable[str]) -> Assigned:
    """Return for each mail address one at a domain for examples."""

    def make(n: int) -> str:
        n, provider = divmod(n, len(_PROVIDERS))
        return f"{_word(n)}@example.{_PROVIDERS[provider]}"

    return one_to_one(secret, "mail", values, make, len(_PROVIDERS) * len(SYLLABLES) ** WORD)


def addresses(secret: bytes, values: Iterable[str]) -> Assigned:
    """Return for each address a house of the grid: only exact agreement survives."""

    def make(n: int) -> str:
        return f"a{n % _GRID}-s{n // _GRID % _GRID}-h{n // _GRID**2 % _GRID}"

    return one_to_one(secret, "address", values, make, _GRID**3)


def address_parts(secret: bytes, values: Iterable[str]) -> Assigned:
    """Return addresses replaced part by part: areas, streets of an area, houses of a street."""
    found, moved = {"": ""}, 0
    below: dict[str, set[str]] = defaultdict(set)
    for value in values:
        area, street, house = value.split(SEPARATOR)
        below[""].add(area)
        below[area].add(SEPARATOR.join((area, street)))
        below[SEPARATOR.join((area, street))].add(SEPARATOR.join((area, street, house)))
    for above, there in below.items():
        level = above.count(SEPARATOR) + (above != "")
        named = one_to_one(secret, PARTS[level], there, _NUMBERED[level], _GRID)
        moved += named.moved
        found |= {value: f"{found[above]}-{part}".strip("-") for value, part in named.of.items()}
    return Assigned({v: r for v, r in found.items() if v.count(SEPARATOR) == 2}, moved)


def as_they_are(_: bytes, values: Iterable[str]) -> Assigned:
    """Return values that identify nobody, F and M, as they are."""
    return Assigned({value: value for value in values}, 0)


def _numbered(letter: str) -> Callable[[int], str]:
    return lambda n: f"{letter}{n % _GRID}"


_MONTHS, _MONTH = range(1, 13), range(1, 32)
_NUMBERED = tuple(_numbered(letter) for letter in "ash")


def _word(n: int) -> str:
    syllables = []
    for _ in range(WORD):
        n, place = divmod(n, len(SYLLABLES))
        syllables.append(SYLLABLES[place])
    return "".join(syllables)
