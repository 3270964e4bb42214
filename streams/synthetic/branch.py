"""A source with all its accounts: what every shard of it shares, and nothing that changes."""

import numpy as np
import pyarrow as pa

from streams.source import Source
from streams.synthetic.accounts import open_accounts
from streams.synthetic.chance import Dice, Ints, chance, mix
from streams.synthetic.emission import Accounts
from streams.synthetic.forms import Forms
from streams.synthetic.life import NEVER
from streams.synthetic.population import Population
from streams.synthetic.preset import Preset

REFRESHED = 0.03
"""Share of accounts that register again later, with the same `opened`."""
_AGAIN = 86_400_000.0
"""Mean time (ms) after which they do."""


class Branch:
    """The accounts of one source in the whole world, their forms, clock and delivery words."""

    def __init__(
        self,
        source: Source,
        population: Population,
        preset: Preset,
        seed: int,
        topics: pa.StringArray,
    ) -> None:
        name = source.name
        self.topics = topics
        self.source, self.population, self.seed = source, population, seed
        self.disorder = preset.disorder
        self.skew = preset.disorder.skew(seed, name)
        self.accounts: Accounts = open_accounts(
            name, source.emit, population, preset.life, preset.errors, seed
        )
        self.forms = Forms(source, population, self.accounts, self.skew, preset.errors, seed)
        self.subjects: pa.StringArray = source.emit.subjects(self.accounts.number)
        self.refreshes = self._refreshes()
        self._word = np.uint64(chance(seed, f"{name}/delivery").integers(0, 2**63))

    @property
    def registers(self) -> str:
        """Return the kind of event that registers an account."""
        return self.source.emit.registers

    def words(self, rows: Ints, seq: Ints) -> Dice:
        """Return the word of each event, from its account and seq: its delivery id as a number."""
        place = self.accounts.slot[rows] << 24 | seq << 1
        return mix(place.astype(np.uint64) ^ self._word)

    def rows_of(self, shard: int) -> Ints:
        """Return the tenancies whose holder is in a shard."""
        return np.flatnonzero(self.population.shard()[self.accounts.holder] == shard)

    def _refreshes(self) -> tuple[Ints, Ints]:
        draw, a = chance(self.seed, f"{self.source.name}/refreshes"), self.accounts
        rows = np.flatnonzero(draw.random(len(a)) < REFRESHED)
        times = a.opened[rows] + 1 + draw.exponential(_AGAIN, len(rows)).astype(np.int64)
        kept = (times < a.closed[rows]) & (a.opened[rows] < NEVER)
        return rows[kept], times[kept]
