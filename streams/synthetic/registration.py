"""The registry of verified people as the stream brings it: who is entered when, and again."""

import numpy as np
import pyarrow as pa

from streams.events import HOUR
from streams.synthetic.arrivals import SCHEMA, coded_topic
from streams.synthetic.chance import Flags, Ints, chance
from streams.synthetic.life import EPOCH_DAYS, NEVER
from streams.synthetic.particulars import particulars
from streams.synthetic.population import Population
from streams.synthetic.wire import write_entries

NEVER_REGISTERED = 0.005
LATE_IDENTITIES = 0.02
_LATE_MEAN = 8.0
"""Hours after which late people are entered, on average (exponential)."""


class Register:
    """Plans in which block each person is entered, and entered again after a change.

    A move, a wedding or a new ID number is known to the registry one block after it happened.
    """

    def __init__(self, population: Population, seed: int, topics: pa.StringArray) -> None:
        draw, people = chance(seed, "registry"), len(population)
        self._population, self._topics = population, topics
        self.ever: Flags = draw.random(people) >= NEVER_REGISTERED
        late = draw.random(people) < LATE_IDENTITIES
        hour = np.minimum(draw.exponential(_LATE_MEAN, people), 24 * EPOCH_DAYS).astype(np.int64)
        self._entered: Ints = np.where(late, hour, -1)
        life = population.life
        rows, blocks = [np.flatnonzero(self.ever)], [self._entered[self.ever]]
        for times in (life.moved, life.married, life.renewed):
            changed = np.flatnonzero(self.ever & (times < NEVER) & (times // HOUR >= self._entered))
            rows.append(changed)
            blocks.append(times[changed] // HOUR + 1)
        everything = np.unique(np.stack([np.concatenate(blocks), np.concatenate(rows)]), axis=1)
        self._blocks, self._rows = everything

    def block(self, block: int) -> pa.Table:
        """Return the entries of a block as messages, in the order of person."""
        low, high = np.searchsorted(self._blocks, [block, block + 1])
        rows, time = self._rows[low:high], self.as_of(block)
        value = write_entries(
            rows + 1, particulars(self._population, rows, np.full(len(rows), time))
        )
        numbers = pa.array(rows + 1)
        nobody = pa.array(np.zeros(len(rows), dtype=np.int64))
        topic = coded_topic(self._topics, "registry", len(rows))
        return pa.table([numbers, topic, numbers.cast(pa.string()), value, nobody, nobody], SCHEMA)

    def as_of(self, block: int) -> int:
        """Return the time (ms) of which the entries of a block tell: the block's begin."""
        return max(block, 0) * HOUR

    def entered(self, block: int) -> Flags:
        """Return who is in the registry when a block begins."""
        there: Flags = self.ever & (self._entered < block)
        return there
