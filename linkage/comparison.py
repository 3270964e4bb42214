"""What a comparison is, and the catalogue of all comparisons in `linkage/comparisons/`.

A comparison looks at a few pairs of values and reads one level off them. Its rule is a plain
function of degrees of likeness; it is written out once as a truth table. The table also tells
which looks can still change the level, so that strings are only compared where it matters.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from linkage.catalogue import load_catalogue
from linkage.errors import SchemaError
from linkage.likeness import Look, Values
from linkage.transforms import Transform

FOLDER = Path(__file__).parent / "comparisons"
Levels = NDArray[np.int8]
Codes = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Level:
    """One degree of agreement.

    `meaning` is shown to people. `frequency` names the roles whose shared value decides how
    surprising the agreement is: to share a rare surname says more than to share a common one.
    """

    name: str
    meaning: str
    frequency: tuple[str, ...] = ()


class Pairs(Protocol):
    """Aligned pairs of records, seen through the roles of one comparison."""

    def __len__(self) -> int: ...

    def fingerprints(self, role: str, side: int) -> NDArray[np.uint64]:
        """Return the fingerprint of every value, 0 where it is missing; side 0 is left."""

    def values(self, role: str, side: int, rows: Codes) -> Values:
        """Return the known values of some pairs."""


@dataclass(frozen=True)
class Comparison:
    """How two records agree on something, as one of a few levels.

    `roles` are the values it takes; a schema says which fields play them, and a schema whose
    fields have the same names need not even say so. `derived` are further roles, made of a
    role by a function; they can be looked at for being the same only. `rule` takes the degree of each look, in order, and returns the name of a level;
    the last level is 'missing'.
    """

    name: str
    question: str
    roles: tuple[str, ...]
    looks: tuple[Look, ...]
    levels: tuple[Level, ...]
    rule: Callable[..., str]
    derived: Mapping[str, tuple[str, Transform]] = field(default_factory=dict)

    def agree(self, pairs: Pairs) -> Levels:
        """Return the level of each pair, as its position in `levels`."""
        code = np.zeros(len(pairs), np.intp)
        for look, last, stride in zip(self.looks, self._last, self._strides, strict=True):
            left, right = pairs.fingerprints(look.left, 0), pairs.fingerprints(look.right, 1)
            code += ((left != 0) & (right != 0)) * np.intp(last * stride)
            code -= ((left == right) & (left != 0)) * np.intp((last - 1) * stride)
        for k, look in enumerate(self.looks):
            if look.measure.grade is not None:
                self._grade(pairs, code, k, look.measure.grade)
        return self._truth[code]

    def _grade(
        self, pairs: Pairs, code: Codes, k: int, grade: Callable[[Values, Values], Levels]
    ) -> None:
        """Settle the degree of the k-th look where it can still change the level."""
        rows = np.flatnonzero(self._open[k][code])
        if len(rows):
            look = self.looks[k]
            left, right = pairs.values(look.left, 0, rows), pairs.values(look.right, 1, rows)
            degree = grade(left, right) + 2
            code[rows] += (degree - self._last[k]) * self._strides[k]

    @cached_property
    def _sizes(self) -> tuple[int, ...]:
        return tuple(len(look.degrees) for look in self.looks)

    @cached_property
    def _last(self) -> tuple[int, ...]:
        return tuple(size - 1 for size in self._sizes)

    @cached_property
    def _strides(self) -> tuple[int, ...]:
        return tuple(int(np.prod(self._sizes[k + 1 :])) for k in range(len(self._sizes)))

    @cached_property
    def _truth(self) -> Levels:
        """Return the level of every combination of degrees."""
        names = {level.name: position for position, level in enumerate(self.levels)}
        out = []
        for degrees in product(*(look.degrees for look in self.looks)):
            said = self.rule(*degrees)
            if said not in names:
                raise SchemaError(
                    f"comparison {self.name!r}: its rule says {said!r} of {degrees}; "
                    f"its levels are {', '.join(names)}"
                )
            out.append(names[said])
        return np.array(out, np.int8)

    @cached_property
    def _open(self) -> tuple[Mask, ...]:
        """Return per look which combinations it can still change.

        A look that has not been graded stands at 'other', and may turn out as any degree of
        unequal values; looks before the k-th are settled, those after it are not.
        """
        table, out = self._truth.reshape(self._sizes), []
        for k in range(len(self.looks)):
            unequal = np.moveaxis(table, k, 0)[2:]
            varies = np.broadcast_to((unequal != unequal[-1:]).any(axis=0), unequal.shape[1:])
            varies = np.expand_dims(varies, k).copy()
            for j in range(k + 1, len(self.looks)):
                axis = np.moveaxis(varies, j, 0)
                axis[-1] = axis[2:].any(axis=0)
            whole = np.zeros(self._sizes, np.bool_)
            np.moveaxis(whole, k, 0)[-1] = np.moveaxis(varies, k, 0)[0]
            out.append(whole.ravel())
        return tuple(out)


@lru_cache(maxsize=8)
def load_comparisons(folder: Path = FOLDER) -> Mapping[str, Comparison]:
    """Return every comparison of a folder by name; raises CatalogueError for a bad file."""
    package = "linkage.comparisons" if folder == FOLDER else f"comparisons_in_{folder.name}"
    return load_catalogue(package, folder, "COMPARISON", Comparison)
