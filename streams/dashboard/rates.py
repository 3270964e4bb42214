"""Rates from totals and the times they were seen at, smoothed over a few seconds."""

from collections import deque
from collections.abc import Mapping

WINDOW = 3.0
"""Seconds that a rate is averaged over."""
SPACING = 0.5
"""Seconds between the samples that are kept."""
KEPT = 120
"""Samples kept: one minute of them."""
LEAST_MOVE = 0.75
"""Percentage points that a share must move by before its whole number changes."""


class Rates:
    """Totals at a few recent times. Once they stand still, nothing is kept: the curve stays.

    >>> rates = Rates()
    >>> for second in range(5):
    ...     rates.observe(float(second), {"events": 100 * second})
    >>> rates.per_second(4.0)
    {'events': 100.0}
    >>> rates.per_second(10.0)
    {'events': 0.0}
    """

    def __init__(self) -> None:
        self._samples: deque[tuple[float, dict[str, int]]] = deque(maxlen=KEPT)
        self._current: dict[str, int] = {}
        self._seen = 0.0
        self._began: float | None = None
        self._moved = 0.0

    def observe(self, now: float, totals: Mapping[str, int]) -> None:
        """Note the totals at a time; a time before the last one is taken as the last one."""
        now = max(now, self._seen)
        if dict(totals) != self._current or not self._samples:
            if self._began is None and any(totals.values()):
                self._began = self._seen if self._samples else now
            self._moved = now
            self._current = dict(totals)
        self._seen = now
        still = now - self._moved > WINDOW
        if not self._samples or (not still and now - self._samples[-1][0] >= SPACING):
            self._samples.append((now, self._current))

    def per_second(self, now: float) -> dict[str, float]:
        """Return the rate of each total over the last seconds before `now`."""
        if not self._samples:
            return {}
        begin, before = self._base(now)
        return _slope(before, self._current, now - begin)

    def mean(self, name: str) -> float:
        """Return a total's rate from its first move to its last."""
        if self._began is None or self._moved <= self._began:
            return 0.0
        return self._current.get(name, 0) / (self._moved - self._began)

    def curve(self, names: tuple[str, ...]) -> dict[str, list[float]]:
        """Return the smoothed rates at the kept times, and the times as seconds before the last."""
        found: dict[str, list[float]] = {name: [] for name in ("seconds", *names)}
        for time, totals in self._samples:
            begin, before = self._base(time)
            slope = _slope(before, totals, time - begin)
            found["seconds"].append(round(time - self._samples[-1][0], 1))
            for name in names:
                found[name].append(steady(slope.get(name, 0.0)))
        return found

    def _base(self, now: float) -> tuple[float, dict[str, int]]:
        older = (s for s in reversed(self._samples) if s[0] <= now - WINDOW)
        return next(older, self._samples[0])


def _slope(before: Mapping[str, int], after: Mapping[str, int], seconds: float) -> dict[str, float]:
    if seconds <= 0:
        return dict.fromkeys(after, 0.0)
    return {name: (total - before.get(name, 0)) / seconds for name, total in after.items()}


def steady(rate: float) -> float:
    """Return a rate with three significant digits, so that the last ones do not flicker.

    >>> steady(12_345.6), steady(0.98765)
    (12300.0, 0.988)
    """
    return float(f"{rate:.3g}")


class WholeNumbers:
    """Whole percentages that ignore a wobble about the rounding point.

    >>> whole = WholeNumbers()
    >>> [whole.of("joined", share) for share in (0.774, 0.776, 0.781, 0.79)]
    [77, 77, 78, 79]
    """

    def __init__(self) -> None:
        self._shown: dict[str, int] = {}

    def of(self, name: str, share: float) -> int:
        """Return a share as a whole number of 100."""
        shown = self._shown.get(name)
        if shown is None or abs(100 * share - shown) > LEAST_MOVE:
            shown = round(100 * share)
            self._shown[name] = shown
        return shown
