"""By which join people are singled out: how many are alone in each view, and in which first."""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from linkage.privacy.estimate import Estimate, census
from linkage.privacy.rows import Ints
from linkage.privacy.view import View

Flags = NDArray[np.bool_]


class Singled(msgspec.Struct, frozen=True):
    """Of one view: the share of people who are alone in it, and of those who are so first in it.

    First: alone in it and in no view of fewer of its sources. Somebody can be so in several views.
    """

    view: str
    sources: tuple[str, ...]
    alone: Estimate
    first: Estimate


def singled_by(views: Sequence[View], alone: Flags) -> tuple[Singled, ...]:
    """Return it for each view; `alone` is people x views, and everybody is counted.

    >>> views = [View("a", ("a",)), View("b", ("b",)), View("a+b", ("a", "b"))]
    >>> alone = np.array([[True, False, True], [False, False, True]])
    >>> [(one.alone.value, one.first.value) for one in singled_by(views, alone)]
    [(0.5, 0.5), (0.0, 0.0), (1.0, 0.5)]
    """
    found = []
    for number, view in enumerate(views):
        fewer = [n for n, v in enumerate(views) if set(v.sources) < set(view.sources)]
        first = alone[:, number] & ~alone[:, fewer].any(axis=1)
        shares = (_share(flags) for flags in (alone[:, number], first))
        found.append(Singled(view.name, view.sources, *shares))
    return tuple(found)


def sources_needed(views: Sequence[View], alone: Flags) -> dict[int, Estimate]:
    """Return the share of people by how many sources must be joined to single them out; 0 is never.

    >>> views = [View("a", ("a",)), View("b", ("b",)), View("a+b", ("a", "b"))]
    >>> alone = np.array([[True, False, True], [False, False, True], [False, False, False]])
    >>> {many: round(share.value, 2) for many, share in sources_needed(views, alone).items()}
    {1: 0.33, 2: 0.33, 0: 0.33}
    """
    many: Ints = np.array([len(view.sources) for view in views], dtype=np.int64)
    most = int(many.max(initial=0))
    needed = np.where(alone, many, most + 1).min(axis=1, initial=most + 1)
    return {k if k <= most else 0: _share(needed == k) for k in (*range(1, most + 1), most + 1)}


def _share(flags: Flags) -> Estimate:
    return census(float(flags.mean()) if len(flags) else 0.0, len(flags))
