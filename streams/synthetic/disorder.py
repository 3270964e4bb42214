"""How events reach the pipeline: late, twice, under another id, and corrected afterwards."""

from dataclasses import dataclass

import numpy as np

from streams.events import HOUR
from streams.synthetic.chance import Flags, Ints, chance

_MINUTE = HOUR / 60


@dataclass(frozen=True)
class Disorder:
    """Rates of the ways in which a stream is out of order; times in milliseconds."""

    late: float = 0.02
    late_mean: float = 10 * _MINUTE
    by_hours: float = 0.001
    by_hours_mean: float = 3 * HOUR
    paper_forms: float = 0.01
    paper_mean: float = 2 * HOUR
    network_mean: float = 400.0
    duplicates: float = 0.005
    same_id: float = 0.5
    fixes: float = 0.003
    fix_mean: float = 40 * _MINUTE
    slowest_clock: int = 2000

    def lags(self, draw: np.random.Generator, n: int) -> Ints:
        """Return how long each of n events takes to arrive; at least 200 ms.

        `late` counts all that are late, `by_hours` of them by hours.
        """
        lag = 200 + draw.exponential(self.network_mean, n)
        which = draw.random(n)
        lag += np.where(which < self.late, draw.exponential(self.late_mean, n), 0)
        lag += np.where(which < self.by_hours, draw.exponential(self.by_hours_mean, n), 0)
        return lag.astype(np.int64)

    def filing(self, draw: np.random.Generator, n: int) -> Ints:
        """Return how much later registrations arrive: some were filled in on paper."""
        paper = draw.random(n) < self.paper_forms
        return np.where(paper, draw.exponential(self.paper_mean, n), 0).astype(np.int64)

    def twice(self, draw: np.random.Generator, n: int) -> tuple[Flags, Flags]:
        """Return which of n events are delivered twice, and for which the id stays the same."""
        return draw.random(n) < self.duplicates, draw.random(n) < self.same_id

    def fixed(self, draw: np.random.Generator, n: int) -> tuple[Flags, Flags, Ints]:
        """Return which of n events are changed later, which withdrawn, and how long after."""
        after = draw.exponential(self.fix_mean, n).astype(np.int64)
        return draw.random(n) < self.fixes, draw.random(n) < 0.5, after

    def skew(self, seed: int, source: str) -> int:
        """Return by how much a source's clock differs: behind by up to `slowest_clock`.

        Never ahead by more than the quickest delivery, so nothing arrives before it happened.
        """
        return int(chance(seed, f"{source}/skew").integers(-self.slowest_clock, 200))


TYPICAL = Disorder()
