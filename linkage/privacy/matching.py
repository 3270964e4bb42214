"""Who fits what an attacker knows: the anonymity sets of sampled people in what a view shows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.privacy.adversary import Known
from linkage.privacy.points import PointIndex
from linkage.privacy.rows import Ints

_BITS = np.int64(40)
_LIMIT = 1 << 40
_SLOTS = 18
_ODD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(64 - _SLOTS)


@dataclass(frozen=True)
class Candidates:
    """For each attacked person: how many people fit best, and whether the person is one of them.

    `size` 0 means that nobody carries any of the known points.
    """

    size: NDArray[np.int64]
    found: NDArray[np.bool_]


def candidates(visible: PointIndex, known: Known) -> Candidates:
    """Return who carries the most of the known points in what a view shows.

    In a view that shows every true point the target carries all of them, so the best matches are
    exactly the people who carry them all: p-point unicity counts those who are alone. Where a
    budget hides points, nobody may carry all, and an attacker who gave up then would make the
    budget look better than it is; this one takes the best match.
    """
    which, person = visible.carriers_of(known.point)
    if len(person) and (int(person.min()) < 0 or int(person.max()) >= _LIMIT):
        raise ValueError("a person's number must be within 0 and 2**40 - 1")
    owner = known.owner[which]
    code = np.sort(_contenders(known, owner, (owner << _BITS) | person))
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    fit = np.diff(np.append(starts, len(code)))
    owner, who = code[starts] >> _BITS, code[starts] & (_LIMIT - 1)
    best = np.zeros(len(known.people), dtype=np.int64)
    heads = np.flatnonzero(np.diff(owner, prepend=-1))
    if len(heads):
        best[owner[heads]] = np.maximum.reduceat(fit, heads)
    tied = fit == best[owner]
    found = np.zeros(len(known.people), dtype=np.bool_)
    found[owner[tied & (who == known.people[owner])]] = True
    return Candidates(np.bincount(owner[tied], minlength=len(best)), found)


def _contenders(known: Known, owner: Ints, code: Ints) -> Ints:
    """Drop most rows of people who fit worse than the target does; an upper bound tells them.

    The bound counts the rows that share a hash slot, so it errs only towards keeping a row.
    """
    slot = ((code.view(np.uint64) * _ODD) >> _SHIFT).view(np.int64)
    bound = np.bincount(slot, minlength=1 << _SLOTS)
    own = code == (owner << _BITS) | known.people[owner]
    fit = np.bincount(owner[own], minlength=len(known.people))
    return code[bound[slot] >= fit[owner]]
