"""The world: synthetic people, and everything that reaches the feed about them, in order."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import msgspec
import numpy as np

from linkage.records import Identity
from streams.delivery import Delivery
from streams.events import HOUR, Codec, Marker
from streams.messages import RegistryEntry
from streams.source import Source, kinds_of
from streams.synthetic.accounts import open_accounts
from streams.synthetic.activity import Activity, Arrival
from streams.synthetic.chance import chance
from streams.synthetic.corruption import STRATA
from streams.synthetic.disorder import TYPICAL, Disorder
from streams.synthetic.emission import Accounts
from streams.synthetic.mobility import Mobility
from streams.synthetic.population import make_population
from streams.synthetic.truth import Stratum, Tenancy, Truth

NEVER_REGISTERED = 0.005
LATE_IDENTITIES = 0.02
MAX_DAYS = 115
"""As long as the synthetic epoch, see events.Time."""
CLOSING = 3
"""Blocks after the last hour in which late events still settle."""


class World:
    """Synthetic people over some days, as these sources see them; the same for a seed."""

    def __init__(
        self,
        people: int,
        days: int,
        seed: int,
        sources: Mapping[str, Source],
        disorder: Disorder = TYPICAL,
    ) -> None:
        if people < 1 or not 1 <= days <= MAX_DAYS:
            raise ValueError(
                f"a world needs people and 1 to {MAX_DAYS} days, got {people} and {days}"
            )
        self.people, self.days, self.seed, self.sources = people, days, seed, dict(sources)
        self.hours = 24 * days
        self._disorder = disorder
        self._population = make_population(people, seed, self.hours * HOUR)
        self._accounts: dict[str, Accounts] = {
            name: open_accounts(name, source.emit, self._population, seed, self.hours)
            for name, source in self.sources.items()
        }
        self._plan_registry()

    def deliveries(self) -> Iterator[Delivery | Marker]:
        """Yield everything in the order of arrival, with a marker at the end of each block.

        Block -1 is the registry as it stands before the stream; three closing blocks let late
        events settle. May be called again, and yields the same again.
        """
        mobility = Mobility(self._population, self.seed)
        activities = list(self._activities().values())
        waiting: list[Arrival] = []
        for row in self._entries.get(-1, ()):
            yield self._entry(row, 0)
        yield Marker(marker=-1)
        for block in range(self.hours + CLOSING):
            for row in self._entries.get(block, ()):
                yield self._entry(row, block * HOUR)
            if block < self.hours:
                mobility.step(block)
                for activity in activities:
                    waiting += activity.hour(block, mobility)
            waiting.sort()
            due = _before(waiting, (block + 1) * HOUR)
            for arrival in waiting[:due]:
                yield Delivery(arrival.topic, arrival.key, arrival.value)
            del waiting[:due]
            yield Marker(marker=block, last=block == self.hours + CLOSING - 1)

    def identities(self) -> Sequence[Identity]:
        """Return the registry as it is at the end, by person."""
        return [
            Identity(row + 1, self._population.record(row))
            for row in np.flatnonzero(self._registered).tolist()
        ]

    def truth(self) -> Truth:
        """Return what is true of every tenancy."""
        tenancies = [
            tenancy
            for name, activity in self._activities().items()
            for tenancy in self._tenancies(name, activity)
        ]
        missing = (np.flatnonzero(~self._registered) + 1).tolist()
        return Truth(
            seed=self.seed,
            people=self.people,
            days=self.days,
            tenancies=tuple(tenancies),
            unregistered=tuple(missing),
        )

    def _activities(self) -> dict[str, Activity]:
        codec = Codec(kinds_of(self.sources), key=b"")
        return {
            name: Activity(
                source,
                self._population,
                self._accounts[name],
                codec,
                self.seed,
                self.hours,
                self._disorder,
            )
            for name, source in self.sources.items()
        }

    def _tenancies(self, name: str, activity: Activity) -> Iterator[Tenancy]:
        accounts, subject = self._accounts[name], self.sources[name].emit.subject
        for row in range(len(accounts)):
            claimed = int(accounts.claimed[row])
            yield Tenancy(
                source=name,
                account=subject(int(accounts.number[row])),
                start=activity.forms.start(row),
                described=int(accounts.described[row]) + 1,
                holder=int(accounts.holder[row]) + 1,
                stratum=cast(Stratum, STRATA[accounts.stratum[row]]),
                claimed=claimed + 1 if claimed >= 0 else None,
            )

    def _plan_registry(self) -> None:
        """Plan in which block each person is entered, and entered again after moving house."""
        draw, people = chance(self.seed, "registry"), self.people
        self._registered = draw.random(people) >= NEVER_REGISTERED
        late = draw.random(people) < LATE_IDENTITIES
        entered = np.where(late, draw.integers(0, self.hours, people), -1)
        moved = self._population.moved // HOUR
        self._entries: dict[int, list[int]] = defaultdict(list)
        for row in np.flatnonzero(self._registered).tolist():
            self._entries[int(entered[row])].append(row)
        for row in np.flatnonzero(self._registered & (moved >= np.maximum(entered, 0))).tolist():
            self._entries[int(moved[row]) + 1].append(row)

    def _entry(self, row: int, time: int) -> Delivery:
        entry = RegistryEntry(person=row + 1, record=self._population.record(row, time))
        return Delivery("registry", str(row + 1).encode(), msgspec.json.encode(entry))


def _before(arrivals: list[Arrival], time: int) -> int:
    low, high = 0, len(arrivals)
    while low < high:
        middle = (low + high) // 2
        if arrivals[middle].ingest < time:
            low = middle + 1
        else:
            high = middle
    return low
