"""One shard of the world at work: its people move, its accounts are used, its messages arrive."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from streams.events import HOUR
from streams.synthetic.activity import Activity, Said
from streams.synthetic.arrivals import NOTHING, arrivals, in_order, split
from streams.synthetic.branch import Branch
from streams.synthetic.disorder import Outage
from streams.synthetic.mobility import Mobility
from streams.synthetic.population import Population

CLOSING = 3
"""Blocks after the last hour in which late events still settle."""


class Shard:
    """The people of one shard. `hour` is asked for every block, once, in order."""

    def __init__(
        self, population: Population, branches: Sequence[Branch], seed: int, hours: int, number: int
    ) -> None:
        low, high = population.shards()[number]
        self._mobility = Mobility(population, seed, number, low, high)
        self._branches, self._hours = branches, hours
        self._activities = [Activity(b, number, b.rows_of(number)) for b in branches]
        self._waiting: pa.Table = NOTHING

    def simulate(self, block: int) -> Iterator[tuple[Branch, list[Said]]]:
        """Yield what each source issues in an hour, before it is delivered or written."""
        self._mobility.step(block)
        for branch, activity in zip(self._branches, self._activities, strict=True):
            yield branch, activity.hour(block, self._mobility)

    def hour(self, block: int) -> pa.Table:
        """Return the messages that arrive in block `block`, in order (see arrivals.SCHEMA)."""
        tables = [self._waiting]
        if block < self._hours:
            last = (self._hours + CLOSING) * HOUR - 1
            for branch, said in self.simulate(block):
                outages = _outages(branch, block)
                tables += [arrivals(branch, one, outages, last) for one in said]
        due, self._waiting = split(in_order(tables), (block + 1) * HOUR)
        return due


def _outages(branch: Branch, block: int) -> list[Outage]:
    """Return the outages that could hold back what is issued in a block: today's and tomorrow's."""
    days = (block // 24, block // 24 + 1)
    return [o for day in days for o in branch.disorder.outages_of(branch.seed, branch.source.name, day)]
