"""Records as numbers: a 64-bit fingerprint of every value that is compared or blocked on.

Two values are taken for equal when their fingerprints are (among a million different values the
chance of any mistake is below 3e-8). The hash is pandas' own, fixed, the same on every machine.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linkage.comparison import Comparison
from linkage.errors import SchemaError
from linkage.normalise import KINDS
from linkage.schema import Schema, steps
from linkage.transforms import TRANSFORMS, Transform

Fingerprints = NDArray[np.uint64]
Canonical = tuple[str | None, ...]
"""The canonical values of one record, in the order of the schema's fields."""
_ALWAYS = "always known"
_NOTHING = np.array(None, object)


def fingerprints(values: NDArray[np.object_]) -> Fingerprints:
    """Return the fingerprint of each value, 0 for None."""
    out: Fingerprints = pd.util.hash_array(values, categorize=False)
    out[out == 0] = 1
    out[np.equal(values, _NOTHING)] = 0
    return out


def mix(words: Fingerprints) -> Fingerprints:
    """Return the words well scattered (the finaliser of splitmix64, Steele et al. 2014)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


class Encoded(NamedTuple):
    """Records as arrays: `features` (records x features) and `keys` (records x keys), 0 = none."""

    canonical: Sequence[Canonical]
    features: Fingerprints
    keys: Fingerprints


class Encoder:
    """Turns records into fingerprints by a schema.

    A feature is a part as in `Key`: a field, or something taken of one. Those that comparisons
    look at come first, and are what a registry keeps; the rest are only needed for keys.
    """

    def __init__(self, schema: Schema, catalogue: Mapping[str, Comparison]) -> None:
        schema.checked(catalogue)
        self.schema = schema
        self._read = attrgetter(*schema.names) if len(schema.names) > 1 else _one(schema.names[0])
        self._canonical = tuple(KINDS[field.kind].canonical for field in schema.fields)
        self.roles = [_roles(catalogue[c.comparison], c.fields) for c in schema.compare]
        compared = dict.fromkeys(part for roles in self.roles for part in roles.values())
        # Every field has a feature, so that equal features mean equal records.
        compared.update(dict.fromkeys(schema.names))
        self.compared = tuple(compared)
        blocked = dict.fromkeys(part for key in schema.keys for part in key.parts)
        parts = list(dict.fromkeys([*compared, *blocked]))
        derived = _derived(schema, catalogue)
        self._parts = [_reader(derived.get(part) or _ways(part), schema.names) for part in parts]
        # Keys of fewer parts are filled up with an imaginary one that is always known.
        widest = max(len(key.parts) for key in schema.keys)
        self._keys = np.array(
            [
                [parts.index(part) for part in key.parts] + [len(parts)] * (widest - len(key.parts))
                for key in schema.keys
            ]
        )
        names = np.array([f"key {key.name}" for key in schema.keys], object)
        self._salts = fingerprints(names)

    def canonical(self, record: object) -> Canonical:
        """Return the canonical values of a record: anything with the fields as attributes.

        Raises SchemaError naming a field that the record lacks, or that is neither text nor None.
        """
        try:
            return tuple([f(v) for f, v in zip(self._canonical, self._read(record), strict=True)])
        except (AttributeError, TypeError) as error:
            raise self._refusal(record) from error

    def _refusal(self, record: object) -> SchemaError:
        for name in self.schema.names:
            if not hasattr(record, name):
                return SchemaError(
                    f"record: a {type(record).__name__} has no {name!r}; the schema's fields are "
                    f"{', '.join(self.schema.names)}"
                )
            value = getattr(record, name)
            if not isinstance(value, str | None):
                return SchemaError(
                    f"record: field {name!r} is of type {type(value).__name__}; give text, or "
                    "None where it is missing"
                )
        return SchemaError(f"record: a {type(record).__name__} cannot be read by the schema")

    def encode(self, records: Sequence[Canonical]) -> Encoded:
        """Return canonical records as fingerprints."""
        values = np.empty((len(self._parts) + 1, len(records)), object)
        for row, read in zip(values, self._parts, strict=False):
            row[:] = read(records)
        values[-1] = _ALWAYS
        marks = fingerprints(values.ravel()).reshape(values.shape)
        parts = marks.T[:, self._keys]
        # Fingerprints are as good as random, and so are their sums.
        keys = parts.sum(axis=2) ^ self._salts
        keys[(parts == 0).any(axis=2)] = 0
        features = np.ascontiguousarray(marks[: len(self.compared)].T)
        return Encoded(records, features, keys)


def _one(name: str) -> Callable[[object], tuple[object, ...]]:
    return lambda record: (getattr(record, name),)


def _roles(comparison: Comparison, fields: Sequence[str]) -> dict[str, str]:
    """Return which part plays each role, derived ones included.

    A derived part is one of a key, too, if it is made alike; else its name is the comparison's own.
    """
    roles = dict(zip(comparison.roles, fields, strict=True))
    return roles | {
        role: f"{roles[of]}:{role}{'' if TRANSFORMS.get(role) is by else f':{comparison.name}'}"
        for role, (of, by) in comparison.derived.items()
    }


Ways = Sequence[tuple[str, Sequence[Transform]]]
"""Alternatives: a field and what is done to its value."""


def _ways(part: str) -> Ways:
    return [(field, [TRANSFORMS[name] for name in chain]) for field, chain in steps(part)]


def _derived(schema: Schema, catalogue: Mapping[str, Comparison]) -> dict[str, Ways]:
    """Return how the parts that comparisons derive by themselves are made."""
    out: dict[str, Ways] = {}
    for compare in schema.compare:
        comparison = catalogue[compare.comparison]
        roles = _roles(comparison, compare.fields)
        for role, (of, transform) in comparison.derived.items():
            out[roles[role]] = [(roles[of], [transform])]
    return out


def _reader(
    wanted: Ways, names: Sequence[str]
) -> Callable[[Sequence[Canonical]], Iterable[str | None]]:
    """Return a function that takes one part of every record."""
    ways = [(names.index(field), chain) for field, chain in wanted]
    if len(ways) == 1 and not ways[0][1]:
        column = ways[0][0]
        return lambda records: [record[column] for record in records]
    return lambda records: [_first(record, ways) for record in records]


def _first(record: Canonical, ways: Iterable[tuple[int, Sequence[Transform]]]) -> str | None:
    """Return the first alternative that is known."""
    for column, chain in ways:
        value = record[column]
        for transform in chain:
            if value is None:
                break
            value = transform(value)
        if value is not None:
            return value
    return None
