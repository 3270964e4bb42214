"""How fast the feed goes."""

import time
from collections.abc import Callable


class Pace:
    """Holds the feed to `rate` messages a second; None is as fast as it goes."""

    def __init__(
        self,
        rate: float | None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate, self._clock, self._sleep = rate, clock, sleep
        self._start: float | None = None
        self._sent = 0

    @property
    def linger_ms(self) -> int:
        """Return how long a message may wait for others to share its request."""
        # A paced feed is watched for latency; large requests take a hurried one less time.
        return 100 if self._rate is None else 2

    def wait(self) -> None:
        """Return when the next message is due."""
        if self._rate is None:
            return
        if self._start is None:
            self._start = self._clock()
        early = self._start + self._sent / self._rate - self._clock()
        # Shorter sleeps than the system's timer would only make it late.
        if early > 0.002:
            self._sleep(early)
        self._sent += 1
