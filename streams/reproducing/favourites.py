"""The places where somebody was seen most, as columns to tell people by."""

import numpy as np

from streams.synthetic.calibration.traces import Trace
from streams.synthetic.chance import Ints

_PLACE = 20


def favourites(trace: Trace, many: int) -> list[Ints]:
    """Return the place each person was seen at most, the next, and so on; -1 where there is none.

    A row for each person of the trace, by number; of places seen equally often the first comes
    first.
    """
    pairs, times = np.unique(
        trace.person.astype(np.int64) << _PLACE | trace.place, return_counts=True
    )
    who = np.unique(pairs >> _PLACE, return_inverse=True)[1]
    order = np.lexsort((-times, who))
    who, place = who[order], (pairs & ((1 << _PLACE) - 1))[order]
    rank = np.arange(len(who)) - np.searchsorted(who, who)
    found = []
    for wanted in range(many):
        column = np.full(int(who[-1]) + 1, -1)
        column[who[rank == wanted]] = place[rank == wanted]
        found.append(column)
    return found
