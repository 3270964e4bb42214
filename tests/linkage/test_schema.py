"""What a schema may say; everything else is refused with the name and the fix."""

import re

import pytest

from linkage.comparison import load_comparisons
from linkage.errors import SchemaError
from linkage.schema import Compare, Field, Key, Schema

CATALOGUE = load_comparisons()
NAME, BORN = Field("name", "name"), Field("born", "date")
EXACT, KEY = Compare("exact", ("name",)), Key("name", ("name",))
GOOD = Schema((NAME, BORN), (EXACT, Compare("date", ("born",))), (KEY, Key("b", ("born:year",))))
WRONG = [
    (((), (EXACT,), (KEY,)), "it has no field; declare at least one"),
    (((NAME,), (), (KEY,)), "it has no comparison; declare at least one"),
    (((NAME,), (EXACT,), ()), "it has no key; declare at least one"),
    (((NAME, NAME), (EXACT,), (KEY,)), "field 'name' is declared twice"),
    (((NAME,), (EXACT, EXACT), (KEY,)), "comparison 'exact(name)' is declared twice"),
    (((NAME,), (EXACT,), (KEY, KEY)), "key 'name' is declared twice"),
    (((Field("name", "string"),), (EXACT,), (KEY,)), "the kind of field 'name' is 'string'; it ca"),
    (((NAME, Field("a:b", "name")), (EXACT,), (KEY,)), "field 'a:b' needs a name without any of"),
    (((NAME, Field("a|b", "name")), (EXACT,), (KEY,)), "field 'a|b' needs a name without any of"),
    (((NAME, Field("", "name")), (EXACT,), (KEY,)), "field '' needs a name without any of"),
    (((NAME,), (Compare("fuzzy", ("name",)),), (KEY,)), "comparison is 'fuzzy'; it can be address"),
    (
        ((NAME,), (Compare("name", ("name",)),), (KEY,)),
        "takes 2 fields (surname, given), name(name",
    ),
    (
        ((NAME,), (Compare("exact", ("nam",)),), (KEY,)),
        "a field of exact(nam) is 'nam'; it can be n",
    ),
    (((NAME,), (Compare("date", ("name",)),), (KEY,)), "values of kind 'date', field 'name' is of"),
    (((NAME,), (Compare("number", ("name",)),), (KEY,)), "declare the field as 'number', or use"),
    (((NAME,), (EXACT,), (Key("k", ()),)), "key 'k' has no parts; name a field at least"),
    (((NAME,), (EXACT,), (Key("k", ("nam",)),)), "a field of key 'k' is 'nam'; it can be name"),
    (((NAME,), (EXACT,), (Key("k", ("name|",)),)), "a field of key 'k' is ''; it can be name"),
    (
        ((NAME,), (EXACT,), (Key("k", ("name:yr",)),)),
        "a transform of key 'k' is 'yr'; it can be ar",
    ),
]


@pytest.mark.parametrize(("parts", "message"), WRONG, ids=[message for _, message in WRONG])
def test_what_does_not_fit_is_named_with_the_fix(parts, message: str) -> None:
    with pytest.raises(SchemaError, match="^schema: .*" + re.escape(message)):
        Schema(*parts).checked(CATALOGUE)


def test_what_fits_is_returned() -> None:
    assert GOOD.checked(CATALOGUE) is GOOD
    assert Schema.of({"name": "name"}, [("exact", ("name",))], [("name",)]) == Schema(
        (NAME,), (EXACT,), (KEY,)
    )
