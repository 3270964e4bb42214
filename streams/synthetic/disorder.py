"""How events reach the pipeline: late, twice, under another id, corrected, and after outages.

What happens to an event is a function of its own 64-bit word, so it is the same in whatever
company the event is made.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from streams.events import HOUR
from streams.synthetic.chance import Dice, Flags, Floats, Ints, chance, mix, salted, uniform

_MINUTE = HOUR / 60
_BITS = 21
_QUANTILES = -np.log1p(-(np.arange(4096) + 0.5) / 4096)
"""Standard exponential quantiles: a table is quicker than a logarithm for every event."""


class Outage(NamedTuple):
    """A time (ms) in which nothing of a source arrives; it comes at the end."""

    begin: int
    end: int


@dataclass(frozen=True)
class Disorder:
    """Rates of the ways in which a stream is out of order; shares of events, times in ms.

    `late` counts all that are late (exponential), `by_hours` those of them late by hours, `paper`
    the registrations that were filled in on paper. `duplicates` are delivered twice, `same_id` of
    them under the same delivery id. `corrections` and `retractions` follow later (registrations
    are only corrected). Clocks go wrong by up to `slowest_clock`; each source has `outages` a day
    of `outage` ms, and delivers what waited within `drain` ms afterwards.
    """

    late: float = 0.02
    late_mean: float = 10 * _MINUTE
    by_hours: float = 0.001
    by_hours_mean: float = 3 * HOUR
    paper: float = 0.01
    paper_mean: float = 2 * HOUR
    network_mean: float = 400.0
    duplicates: float = 0.005
    same_id: float = 0.5
    corrections: float = 0.0015
    retractions: float = 0.0015
    fix_mean: float = 40 * _MINUTE
    slowest_clock: int = 2000
    outages: float = 1.0
    outage: int = 600_000
    drain: int = 60_000

    def lags(self, words: Dice) -> Ints:
        """Return how long each event takes to arrive (ms); at least 200."""
        lag = 200 + self.network_mean * _QUANTILES[words >> np.uint64(52)]
        which = _part(mix(words), 0)
        late = np.flatnonzero(which < self.late)
        lag[late] += _exponential(words[late], "late") * self.late_mean
        hours = np.flatnonzero(which < self.by_hours)
        lag[hours] += _exponential(words[hours], "by hours") * self.by_hours_mean
        whole: Ints = lag.astype(np.int64)
        return whole

    def filing(self, words: Dice) -> Ints:
        """Return how much later registrations arrive (ms): some were filled in on paper."""
        paper = uniform(salted(words, "paper")) < self.paper
        return np.where(paper, _exponential(words, "filing") * self.paper_mean, 0).astype(np.int64)

    def twice(self, words: Dice) -> tuple[Ints, Flags, Ints]:
        """Return which events are delivered twice, whether under the same id, how much later."""
        rows = np.flatnonzero(_part(mix(words), 1) < self.duplicates)
        same = uniform(salted(words[rows], "same id")) < self.same_id
        return rows, same, 1 + (_exponential(words[rows], "copy") * _MINUTE).astype(np.int64)

    def fixed(self, words: Dice) -> tuple[Ints, Flags, Ints]:
        """Return which events are changed later, which are withdrawn, how long after (ms)."""
        share = self.corrections + self.retractions
        rows = np.flatnonzero(_part(mix(words), 2) < share)
        withdrawn = uniform(salted(words[rows], "withdrawn")) * share < self.retractions
        return rows, withdrawn, (_exponential(words[rows], "fix") * self.fix_mean).astype(np.int64)

    def skew(self, seed: int, source: str) -> int:
        """Return by how much a source's clock differs: behind by up to `slowest_clock`.

        Never ahead by more than the quickest delivery, so nothing arrives before it happened.
        """
        ahead = min(200, self.slowest_clock)
        return int(chance(seed, f"{source}/skew").integers(-self.slowest_clock, ahead + 1))

    def outages_of(self, seed: int, source: str, day: int) -> list[Outage]:
        """Return a source's outages that begin on a day of the stream."""
        draw = chance(seed, f"{source}/outages", tick=day)
        count = int(self.outages + draw.random())
        begins = draw.integers(day * 24 * HOUR, (day + 1) * 24 * HOUR - self.outage, count)
        return [Outage(begin, begin + self.outage) for begin in sorted(begins.tolist())]

    def held_back(self, arrivals: Ints, words: Dice, outages: list[Outage]) -> Ints:
        """Return arrivals with those that fall into an outage moved to its end."""
        for begin, end in outages:
            rows = np.flatnonzero((arrivals >= begin) & (arrivals < end))
            wait = uniform(salted(words[rows], "drain")) * self.drain
            arrivals[rows] = end + wait.astype(np.int64)
        return arrivals


TYPICAL_DISORDER = Disorder()
IN_ORDER = Disorder(
    late=0, by_hours=0, paper=0, duplicates=0, corrections=0, retractions=0, slowest_clock=0,
    outages=0,
)  # fmt: skip


def _part(words: Dice, place: int) -> Floats:
    """Return a number in [0, 1) from 21 bits of each word: three places, independent."""
    bits = (words >> np.uint64(_BITS * place)) & np.uint64(2**_BITS - 1)
    part: Floats = bits.astype(np.float64) * 2.0**-_BITS
    return part


def _exponential(words: Dice, salt: str) -> Floats:
    drawn: Floats = -np.log1p(-uniform(salted(words, salt)))
    return drawn
