"""Wall clock and processor time of pieces of work."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple


class Taken(NamedTuple):
    """Seconds by the wall clock, and of this process's processor time."""

    wall: float
    cpu: float


class Stopwatch:
    """Started when made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def taken(self) -> Taken:
        """Return what went by since the start."""
        return Taken(time.perf_counter() - self._wall, time.process_time() - self._cpu)


class Parts:
    """Seconds and calls by the name of a part. Parts must not be within each other."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, its calls timed under this name."""

        def call(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[name] += time.perf_counter() - start
                self.calls[name] += 1

        return call

    @contextmanager
    def watching(self, *methods: tuple[str, type, str]) -> Iterator[None]:
        """Time methods of classes, given as (name of the part, class, method)."""
        before = [(kind, method, getattr(kind, method)) for _, kind, method in methods]
        for name, kind, method in methods:
            setattr(kind, method, self.timed(name, getattr(kind, method)))
        try:
            yield
        finally:
            for kind, method, function in before:
                setattr(kind, method, function)
