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

import numpy as np
from numpy.typing import NDArray

from linkage.catalogue import load_catalogue
from linkage.errors import SchemaError
from linkage.likeness import Look
from linkage.transforms import Transform

FOLDER = Path(__file__).parent / "comparisons"
Levels = NDArray[np.int8]
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


@dataclass(frozen=True)
class Comparison:
    """How two records agree on something, as one of a few levels.

    `roles` are the values it takes; a schema says which fields play them. `derived` are further
    roles, made of a role by a function; they can only be looked at for being the same. `rule`
    takes the degree of each look, in order, and returns the name of a level; the last level is
    'missing'.
    """

    name: str
    question: str
    roles: tuple[str, ...]
    looks: tuple[Look, ...]
    levels: tuple[Level, ...]
    rule: Callable[..., str]
    derived: Mapping[str, tuple[str, Transform]] = field(default_factory=dict)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Return how many degrees each look has."""
        return tuple(len(look.degrees) for look in self.looks)

    @cached_property
    def strides(self) -> tuple[int, ...]:
        """Return what one degree of each look adds to the place of a combination in `truth`."""
        return tuple(int(np.prod(self.sizes[k + 1 :])) for k in range(len(self.sizes)))

    @cached_property
    def truth(self) -> Levels:
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
    def open(self) -> tuple[Mask, ...]:
        """Return per look in which combinations it can still change the level.

        A look that has not been graded stands at 'other', and may turn out as any degree of
        unequal values; looks before the k-th are settled, those after it are not.
        """
        table, out = self.truth.reshape(self.sizes), []
        for k in range(len(self.looks)):
            unequal = np.moveaxis(table, k, 0)[2:]
            varies = np.expand_dims((unequal != unequal[-1:]).any(axis=0), k)
            for j in range(k + 1, len(self.looks)):
                axis = np.moveaxis(varies, j, 0)
                axis[-1] = axis[2:].any(axis=0)
            whole = np.zeros(self.sizes, np.bool_)
            np.moveaxis(whole, k, 0)[-1] = np.moveaxis(varies, k, 0)[0]
            out.append(whole.ravel())
        return tuple(out)


@lru_cache(maxsize=8)
def load_comparisons(folder: Path = FOLDER) -> Mapping[str, Comparison]:
    """Return every comparison of a folder by name; raises CatalogueError for a bad file."""
    package = "linkage.comparisons" if folder == FOLDER else f"comparisons_in_{folder.name}"
    return load_catalogue(package, folder, "COMPARISON", Comparison)
