"""Folds behind the live page: each takes messages in any order, twice if need be, in bounded room.

Every fold forgets the oldest identities once it holds `capacity` of them. Within that capacity a
message that comes again, or an old revision that comes late, changes nothing.
"""

from collections import Counter, OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from streams.ids import tenancy_id
from streams.messages import OUTCOMES, Link, Pulse, Release, Risk, Spending


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
        tenancy = tenancy_id(link.source, link.account, link.start)
        known = self._known.get(tenancy)
        if known is not None and known[0] >= link.revision:
            return
        if known is not None:
            self.by_status[known[1]] -= 1
        self.by_status[link.status] += 1
        self._known[tenancy] = (link.revision, link.status)
        self._known.move_to_end(tenancy)
        if len(self._known) > self._capacity:
            self._known.popitem(last=False)
            self.forgotten += 1
        self._last[tenancy] = link
        self._last.move_to_end(tenancy)
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


@dataclass(frozen=True)
class Account:
    """What a purpose was granted and refused, and spent, in one ledger so far."""

    unit: str = ""
    granted: int = 0
    refused: int = 0
    spent: float = 0.0
    capped_people: int = 0
    people: int = 0


class ChargeFold:
    """Charges by ledger and purpose; the two ledgers are never added.

    A task reports totals up to a block, so its newest block replaces the ones before.
    """

    def __init__(self) -> None:
        self._newest: dict[tuple[str, str], dict[str, Spending]] = {}

    def take(self, spending: Spending) -> None:
        """Keep a task's totals for a purpose if its block is newer, or more was asked by then."""
        tasks = self._newest.setdefault((spending.ledger, spending.purpose), {})
        known = tasks.get(spending.task)
        if known is None or _reach(known) < _reach(spending):
            tasks[spending.task] = spending

    def of(self, ledger: str) -> dict[str, Account]:
        """Return one ledger's charges by purpose, summed over the tasks that share the people."""
        return {
            purpose: _sum([tasks[task] for task in sorted(tasks)])
            for (name, purpose), tasks in sorted(self._newest.items())
            if name == ledger
        }


def _reach(spending: Spending) -> tuple[int, int]:
    return spending.block, spending.granted + spending.refused


def _sum(totals: list[Spending]) -> Account:
    return Account(
        unit=totals[0].unit,
        granted=sum(s.granted for s in totals),
        refused=sum(s.refused for s in totals),
        spent=sum(s.spent for s in totals),
        capped_people=sum(s.capped_people for s in totals),
        people=sum(s.people for s in totals),
    )


class ReleaseFold:
    """Noisy answers: how many and at what loss by purpose, and the `shown` of the newest blocks."""

    def __init__(self, capacity: int, shown: int) -> None:
        self._seen, self._shown = Seen(capacity), shown
        self.count: Counter[str] = Counter()
        self.nano_rho: Counter[str] = Counter()
        self._counters = set[tuple[str, str]]()
        self.newest: list[Release] = []

    def take(self, release: Release) -> None:
        """Count a release, once for its id."""
        if not self._seen.is_new(release.id):
            return
        self.count[release.purpose] += 1
        counter = release.purpose, release.query
        if release.kind != "counter" or counter not in self._counters:
            # Whoever a counter counts pays once, however often it is published.
            self.nano_rho[release.purpose] += release.nano_rho
        if release.kind == "counter":
            self._counters.add(counter)
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
