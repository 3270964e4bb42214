"""What a source reveals about the holder of an account."""

from sys import intern

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The quasi-identifiers of one registration; None is 'missing' and never an empty string.

    `birth` is ISO 8601 (YYYY-MM-DD), `sex` is 'F' or 'M', `address` is area-street-house of the
    synthetic grid ('a17-s4-h113'), the rest as the source wrote it down, with its errors.
    """

    id_number: str | None = None
    surname: str | None = None
    given: str | None = None
    birth: str | None = None
    sex: str | None = None
    address: str | None = None
    phone: str | None = None
    mail: str | None = None


FIELDS: tuple[str, ...] = Record.__struct_fields__


def interned(record: Record) -> Record:
    """Return the record with strings shared with equal ones: names, dates and areas repeat a lot.

    >>> a, b = (interned(Record(surname="".join(["w", "u"]))) for _ in range(2))
    >>> a.surname is b.surname
    True
    """
    values = {field: getattr(record, field) for field in FIELDS}
    return Record(**{f: value if value is None else intern(value) for f, value in values.items()})


class Identity(msgspec.Struct, frozen=True, gc=False):
    """A verified person: the registry's immutable number, and what the registry knows of them.

    The number is never the ID number: an ID that is renewed must not reset anyone's budget.
    """

    person: int
    record: Record
