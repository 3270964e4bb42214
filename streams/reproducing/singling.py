"""How many people a few known points of their trace single out, sampled."""

from collections.abc import Callable

import numpy as np

from linkage.privacy.estimate import Estimate, wilson
from streams.synthetic.calibration.traces import Trace
from streams.synthetic.calibration.unicity import Points, crowds, gather
from streams.synthetic.chance import Flags, Ints

SAMPLE = 5_000
"""People who are attacked for a figure, if there are as many."""

PointOf = Callable[[Trace], Ints]
"""What one point of a trace tells, as a number for each row."""


def part(trace: Trace, kept: Flags) -> Trace:
    """Return some rows of a trace."""
    return Trace(trace.person[kept], trace.hour[kept], trace.place[kept], trace.cents[kept])


def singled_out(
    points: Points, known: int, draw: np.random.Generator, sample: int = SAMPLE
) -> Estimate | None:
    """Return of how many people who have `known` points as many of theirs fit nobody else.

    None if nobody has so many. Never a census, with everybody attacked neither: which of their
    points are known is drawn, and another draw would single out others.
    """
    found = crowds(points, known, sample, draw)
    return wilson(int(np.count_nonzero(found == 1)), len(found)) if len(found) else None


def singled_out_by(
    trace: Trace | None, point: PointOf, known: int, draw: np.random.Generator
) -> Estimate | None:
    """Return the same of a trace; None too if there is no trace."""
    if trace is None:
        return None
    return singled_out(gather(trace.person, point(trace)), known, draw)
