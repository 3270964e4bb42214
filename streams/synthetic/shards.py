"""Shards at work: their people move, their accounts are used, their messages arrive."""

from collections.abc import Sequence

import pyarrow as pa

from streams.events import HOUR
from streams.synthetic.activity import Activity
from streams.synthetic.arrivals import NOTHING, arrivals, in_order, split
from streams.synthetic.branch import Branch
from streams.synthetic.disorder import Outage
from streams.synthetic.mobility import Mobility
from streams.synthetic.population import Population
from streams.synthetic.rows import Said, said_together

CLOSING = 3
"""Blocks after the last hour in which late events still settle."""


class Shard:
    """The people of one shard. `hour` is asked for every hour, once, in order."""

    def __init__(
        self, population: Population, branches: Sequence[Branch], seed: int, number: int
    ) -> None:
        low, high = population.shards()[number]
        self._mobility = Mobility(population, seed, number, low, high)
        self._activities = [Activity(b, number, b.rows_of(number)) for b in branches]

    def hour(self, block: int) -> list[list[Said]]:
        """Return for each source what it issues in an hour, before it is delivered or written."""
        self._mobility.step(block)
        return [activity.hour(block, self._mobility) for activity in self._activities]


class Crew:
    """Works on some shards, `stride` hours at a time; the messages do not depend on either.

    Writing costs the same for a row as for a thousand, so a small world wants a long stride, and
    a large one a short stride for the sake of memory.
    """

    def __init__(
        self, shards: Sequence[Shard], branches: Sequence[Branch], hours: int, stride: int
    ) -> None:
        self._shards, self._branches = shards, branches
        self._hours, self._stride = hours, stride
        self._waiting: pa.Table = NOTHING

    def block(self, block: int) -> pa.Table:
        """Return the messages that arrive in a block, in order (see arrivals.SCHEMA)."""
        if block % self._stride == 0 and block < self._hours:
            self._waiting = in_order([self._waiting, *self._write(block)])
        due, self._waiting = split(self._waiting, (block + 1) * HOUR)
        return due

    def _write(self, block: int) -> list[pa.Table]:
        blocks = range(block, min(block + self._stride, self._hours))
        work = [shard.hour(b) for b in blocks for shard in self._shards]
        last = (self._hours + CLOSING) * HOUR - 1
        tables = []
        for place, branch in enumerate(self._branches):
            outages = _outages(branch, blocks)
            for said in said_together(one for hour in work for one in hour[place]):
                tables += arrivals(branch, said, outages, last)
        return tables


def _outages(branch: Branch, blocks: range) -> list[Outage]:
    """Return the outages that could hold back what is issued in these blocks, and a day after."""
    days = range(blocks[0] // 24, blocks[-1] // 24 + 2)
    name, seed = branch.source.name, branch.seed
    return [outage for day in days for outage in branch.disorder.outages_of(seed, name, day)]
