"""How long until people are identified, when not everybody was watched from the start to the end.

Kaplan and Meier's estimate (1958, JASA 53:457) of the share that survives, that is, is not
identified, past each time. Who came late (a first account on the third day) counts among those at
risk from then on only, or early times would look safer than they were; who was lost sight of, or
was still unidentified at the end, counts until then. The band holds at each time by itself, not
for the whole curve: Greenwood's variance on the scale of log(-log S) (Kalbfleisch and Prentice
2002, The Statistical Analysis of Failure Time Data, 1.4), which keeps it within 0 and 1.

All this supposes that when people come and go has nothing to do with when they are identified.
With late entries few are at risk early on: if all of them are identified at one time, the curve
is 0 from there, though many enter later. `at_risk` tells; start such a curve at a later time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from linkage.intervals import Z95, Floats, Ints, wilson_bounds
from linkage.privacy.estimate import Estimate

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Curve:
    """The share that survives past each time at which somebody was identified, with its band.

    `at_risk` is how many were watched, and not identified, just before each time. `people` is all
    who were watched, `until` the last time at which any of them was, `from_start` until when those
    were who were watched from time 0 on, in rising order.
    """

    times: Floats
    surviving: Floats
    low: Floats
    high: Floats
    at_risk: Ints
    people: int
    until: float
    from_start: Floats


def kaplan_meier(entry: Floats, exit: Floats, event: Flags) -> Curve:
    """Return the curve of people who were watched from `entry` to `exit`, a row each.

    `event` says whether the person was identified at `exit`, or only lost sight of. Times are in
    one unit (hours), from 0 on. Somebody is at risk at t if entry < t <= exit, or from time 0 on
    if entry is 0. Raises ValueError for columns of different lengths, times that are negative or
    no numbers, and an exit that is not after its entry (both may be 0).

    >>> curve = kaplan_meier(np.zeros(3), np.array([1.0, 2.0, 2.0]), np.array([True, True, False]))
    >>> curve.times.tolist(), curve.surviving.round(3).tolist(), curve.at_risk.tolist()
    ([1.0, 2.0], [0.667, 0.333], [3, 2])
    """
    entry, exit = np.asarray(entry, np.float64), np.asarray(exit, np.float64)
    event = np.asarray(event, np.bool_)
    _refuse_bad(entry, exit, event)
    times, identified = np.unique(exit[event], return_counts=True)
    began = np.sort(np.where(entry == 0.0, -1.0, entry))
    ended = np.sort(exit)
    at_risk = np.searchsorted(began, times, side="left") - np.searchsorted(ended, times, "left")
    surviving = np.cumprod(1.0 - identified / at_risk, dtype=np.float64)
    low, high = _band(surviving, identified, at_risk)
    until = float(ended[-1]) if len(ended) else 0.0
    from_start = np.sort(exit[entry == 0.0])
    return Curve(times, surviving, low, high, at_risk, len(exit), until, from_start)


def identified_within(curve: Curve, hours: float) -> Estimate:
    """Return the share of people who are identified by then, 1 - S(hours).

    Past the last time at which anybody was watched more may have been identified than were seen:
    the upper bound is 1 there. Before anybody was identified it is Wilson's for no one in as many
    as were watched from time 0 until then. The band has no correction for a finite population: it
    is too wide where a large part of everybody was watched. Raises ValueError for a time that is
    negative or no number.

    >>> curve = kaplan_meier(np.zeros(50), np.full(50, 9.0), np.zeros(50, np.bool_))
    >>> [round(identified_within(curve, hours).high, 3) for hours in (9, 10)]
    [0.071, 1.0]
    """
    if not hours >= 0.0:
        raise ValueError(f"hours {hours}: needs a number from 0 on")
    last = int(np.searchsorted(curve.times, hours, side="right")) - 1
    if last >= 0:
        value, low, high = (
            1.0 - float(column[last]) for column in (curve.surviving, curve.high, curve.low)
        )
    else:
        watched = len(curve.from_start) - int(np.searchsorted(curve.from_start, hours))
        value, low, high = 0.0, 0.0, _unseen(watched)
    if hours > curve.until or curve.people == 0:
        high = 1.0
    return Estimate(value=value, low=low, high=high, n=curve.people, estimand="sample")


def sustained(times: Sequence[float], holds: Sequence[bool], window: float) -> float | None:
    """Return the first time from which a condition holds, and goes on holding for `window`.

    `holds[i]` is so from `times[i]` until `times[i + 1]`; the last time is the end of watching. So
    "identified for good": the first time at which 1/n >= tau and stays so for w. None if it never
    does. Whether it does is known only `window` later, so who has none was watched, for
    `kaplan_meier`, no longer than until the last time minus `window`. Raises ValueError for times
    that do not rise, columns of different lengths, or a negative window.

    >>> sustained([0, 1, 2, 3, 9], [True, False, True, True, False], 5)
    2
    >>> sustained([0, 1, 2, 3, 9], [True, False, True, True, False], 8) is None
    True
    """
    if len(times) != len(holds):
        raise ValueError(f"{len(times)} times for {len(holds)} conditions: needs as many")
    if not window >= 0.0:
        raise ValueError(f"window {window}: needs a number from 0 on")
    for earlier, later in pairwise(times):
        if not earlier < later:
            raise ValueError(f"times: {later} comes after {earlier}; they must rise")
    since: float | None = None
    for time, held in zip(times, holds, strict=True):
        if since is not None and time - since >= window:
            return since
        if not held:
            since = None
        elif since is None:
            since = time
    return since if since is not None and window == 0.0 else None


def _band(surviving: Floats, identified: Ints, at_risk: Ints) -> tuple[Floats, Floats]:
    """Return S to the power of exp(-+z error) on the scale of log(-log S).

    At S = 0 the scale ends: then the share before is multiplied by what Wilson's interval leaves
    of those at risk, all of whom were identified. It stays 0 from there.
    """
    left = at_risk - identified
    low, high = surviving.copy(), surviving.copy()
    some = np.logical_and.accumulate(left > 0)
    s = surviving[some]
    greenwood = np.cumsum(identified[some] / (at_risk[some] * left[some].astype(np.float64)))
    spread = np.exp(Z95 * np.sqrt(greenwood) / np.abs(np.log(s)))
    low[some], high[some] = s**spread, s ** (1.0 / spread)
    ended = int(np.count_nonzero(some))
    if ended < len(surviving):
        before = float(high[ended - 1]) if ended else 1.0
        high[ended:] = before * _unseen(int(at_risk[ended]))
    return low, high


def _unseen(n: int) -> float:
    """Return Wilson's upper bound of a share that none of n showed."""
    return float(wilson_bounds(np.array(0.0), np.array(float(n)))[1])


def _refuse_bad(entry: Floats, exit: Floats, event: Flags) -> None:
    if not len(entry) == len(exit) == len(event):
        lengths = f"{len(entry)} entries, {len(exit)} exits and {len(event)} events"
        raise ValueError(f"{lengths}: needs one of each for each person")
    for name, column in (("entry", entry), ("exit", exit)):
        wrong = np.flatnonzero(~(np.isfinite(column) & (column >= 0.0)))
        if len(wrong):
            row = int(wrong[0])
            raise ValueError(f"row {row}: {name} is {column[row]}, needs a time from 0 on")
    wrong = np.flatnonzero((exit < entry) | ((exit == entry) & (exit > 0.0)))
    if len(wrong):
        row = int(wrong[0])
        raise ValueError(f"row {row}: exit {exit[row]} is not after entry {entry[row]}")
