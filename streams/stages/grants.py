"""What a purpose is shown of each person, point by point, as the identifiability ledger allows."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from linkage.privacy.budget.exposure import ExposureAccount, Purpose, admit_all, opened
from linkage.privacy.rows import Ints, Keys
from streams.columns import Columns
from streams.stage import Draft
from streams.stages.classes import moved


class Shown(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one purpose has been shown of a person, the sum of it, and how often it was refused.

    The sum of somebody who was erased is 0: what was spent on them stays, what was shown is gone.
    """

    account: ExposureAccount
    sum: int = 0
    refusals: int = 0


class Grants:
    """One purpose's requests of one block, asked in canonical order: a person, a source, a point.

    `count` of them are `granted`; `millibits`, `newcomers`, `newly_capped` are what they come to.
    """

    def __init__(
        self, draft: Draft, purpose: Purpose, person: Ints, source: NDArray[np.int64], point: Keys
    ) -> None:
        name, new = purpose.name, Shown(opened(purpose))
        people, place = _grouped(person)
        found = [draft.get("shown", (name, p)) for p in people.tolist()]
        before = [one or new for one in found]
        asked = zip(place.tolist(), source.tolist(), strict=True)
        answers, after = admit_all(purpose, [one.account for one in before], asked)
        self.granted: NDArray[np.bool_] = np.array(answers, np.bool_)
        self._old: Keys = np.array([one.sum for one in before], np.uint64)
        self._new = self._old.copy()
        np.add.at(self._new, place[self.granted], point[self.granted])
        refusals = np.bincount(place[~self.granted], minlength=len(people)).tolist()
        rows = zip(people.tolist(), before, after, self._new.tolist(), refusals, strict=True)
        self.newly_capped = 0
        for p, old, account, total, refused in rows:
            draft.put("shown", (name, p), Shown(account, total, old.refusals + refused))
            self.newly_capped += refused > 0 and old.refusals == 0
        self.newcomers = found.count(None)
        self.count = len(visible := source[self.granted].tolist())
        self.millibits = sum(map(purpose.worth.__getitem__, visible))

    def class_moves(self, view: int) -> Columns:
        """Return who changes class in the purpose's view."""
        other = self._old != self._new
        return moved(view, self._old[other], self._new[other])


def _grouped(person: Ints) -> tuple[Ints, Ints]:
    """Return everybody once, sorted, and the place among them of each row."""
    if len(person) == 1:
        return person, np.zeros(1, np.int64)
    people, place = np.unique(person, return_inverse=True)
    return people, place
