"""The default schema: verified people and the registrations of their accounts (`Record`)."""

from collections.abc import Mapping

from linkage.comparison import Comparison
from linkage.errors import SchemaError
from linkage.records import FIELDS
from linkage.schema import Compare, Field, Key, Schema

_KINDS = {
    "id_number": "code",
    "surname": "name",
    "given": "name",
    "birth": "date",
    "sex": "sex",
    "address": "address",
    "phone": "phone",
    "mail": "mail",
}
_BORN = "birth:unordered|id_number:born:unordered"
"""The birth date with day and month in either order; read from the ID number when missing."""
_KEYS = (
    Key("id", ("id_number",)),
    Key("phone", ("phone",)),
    Key("mail", ("mail",)),
    Key("address", ("address",)),
    Key("birth", (_BORN,)),
    Key("name", ("surname", "given")),
    Key("surname_birth", ("surname", _BORN)),
    Key("given_birth", ("given", _BORN)),
)


def people_schema(catalogue: Mapping[str, Comparison]) -> Schema:
    """Return the schema of `Record`: every comparison whose roles are all fields of it."""
    fitting = [c for c in catalogue.values() if set(c.roles) <= set(FIELDS)]
    return Schema(
        fields=tuple(Field(name, _KINDS[name]) for name in FIELDS),
        compare=tuple(Compare(c.name, c.roles) for c in fitting),
        keys=_KEYS,
    )


def check_people(schema: Schema) -> None:
    """Raise SchemaError when a field of a schema is none of `Record`."""
    strange = [name for name in schema.names if name not in FIELDS]
    if strange:
        raise SchemaError(
            f"model: its schema has {', '.join(strange)}; the pipeline's records have "
            f"{', '.join(FIELDS)}; train on a run or a world with `joinlens train`"
        )
