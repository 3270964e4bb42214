"""The registrations of one source in one shard, in the order of time, filled in ahead in portions.

Filling in forms is string work by the column, which costs the same for one row as for a thousand;
so it is done for many registrations at once, and each hour takes its own.
"""

from typing import NamedTuple

import numpy as np

from streams.events import HOUR
from streams.synthetic.branch import Branch
from streams.synthetic.chance import Flags, Ints
from streams.synthetic.emission import Columns
from streams.synthetic.rows import joined, sliced

PORTION = 4096
"""How many are filled in at a time; what they say does not depend on it."""


class Filed(NamedTuple):
    """Registrations of an hour: tenancies, times (ms), what is said and what is right."""

    tenancy: Ints
    issued: Ints
    said: Columns
    meant: Columns

    def __len__(self) -> int:
        return len(self.tenancy)


class Filing:
    """Openings and later registrations of these tenancies. Hours are asked for in order."""

    def __init__(self, branch: Branch, rows: Ints) -> None:
        self._branch = branch
        named = rows[branch.accounts.named[rows]]
        refreshed, times = branch.refreshes
        here = np.isin(refreshed, named)
        tenancy = np.concatenate([named, refreshed[here]])
        issued = np.concatenate([branch.accounts.opened[named], times[here]])
        order = np.argsort(issued, kind="stable")
        self._tenancy, self._issued = tenancy[order], issued[order]
        self._again: Flags = order >= len(named)
        self._ready: list[tuple[int, Filed]] = []
        self._filled = 0
        self._nothing = self._fill(len(self._tenancy))

    def hour(self, block: int) -> Filed:
        """Return the registrations of an hour of the stream."""
        low, high = np.searchsorted(self._issued, [block * HOUR, (block + 1) * HOUR]).tolist()
        while self._filled < high:
            self._ready.append((self._filled, self._fill(self._filled)))
            self._filled = min(self._filled + PORTION, len(self._tenancy))
        self._ready = [(at, p) for at, p in self._ready if at + len(p) > low] or self._ready[-1:]
        return self._cut(low, high)

    def _fill(self, low: int) -> Filed:
        part = slice(low, low + PORTION)
        tenancy = self._tenancy[part]
        said, meant = self._branch.forms.registrations(tenancy, self._again[part])
        return Filed(tenancy, self._issued[part], said, meant)

    def _cut(self, low: int, high: int) -> Filed:
        parts = [
            (portion, max(low - at, 0), min(high - at, len(portion)))
            for at, portion in self._ready
            if at < high and at + len(portion) > low
        ]
        if not parts:
            return self._nothing
        return Filed(
            self._tenancy[low:high],
            self._issued[low:high],
            joined([sliced(portion.said, a, b) for portion, a, b in parts]),
            joined([sliced(portion.meant, a, b) for portion, a, b in parts]),
        )
