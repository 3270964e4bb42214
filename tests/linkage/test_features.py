"""Records as fingerprints: what each part is made of, and which records are refused."""

from dataclasses import replace
from typing import Any

import pytest

from linkage.comparison import load_comparisons
from linkage.errors import SchemaError
from linkage.features import Encoder
from linkage.likeness import EQUAL, Look
from linkage.linker import Linker
from linkage.model import Model
from linkage.registry import Registry
from linkage.schema import Field, Schema

CATALOGUE = load_comparisons()
SCHEMA = Schema.of(
    {"class": "name", "born": "date", "note": "text"},
    [("exact", ("class",)), ("date", ("born",))],
    [("class", "born:year"), ("note|class",)],
)


class Anything:
    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


def row(**values: Any) -> Anything:
    return Anything(**{"class": "a", "born": "2001-02-03", "note": None, **values})


def test_fields_may_be_called_like_keywords_and_lie_in_no_comparison() -> None:
    encoder = Encoder(SCHEMA, CATALOGUE)
    assert encoder.canonical(row(note="Ü")) == ("a", "2001-02-03", "u")
    records = [row(), row(note="a"), row(born="2001-09-09"), row(**{"class": None})]
    found = encoder.encode([encoder.canonical(record) for record in records])
    features, keys = found.features.tolist(), found.keys.tolist()
    assert features[0] != features[1]  # a record is known by all its fields
    assert keys[0] == keys[1] == keys[2]  # the same year; a note, or else the class
    assert keys[3] == [0, 0]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (row(note=3), "field 'note' is of type int; give text, or None where it is missing"),
        (row(born=float("nan")), "field 'born' is of type float; give text"),
        (row(**{"class": ["a"]}), "field 'class' is of type list"),
        (object(), "a object has no 'class'; the schema's fields are class, born, note"),
    ],
)
def test_a_record_that_cannot_be_read_is_refused_by_field(record: object, message: str) -> None:
    with pytest.raises(SchemaError, match=f"^record: {message}"):
        Encoder(SCHEMA, CATALOGUE).canonical(record)
    registry = Registry(SCHEMA)
    with pytest.raises(SchemaError):
        registry.change([(1, row()), (2, record)])
    assert len(registry) == 0


def test_derived_roles_of_one_name_are_kept_apart() -> None:
    plain = replace(
        CATALOGUE["exact"],
        looks=(Look("category", "category", EQUAL), Look("year", "year", EQUAL)),
        rule=lambda whole, part: whole if whole != "other" else part,
    )
    backwards = replace(plain, name="last", derived={"year": ("category", lambda d: d[-2:])})
    forwards = replace(plain, name="early", derived={"year": ("category", lambda d: d[:4])})
    schema = Schema.of(
        {"born": "date"}, [("last", ("born",)), ("early", ("born",))], [("born:year",)]
    )
    encoder = Encoder(schema, {"last": backwards, "early": forwards})
    found = encoder.encode([("2001-02-03",), ("2001-09-09",), ("1999-02-03",)])
    column = {part: found.features[:, i].tolist() for i, part in enumerate(encoder.compared)}
    last, early = (column[roles["year"]] for roles in encoder.roles)
    assert last[0] == last[2] != last[1]
    assert early[0] == early[1] != early[2]
    assert found.keys[0, 0] == found.keys[1, 0] != found.keys[2, 0]


def test_a_linker_wants_a_registry_of_its_own_schema() -> None:
    model = Model.default()
    fields, compare, keys = model.schema.fields, model.schema.compare, model.schema.keys
    others = {
        "fields": Schema((*fields[:-1], Field(fields[-1].name, "text")), compare, keys),
        "keys": Schema(fields, compare, keys[:-1]),
        "compare": Schema(fields, compare[:-1], keys),
    }
    for what, schema in others.items():
        with pytest.raises(SchemaError, match=f"^linker: the {what} of the model's schema are"):
            Linker(model, Registry(schema))
    Linker(model, Registry(model.schema))
