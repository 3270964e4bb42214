"""What is written about people: their numbers, names and addresses as strings, at a time.

Strings are made when somebody asks, for many people at once; a million people at rest are numbers.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from linkage.records import FIELDS, Record
from streams.synthetic.chance import Flags, Ints, below, salted
from streams.synthetic.corruption.channels import Form
from streams.synthetic.identifiers import columns
from streams.synthetic.names import GIVEN_NAMES, SURNAMES
from streams.synthetic.population import Population
from streams.synthetic.strings import join, text

_STREETS, _HOUSES = 8, 400
_SURNAMES = pa.array(SURNAMES)
_GIVEN = pa.array(GIVEN_NAMES)
_HOSTS = pa.array(("example.com", "example.org", "example.net"))
_SEXES = pa.array(("F", "M"))
_EPOCH = 719_163  # the ordinal of 1970-01-01
_FORMER_PHONES = 500_000_000


def particulars(people: Population, rows: Ints, times: Ints) -> Form:
    """Return what is true of these people at these times (ms), one each: a registry's records."""
    adult = people.holds()[rows]
    mail = adult & (people.die[rows] % np.uint64(5) > 0)
    return {
        "id_number": id_numbers(people, rows, times),
        "surname": surnames(people, rows, times),
        "given": _GIVEN.take(pa.array(people.given[rows])),
        "birth": births(people, rows),
        "sex": _SEXES.take(pa.array(people.male[rows].astype(np.int8))),
        "address": addresses(people, rows, times),
        "phone": _only(adult, columns.phones(rows)),
        "mail": _only(mail, mails(people, rows)),
    }


def records(people: Population, rows: Ints, time: int) -> list[Record]:
    """Return the same as records, all at one time."""
    form = particulars(people, rows, np.full(len(rows), time))
    lists = (form[field].to_pylist() for field in FIELDS)
    return [Record(**dict(zip(FIELDS, values, strict=True))) for values in zip(*lists, strict=True)]


def id_numbers(people: Population, rows: Ints, times: Ints) -> pa.StringArray:
    """Return ID numbers; somebody who got a new one (life.renewed) has 500 more as order."""
    day = _days(people, rows)
    month = day.astype("datetime64[M]")
    year = month.astype(np.int64) // 12 + 1970
    birth = year * 10_000 + (month.astype(np.int64) % 12 + 1) * 100
    birth += (day - month).astype(np.int64) + 1
    renewed = times >= people.life.renewed[rows]
    order = people.order[rows] + np.where(renewed, 500, 0)
    return columns.id_numbers(people.county[rows], birth, order)


def surnames(people: Population, rows: Ints, times: Ints) -> pa.StringArray:
    """Return surnames: after the wedding, the partner's if they took it (life.renamed)."""
    taken = people.life.renamed[rows] & (times >= people.life.married[rows])
    code = np.where(taken, people.surname[people.first[rows]], people.surname[rows])
    return _SURNAMES.take(pa.array(code))


def births(people: Population, rows: Ints) -> pa.StringArray:
    """Return dates of birth, ISO 8601."""
    return pa.array(_days(people, rows)).cast(pa.string())


def addresses(people: Population, rows: Ints, times: Ints) -> pa.StringArray:
    """Return addresses, of the former home until the household moves."""
    there = times >= people.life.moved[rows]
    words = salted(people.die[people.first[rows]], "former house")
    house = np.where(there, people.household[rows], below(words, _STREETS * _HOUSES))
    return _streets(np.where(there, people.home[rows], people.former[rows]), house)


def older_addresses(people: Population, rows: Ints) -> pa.StringArray:
    """Return an address that people had before the stream began."""
    words = salted(people.die[people.first[rows]], "older house")
    return _streets(below(mixed := salted(words, "cell"), people.cells), below(mixed, 3200))


def former_phones(rows: Ints) -> pa.StringArray:
    """Return a number that people had before the stream began."""
    return columns.phones(_FORMER_PHONES + rows)


def mails(people: Population, rows: Ints) -> pa.StringArray:
    """Return mail addresses: three in four are built from the name or the year of birth."""
    words = salted(people.die[rows], "mail")
    style, number = below(words, 4), below(salted(words, "number"), 1000)
    surname = pc.utf8_lower(_SURNAMES.take(pa.array(people.surname[rows])))
    given = pc.utf8_lower(_GIVEN.take(pa.array(people.given[rows])))
    year = _days(people, rows).astype("datetime64[Y]").astype(np.int64) + 1970
    nick = pc.utf8_lower(_GIVEN.take(pa.array(below(salted(words, "nick"), len(GIVEN_NAMES)))))
    initial = pc.utf8_slice_codeunits(given, 0, 1)
    local = pc.choose(
        pa.array(style),
        join(given, ".", surname, text(number % 100)),
        join(surname, initial, text(number)),
        join(given, text(year)),
        join(nick, "_", text(number)),
    )
    host = _HOSTS.take(pa.array(below(salted(words, "host"), 3)))
    return join(local, "@", host)


def _days(people: Population, rows: Ints) -> NDArray[np.datetime64]:
    return (people.born[rows] - _EPOCH).astype("datetime64[D]")


def _streets(cell: Ints, house: Ints) -> pa.StringArray:
    street, number = house % _STREETS + 1, house // _STREETS % _HOUSES + 1
    return join("a", text(cell), "-s", text(street), "-h", text(number))


def _only(whom: Flags, what: pa.StringArray) -> pa.StringArray:
    return pc.if_else(pa.array(whom), what, pa.scalar(None, pa.string()))
