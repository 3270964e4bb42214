"""One call by the wall clock, and a figure of it."""

import time
from collections.abc import Callable

from bench.harness import Row


def seconds(what: Callable[[], object]) -> float:
    """Return how long a call takes."""
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


def figure(
    name: str, value: float, unit: str, most: float | None = None, aim: float | None = None
) -> Row:
    """Return a figure that should be `most` at most, and better `aim`."""
    return Row(name=name, value=value, unit=unit, at_most=most, aim=aim)
