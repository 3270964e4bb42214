"""Schema: which fields a record has, how they are compared, and what brings two records together.

>>> from linkage.comparison import load_comparisons
>>> schema = Schema(
...     fields=(Field("family", "name"), Field("first", "name"), Field("born", "date")),
...     compare=(Compare("name", ("family", "first")), Compare("date", ("born",))),
...     keys=(Key("name", ("family", "first")), Key("year", ("family:sound", "born:year"))),
... )
>>> schema.checked(load_comparisons()) is schema
True
>>> [compare.label for compare in schema.compare]
['name(family, first)', 'date(born)']
"""

from collections.abc import Iterable, Mapping

import msgspec

from linkage.comparison import Comparison
from linkage.errors import SchemaError
from linkage.normalise import KINDS
from linkage.transforms import TRANSFORMS


class Field(msgspec.Struct, frozen=True, array_like=True):
    """A field of a record; `kind` is one of `KINDS` and decides its canonical form."""

    name: str
    kind: str


class Compare(msgspec.Struct, frozen=True, array_like=True):
    """A comparison of the catalogue, and which fields play its roles, in their order."""

    comparison: str
    fields: tuple[str, ...]

    @property
    def label(self) -> str:
        """Return what this comparison of these fields is called in a model and an explanation."""
        return f"{self.comparison}({', '.join(self.fields)})"


class Key(msgspec.Struct, frozen=True, array_like=True):
    """A blocking key: records that agree on all parts are compared.

    A part is a field, or the first that is known of several ('birth|id_number:born'), each taken
    through transforms ('surname:sound'). The order of parts does not matter: two records meet
    also when they have swapped them.
    """

    name: str
    parts: tuple[str, ...]


_MARKS = ":|"
"""What separates the steps and the alternatives of a part."""
Steps = tuple[tuple[str, tuple[str, ...]], ...]


def steps(part: str) -> Steps:
    """Return the alternatives of a part: (field, its transforms).

    >>> steps("birth:unordered|id_number:born:unordered")
    (('birth', ('unordered',)), ('id_number', ('born', 'unordered')))
    """
    split = (alternative.split(":") for alternative in part.split("|"))
    return tuple((field, tuple(transforms)) for field, *transforms in split)


class Schema(msgspec.Struct, frozen=True):
    """The fields, comparisons and blocking keys of one linkage."""

    fields: tuple[Field, ...]
    compare: tuple[Compare, ...]
    keys: tuple[Key, ...]

    @classmethod
    def of(
        cls,
        fields: Mapping[str, str],
        compare: Iterable[tuple[str, tuple[str, ...]]],
        keys: Iterable[tuple[str, ...]],
    ) -> "Schema":
        """Return the schema of fields by kind; a key is named by its parts.

        >>> Schema.of({"born": "date"}, [("date", ("born",))], [("born:year",)]).keys
        (Key(name='born:year', parts=('born:year',)),)
        """
        return cls(
            fields=tuple(Field(name, kind) for name, kind in fields.items()),
            compare=tuple(Compare(comparison, names) for comparison, names in compare),
            keys=tuple(Key("+".join(parts), parts) for parts in keys),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the fields, in order."""
        return tuple(field.name for field in self.fields)

    def checked(self, catalogue: Mapping[str, Comparison]) -> "Schema":
        """Return the schema itself; raises SchemaError naming what does not fit, and what would."""
        _unique("field", self.names)
        _unique("comparison", [compare.label for compare in self.compare])
        _unique("key", [key.name for key in self.keys])
        for field in self.fields:
            _known(f"the kind of field {field.name!r}", field.kind, KINDS)
            if not field.name or set(field.name) & set(_MARKS):
                raise SchemaError(
                    f"schema: field {field.name!r} needs a name without any of {_MARKS!r}, which "
                    "mean something in a key; rename it"
                )
        for compare in self.compare:
            _known("comparison", compare.comparison, catalogue)
            self._check_roles(compare, catalogue[compare.comparison])
        for key in self.keys:
            self._check_parts(key)
        return self

    def _check_roles(self, compare: Compare, comparison: Comparison) -> None:
        if len(comparison.roles) != len(compare.fields):
            raise SchemaError(
                f"schema: comparison {compare.comparison!r} takes {len(comparison.roles)} fields "
                f"({', '.join(comparison.roles)}), {compare.label} gives {len(compare.fields)}"
            )
        for name in compare.fields:
            _known(f"a field of {compare.label}", name, self.names)
        self._check_kinds(compare, comparison)

    def _check_kinds(self, compare: Compare, comparison: Comparison) -> None:
        kinds = {field.name: field.kind for field in self.fields}
        playing = dict(zip(comparison.roles, compare.fields, strict=True))
        for look in comparison.looks:
            for name in (playing[role] for role in (look.left, look.right) if role in playing):
                if look.measure.kind not in (None, kinds[name]):
                    raise SchemaError(
                        f"schema: {compare.label} compares values of kind {look.measure.kind!r}, "
                        f"field {name!r} is of kind {kinds[name]!r}; declare the field as "
                        f"{look.measure.kind!r}, or use another comparison"
                    )

    def _check_parts(self, key: Key) -> None:
        if not key.parts:
            raise SchemaError(f"schema: key {key.name!r} has no parts; name a field at least")
        for name, transforms in (step for part in key.parts for step in steps(part)):
            _known(f"a field of key {key.name!r}", name, self.names)
            for transform in transforms:
                _known(f"a transform of key {key.name!r}", transform, TRANSFORMS)


def _unique(what: str, names: Iterable[str]) -> None:
    found = list(names)
    if not found:
        raise SchemaError(f"schema: it has no {what}; declare at least one")
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise SchemaError(f"schema: {what} {twice[0]!r} is declared twice; names must differ")


def _known(what: str, name: str, choices: Iterable[str]) -> None:
    if name not in choices:
        raise SchemaError(f"schema: {what} is {name!r}; it can be {', '.join(sorted(choices))}")
