"""The activity that release holds: of blocks that are not decided, and of those still asked about.

A block is decided when the first close comes after which there is word of it: each join task says
something of every block, if only that nothing happened, before it passes the close on.
"""

from collections.abc import Iterable

import numpy as np

from linkage.privacy.budget.contributions import Contributions
from linkage.privacy.budget.ledger import LedgerError
from linkage.privacy.budget.members import PEOPLE
from linkage.privacy.rows import Ints
from streams.stage import Draft
from streams.stages.activity import block_of, pack_activity, parse_activity

_NONE = np.empty(0, np.int64)


class Kept:
    """The held activity, as one step sees it; keys are (block, serial number)."""

    TABLE = "activity"

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._window: tuple[int, int, Contributions] | None = None

    def hear(self, data: bytes) -> None:
        """Keep a message of activity; LedgerError for a person that no column has a place for.

        The gate lets no such number into the registry, so it is none of a join's.
        """
        people = parse_activity(data).person
        ends = int(people.min(initial=0)), int(people.max(initial=0))
        for person in ends:
            if not 0 <= person < PEOPLE:
                raise LedgerError(
                    f"activity: block {block_of(data)} has person {person}, needs numbers from 0 "
                    f"to below {PEOPLE}; nothing was charged. Only joins may write on its topic"
                )
        self._window = None
        serial = self._draft.get("totals", "serial") or 0
        self._draft.put("totals", "serial", serial + 1)
        self._draft.put(self.TABLE, (block_of(data), serial), data)

    @property
    def decided(self) -> int:
        """Return the last block that is decided; -1 before any."""
        found = self._draft.get("totals", "decided")
        return -1 if found is None else int(found)

    @property
    def oldest(self) -> int:
        """Return the first block that is still held."""
        return int(self._draft.get("totals", "oldest") or 0)

    def undecided(self) -> list[int]:
        """Return the blocks there is word of that are not decided, in order."""
        return sorted({block for block, _ in self._draft.all(self.TABLE) if block > self.decided})

    def decide(self, block: int) -> None:
        """From now on a block is as it is."""
        self._draft.put("totals", "decided", block)

    def rows(self, first: int, last: int) -> Contributions:
        """Return who did what in these blocks, both included."""
        if self._window is None or self._window[:2] != (first, last):
            held = self._draft.all(self.TABLE).items()
            within = sorted((key, data) for key, data in held if first <= key[0] <= last)
            self._window = first, last, joined(parse_activity(data) for _, data in within)
        return self._window[2]

    def forget(self, oldest: int) -> None:
        """Let go of all decided blocks before this one."""
        oldest = min(oldest, self.decided + 1)
        if oldest > self.oldest:
            for key in self._draft.all(self.TABLE):
                if key[0] < oldest:
                    self._draft.put(self.TABLE, key, None)
            self._draft.put("totals", "oldest", oldest)

    def erase(self, people: Ints) -> None:
        """Drop the rows of these people from all that is held; that there was a block stays."""
        self._window = None
        for key, data in self._draft.all(self.TABLE).items():
            rows = parse_activity(data)
            theirs = np.isin(rows.person, people)
            if theirs.any():
                self._draft.put(self.TABLE, key, pack_activity(key[0], rows.take(~theirs)))


def joined(parts: Iterable[Contributions]) -> Contributions:
    """Return the rows of all parts, one after the other."""
    some = [*parts, Contributions(_NONE, _NONE.astype(np.uint8), _NONE, _NONE, _NONE)]
    return Contributions(
        *(
            np.concatenate([getattr(part, name) for part in some])
            for name in ("person", "source", "block", "place", "events")
        )
    )


def people_in(rows: Contributions) -> Ints:
    """Return who has a row, sorted: people are numbered closely enough to mark each of them."""
    mask = np.zeros(int(rows.person.max(initial=-1)) + 1, np.bool_)
    mask[rows.person] = True
    return np.flatnonzero(mask)


def only(rows: Contributions, people: Ints) -> Contributions:
    """Return the rows of these people."""
    mask = np.zeros(int(rows.person.max(initial=-1)) + 1, np.bool_)
    mask[people] = True
    return rows.take(mask[rows.person])
