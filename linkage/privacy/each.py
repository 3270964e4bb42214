"""What each person adds to the figures of the full trace: their mean over everybody is the figure.

The metrics work on class histograms, which know no people. Where a figure is asked of some people
(a group), or of profiles that are known to be right or wrong (a truth), it is taken apart here.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.intervals import Floats
from linkage.privacy.doubt import wrongs
from linkage.privacy.histogram import DOUBT
from linkage.privacy.rows import Ints, Keys

Flags = NDArray[np.bool_]


class Alike(NamedTuple):
    """Of each person in one view: how many look alike, the person included, and m.

    `size` is 0 for who is absent from the view. `trust` is m, the calibrated probability that all
    of the profile is the person's; 1 for who is absent, of whom nothing can be wrong.
    """

    size: Ints
    trust: Floats


def alike(sums: Keys, doubts: Ints) -> Alike:
    """Return it from profiles: people x sources of the view, see `lattice.class_moves`.

    >>> sums = np.array([[5], [5], [7], [0]], dtype=np.uint64)
    >>> alike(sums, np.array([[0], [1 << 20], [0], [0]])).size.tolist()
    [2, 2, 1, 0]
    """
    keys = sums.sum(axis=1, dtype=np.uint64)
    here = keys != 0
    size = np.zeros(len(keys), dtype=np.int64)
    _, which, count = np.unique(keys[here], return_inverse=True, return_counts=True)
    size[here] = count[which]
    wrong = np.where(here, wrongs(doubts.sum(axis=1, dtype=np.int64)), 0)
    return Alike(size, 1.0 - wrong / 2.0**DOUBT)


def adds(people: Alike) -> Mapping[str, Floats]:
    """Return what each person adds, by the name of the metric; all from 0 to 1.

    With `trust` 1 or 0, as somebody who knows the truth has it, the means are what is true.

    >>> people = Alike(np.array([1, 2, 2, 0]), np.array([0.75, 1.0, 0.5, 1.0]))
    >>> {name: float(added.mean()) for name, added in adds(people).items()}["misidentification"]
    0.0625
    """
    size, trust = people
    absent = int(np.count_nonzero(size == 0))
    # Who is absent is in one class with all others who are.
    guess = 1.0 / np.where(size == 0, absent, size)
    alone = (size == 1).astype(np.float64)
    return {
        "identified_share": alone,
        "vulnerability": guess,
        "correct_identification": trust * guess,
        "misidentification": (1.0 - trust) * alone,
        "contaminated": 1.0 - trust,
    }
