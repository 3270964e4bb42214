"""Every subset of the sources at once: who looks like whom in each, as points come and go.

A person's profile is, for each source, the sum of the points (mod 2^64) and the doubt of the links
that brought them (`doubt.py`). Class key and doubt in every view follow from it, so one event moves
one person in the views that have its source: half of all.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from linkage.errors import RiskError
from linkage.privacy.doubt import wrongs
from linkage.privacy.histogram import ClassHistogram, Moves
from linkage.privacy.rows import Ints, Keys
from linkage.privacy.view import View

EXACT = 8
"""Sources up to which every subset is kept exactly, 255 views, unless memory is short."""
MOST = 12
"""Sources up to which every subset is kept at all, 4,095 views; above EXACT they are thinned."""
LIMIT = 16_000_000
"""Classes over all views above which the largest are thinned: about 1.6 GB."""


def lattice(sources: tuple[str, ...]) -> tuple[View, ...]:
    """Return every non-empty subset of the sources as a view: small ones first, all of them last.

    Raises RiskError for no source, one twice, or more than MOST.

    >>> [view.name for view in lattice(("phone", "bank"))]
    ['phone', 'bank', 'phone+bank']
    """
    if not 0 < len(sources) <= MOST or len(set(sources)) < len(sources):
        raise RiskError(
            f"sources: got {', '.join(sources) or 'none'}; a lattice needs 1 to {MOST} different "
            "ones; leave some out, or measure them in groups"
        )
    return tuple(
        View("+".join(chosen), chosen)
        for size in range(1, len(sources) + 1)
        for chosen in combinations(sources, size)
    )


def levels(histogram: ClassHistogram, views: int, limit: int = LIMIT) -> list[int]:
    """Return how far the first `views` views must be thinned to hold `limit` classes together.

    Up to 2^EXACT - 1 views nothing is thinned while all fit. With more, each has its share of the
    limit. The largest view is thinned first. Ask where what is held does not depend on the order of
    arrival, such as at the close of a block: then the levels do not depend on it either.
    """
    found = [histogram.level(view) for view in range(views)]
    kept = [histogram.kept(view) for view in range(views)]
    room = limit // max(views, 1) if views >= 1 << EXACT else limit
    while sum(kept) > limit or max(kept, default=0) > room:
        largest = int(np.argmax(kept))
        found[largest] += 1
        keys, _, _ = histogram.arrays(largest)
        low = np.uint64((1 << found[largest]) - 1)
        kept[largest] = int(np.count_nonzero(keys & low == 0))
    return found


def class_moves(
    views: tuple[View, ...],
    sources: tuple[str, ...],
    sums: tuple[Keys, Keys],
    doubts: tuple[Ints, Ints],
) -> Iterator[Moves]:
    """Yield for each view who changes class or doubt in it.

    `sums` and `doubts` are a row for each person and a column for each source, before and after.
    A person without points has the sum 0 in each.
    """
    for number, view in enumerate(views):
        chosen = [sources.index(source) for source in view.sources]
        old, new = (each[:, chosen].sum(axis=1, dtype=np.uint64) for each in sums)
        rows = np.flatnonzero(
            (old != new) | (doubts[0][:, chosen] != doubts[1][:, chosen]).any(axis=1)
        )
        was, now = (_doubt(each[rows][:, chosen]) for each in doubts)
        old, new = old[rows], new[rows]
        where = np.full(len(rows), number, dtype=np.uint16)
        # Who is absent has no class, and so no doubt about it.
        yield Moves(where, old, new, np.where(old == 0, 0, was), np.where(new == 0, 0, now))


def _doubt(doubts: Ints) -> NDArray[np.int64]:
    return wrongs(doubts.sum(axis=1, dtype=np.int64))
