"""Folds behind the live page: each takes messages in any order, twice if need be, in bounded room.

Every fold forgets the oldest identities once it holds `capacity` of them. Within that capacity a
message that comes again, or an old revision that comes late, changes nothing.
"""

from collections import Counter, OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from streams.messages import OUTCOMES, Link, Pulse, Release, Risk, Spending

BLOCKS = 1024
"""Blocks behind the newest for which a task's charges are still told from duplicates."""


class Seen:
    """The last `capacity` distinct things that were new.

    >>> seen = Seen(2)
    >>> [seen.is_new(x) for x in ("a", "a", "b", "c", "a")]
    [True, False, True, True, True]
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._known: OrderedDict[int, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def is_new(self, thing: Hashable) -> bool:
        """Return whether this was not seen before, and remember it."""
        key = hash(thing)
        if key in self._known:
            return False
        self._known[key] = None
        if len(self._known) > self._capacity:
            self._known.popitem(last=False)
        return True


class LinkFold:
    """Tenancies by the status of their newest revision, and the `shown` that changed last."""

    def __init__(self, capacity: int, shown: int) -> None:
        self._capacity, self._shown = capacity, shown
        self._known: OrderedDict[str, tuple[int, str]] = OrderedDict()
        self._last: OrderedDict[str, Link] = OrderedDict()
        self.by_status: Counter[str] = Counter()
        self.forgotten = 0

    def __len__(self) -> int:
        return len(self._known)

    def take(self, link: Link) -> None:
        """Count a link by its status, in place of the revision it replaces."""
        known = self._known.get(link.id)
        if known is not None and known[0] >= link.revision:
            return
        if known is not None:
            self.by_status[known[1]] -= 1
        self.by_status[link.status] += 1
        self._known[link.id] = (link.revision, link.status)
        self._known.move_to_end(link.id)
        if len(self._known) > self._capacity:
            self._known.popitem(last=False)
            self.forgotten += 1
        self._last[link.id] = link
        self._last.move_to_end(link.id)
        if len(self._last) > self._shown:
            self._last.popitem(last=False)

    def newest(self) -> list[Link]:
        """Return the links that changed last, newest first."""
        return list(reversed(self._last.values()))


class PulseFold:
    """The farthest pulse of every task."""

    def __init__(self) -> None:
        self._farthest: dict[str, tuple[tuple[int, int, int, bytes], Pulse]] = {}

    def take(self, pulse: Pulse, value: bytes) -> None:
        """Keep this pulse if its task got farther; `value` only breaks ties the same way always."""
        place = (pulse.block, pulse.events, pulse.event_time, value)
        known = self._farthest.get(pulse.task)
        if known is None or known[0] < place:
            self._farthest[pulse.task] = (place, pulse)

    def of(self, stage: str) -> list[Pulse]:
        """Return the pulses of one stage's tasks, by task."""
        prefix = f"{stage}/"
        return [p for task, (_, p) in sorted(self._farthest.items()) if task.startswith(prefix)]

    def outcomes(self) -> dict[str, int]:
        """Return events by outcome over all tasks, in the order of OUTCOMES."""
        total: Counter[str] = Counter()
        for _, pulse in self._farthest.values():
            total.update(pulse.outcomes)
        return {name: total[name] for name in OUTCOMES}

    def extra(self) -> dict[str, int]:
        """Return what stages count besides, as `stage.name`, summed over tasks."""
        total: Counter[str] = Counter()
        for _, pulse in self._farthest.values():
            stage = pulse.task.split("/", maxsplit=1)[0]
            total.update({f"{stage}.{name}": count for name, count in pulse.extra.items()})
        return dict(sorted(total.items()))


@dataclass
class Account:
    """What one task charged to one purpose of one ledger so far."""

    unit: str
    blocks: set[int] = field(default_factory=set)
    granted: int = 0
    refused: int = 0
    spent: float = 0.0
    newest: int = -1
    capped_people: int = 0
    people: int = 0

    def add(self, s: Spending) -> None:
        """Add one block's charges, once."""
        if s.block in self.blocks or s.block <= self.newest - BLOCKS:
            return
        self.blocks.add(s.block)
        self.granted += s.granted
        self.refused += s.refused
        self.spent += s.spent
        if s.block > self.newest:
            self.newest, self.capped_people, self.people = s.block, s.capped_people, s.people
            self.blocks = {b for b in self.blocks if b > self.newest - BLOCKS}


class ChargeFold:
    """Charges by ledger and purpose; the two ledgers are never added."""

    def __init__(self) -> None:
        self._accounts: dict[tuple[str, str], dict[str, Account]] = {}

    def take(self, spending: Spending) -> None:
        """Add what a block's decisions of one task came to."""
        tasks = self._accounts.setdefault((spending.ledger, spending.purpose), {})
        tasks.setdefault(spending.task, Account(spending.unit)).add(spending)

    def of(self, ledger: str) -> dict[str, Account]:
        """Return one ledger's charges by purpose, summed over the tasks that share the people."""
        return {
            purpose: _sum(tasks)
            for (name, purpose), tasks in sorted(self._accounts.items())
            if name == ledger
        }


def _sum(tasks: Mapping[str, Account]) -> Account:
    accounts = [tasks[task] for task in sorted(tasks)]
    return Account(
        unit=accounts[0].unit,
        granted=sum(a.granted for a in accounts),
        refused=sum(a.refused for a in accounts),
        spent=sum(a.spent for a in accounts),
        newest=max(a.newest for a in accounts),
        capped_people=sum(a.capped_people for a in accounts),
        people=sum(a.people for a in accounts),
    )


class ReleaseFold:
    """Noisy answers: how many and at what loss by purpose, and the `shown` of the newest blocks."""

    def __init__(self, capacity: int, shown: int) -> None:
        self._seen, self._shown = Seen(capacity), shown
        self.count: Counter[str] = Counter()
        self.nano_rho: Counter[str] = Counter()
        self.newest: list[Release] = []

    def take(self, release: Release) -> None:
        """Count a release, once for its id."""
        if not self._seen.is_new(release.id):
            return
        self.count[release.purpose] += 1
        self.nano_rho[release.purpose] += release.nano_rho
        ordered = sorted([*self.newest, release], key=lambda r: (-r.block, r.id))
        self.newest = ordered[: self._shown]


class RiskFold:
    """The risk of the newest closed block."""

    def __init__(self) -> None:
        self.newest: Risk | None = None

    def take(self, risk: Risk) -> None:
        """Keep this risk if its block is newer, or it ends the stream at the same block."""
        known = self.newest
        if known is None or (risk.block, risk.last) > (known.block, known.last):
            self.newest = risk
