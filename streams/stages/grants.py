"""What a purpose is shown of each person, point by point, as the identifiability ledger allows."""

import msgspec
import numpy as np

from linkage.privacy.exposure import ExposureAccount, Purpose, admit, opened
from streams.columns import Columns
from streams.stage import Draft
from streams.stages.classes import moved


class Shown(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one purpose has been shown of a person, the sum of it, and how often it was refused."""

    account: ExposureAccount
    sum: int = 0
    refusals: int = 0


class Grants:
    """One purpose's requests of one block, asked in canonical order."""

    def __init__(self, draft: Draft, purpose: Purpose) -> None:
        self._draft, self._purpose = draft, purpose
        self._before: dict[int, Shown | None] = {}
        self._now: dict[int, Shown] = {}
        self.newly_capped = self.newcomers = self.millibits = 0

    def ask(self, person: int, source: int, point: int) -> bool:
        """Charge for one more visible point; False is a refusal, which costs nothing."""
        shown = self._now.get(person)
        if shown is None:
            found = self._draft.get("shown", (self._purpose.name, person))
            self._before[person] = found
            shown = found or Shown(opened(self._purpose))
        account = admit(self._purpose, shown.account, source)
        if account is None:
            self._now[person] = Shown(shown.account, shown.sum, shown.refusals + 1)
        else:
            self._now[person] = Shown(account, (shown.sum + point) % 2**64, shown.refusals)
        return account is not None

    def write(self) -> None:
        """Put the accounts that changed, and sum up what changed in all of them."""
        for person, now in self._now.items():
            before = self._before[person]
            if now != before:
                self._draft.put("shown", (self._purpose.name, person), now)
            old = before or Shown(opened(self._purpose))
            self.newcomers += before is None
            self.newly_capped += now.refusals > 0 and old.refusals == 0
            self.millibits += sum(now.account.spent) - sum(old.account.spent)

    def class_moves(self, view: int) -> Columns:
        """Return who changes class in the purpose's view."""
        old = [before.sum if (before := self._before[p]) else 0 for p in self._now]
        new = [shown.sum for shown in self._now.values()]
        a, b = np.array(old, dtype=np.uint64), np.array(new, dtype=np.uint64)
        return moved(view, a[a != b], b[a != b])
