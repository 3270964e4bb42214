"""People on their way from class to class, and what a histogram of them has to say."""

from collections import Counter
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from linkage.privacy.histogram import DOUBT, ClassHistogram, Moves

VIEWS = 3
CERTAIN = 1 << DOUBT
KEYS = st.integers(0, 12)
"""Few keys, so that people meet; half end in a zero bit, a quarter in two, 8 in three."""
DOUBTS = st.sampled_from([0, 0, 1, 5, CERTAIN // 2, CERTAIN])


class Step(NamedTuple):
    """One person leaves class `old` of a view and enters `new`, with their doubts."""

    view: int
    old: int
    new: int
    was: int = 0
    now: int = 0

    def back(self):
        return Step(self.view, self.new, self.old, self.now, self.was)


Journey = tuple[list[Step], dict[tuple[int, int], tuple[int, int]]]
"""Steps, and where each (person, view) ends: key and doubt."""


@st.composite
def journeys(draw, people=(0, 5)) -> Journey:
    moves = st.tuples(st.integers(*people), st.integers(0, VIEWS - 1), KEYS, DOUBTS)
    steps, at = [], {}
    for person, view, key, drawn in draw(st.lists(moves, max_size=60)):
        doubt = drawn if key else 0
        old, was = at.get((person, view), (0, 0))
        steps.append(Step(view, old, key, was, doubt))
        at[person, view] = key, doubt
    return steps, at


def moves_of(steps) -> Moves:
    table = np.array(list(steps), dtype=object).reshape(-1, 5).T
    kinds = (np.uint16, np.uint64, np.uint64, np.int64, np.int64)
    return Moves(*(column.astype(kind) for column, kind in zip(table, kinds, strict=True)))


def applied(histogram, steps):
    histogram.move(moves_of(steps))
    return histogram


def shifted(histogram, steps):
    """Move one by one, as the live lattice does."""
    shifts = histogram.shifts(range(VIEWS))
    for step in steps:
        shifts[step.view](*step[1:])
    return histogram


def histogram_of(*journeys: Journey) -> ClassHistogram:
    histogram = ClassHistogram(VIEWS)
    for steps, _ in journeys:
        applied(histogram, steps)
    return histogram


def state(histogram, view):
    """Everything that a histogram tells of a view, the order of its classes left out."""
    keys, people, doubts = (column.tolist() for column in histogram.arrays(view))
    return (
        dict(zip(keys, zip(people, doubts, strict=True), strict=True)),
        histogram.people(view),
        histogram.level(view),
        dict(histogram.sizes(view)),
        dict(histogram.doubts(view)),
    )


def states(histogram):
    return [state(histogram, view) for view in range(VIEWS)], histogram.digest()


def recount(at, view, low=0):
    """The same by counting people, of the classes whose key has none of the bits in `low`."""
    mine = [(key, doubt) for (_, v), (key, doubt) in at.items() if v == view and key]
    kept = [(key, doubt) for key, doubt in mine if not key & low]
    people = Counter(key for key, _ in kept)
    doubts = {key: sum(doubt for k, doubt in kept if k == key) for key in people}
    by_size = {n: sum(doubts[k] for k in people if people[k] == n) for n in people.values()}
    return (
        {key: (people[key], doubts[key]) for key in people},
        len(mine),
        low.bit_length(),
        dict(Counter(people.values())),
        {size: doubt for size, doubt in by_size.items() if doubt},
    )
