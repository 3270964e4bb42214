"""Which groups people are in, by what the registry says of them and which accounts they hold.

All of it is the operator's own knowledge: no truth. A household is who shares an address.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from linkage.privacy.groups import Grouping
from linkage.privacy.rows import Ints
from linkage.records import Identity, Record
from streams.cases import Case
from streams.risk.accounts import is_linked
from streams.synthetic.population import TODAY

AGES = {
    "below 16": 0,
    "16 to 29": 16,
    "30 to 44": 30,
    "45 to 64": 45,
    "65 or older": 65,
}
"""Bands of age on the first day of the stream, by where they begin."""
HOUSEHOLDS = {"alone": 1, "two": 2, "three": 3, "four or more": 4}
ADDRESSES = {"nobody else there": 1, "shared with others": 2}
NAMESAKES = {"nobody else of the name": 1, "two to four of it": 2, "five or more": 5}
NUMBERS = ("first holders only", "a number others had before")
YEAR = 365.25


def groupings(
    person: Ints, identities: Iterable[Identity], cases: Iterable[Case]
) -> tuple[Grouping, ...]:
    """Return the groupings of some people: by age, household, address, name and number.

    Who is not in the registry, or of whom it does not say, is in no group.
    """
    known = {one.person: one.record for one in identities}
    mine = [known.get(number) for number in person.tolist()]
    homes = _sharing([_address(one) for one in known.values()], [_address(one) for one in mine])
    names = _sharing([_name(one) for one in known.values()], [_name(one) for one in mine])
    later = np.isin(person, sorted(later_holders(cases)))
    return (
        _banded("age", np.array([_age(one) for one in mine], np.int64), AGES),
        _banded("at the address", homes, HOUSEHOLDS),
        _banded("address", homes, ADDRESSES),
        _banded("namesakes", names, NAMESAKES),
        Grouping("numbers", NUMBERS, later.astype(np.int64)),
    )


def households(person: Ints, identities: Iterable[Identity]) -> Ints:
    """Return a number for each person's household; who has no known address is one by themselves.

    >>> at_home = Record(address="a1-s1-h1")
    >>> households(np.array([3, 5, 7]), [Identity(3, at_home), Identity(7, at_home)]).tolist()
    [3, 5, 3]
    """
    first: dict[str, int] = {}
    homes = {
        one.person: first.setdefault(one.record.address, one.person)
        for one in identities
        if one.record.address is not None
    }
    return np.array([homes.get(number, number) for number in person.tolist()], np.int64)


def later_holders(cases: Iterable[Case]) -> set[int]:
    """Return who is linked to a tenancy of an account that somebody registered before it."""
    first: dict[tuple[str, str], int] = {}
    rest = []
    for (source, account, start), tenancy, *_ in cases:
        known = first.setdefault((source, account), start)
        first[source, account] = min(known, start)
        rest.append((source, account, start, tenancy))
    return {
        tenancy.person
        for source, account, start, tenancy in rest
        if start > first[source, account] and is_linked(tenancy) and tenancy.person is not None
    }


def _banded(name: str, values: Ints, starts: Mapping[str, int]) -> Grouping:
    """Return people by value, in bands that begin at `starts`; a lower value is in none."""
    code = np.searchsorted(list(starts.values()), values, side="right") - 1
    return Grouping(name, tuple(starts), code)


def _sharing(everybody: Sequence[str | None], mine: Sequence[str | None]) -> Ints:
    """Return how many of everybody have the value of each of mine; -1 without a value."""
    many: Mapping[str | None, int] = Counter(everybody)
    return np.array([-1 if value is None else many[value] for value in mine], np.int64)


def _age(record: Record | None) -> int:
    if record is None or record.birth is None:
        return -1
    return int((TODAY - date.fromisoformat(record.birth).toordinal()) // YEAR)


def _address(record: Record | None) -> str | None:
    return None if record is None else record.address


def _name(record: Record | None) -> str | None:
    if record is None or record.surname is None or record.given is None:
        return None
    return f"{record.surname} {record.given}"
