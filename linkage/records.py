"""What a source reveals about the holder of an account."""

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
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


class Identity(msgspec.Struct, frozen=True):
    """A verified person: the registry's immutable number, and what the registry knows of them.

    The number is never the ID number: an ID that is renewed must not reset anyone's budget.
    """

    person: int
    record: Record
