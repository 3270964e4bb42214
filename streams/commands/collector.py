"""The cyclic garbage collector, told what this process is like."""

import gc


def spare_the_collector() -> None:
    """Let the collector look at new objects seldom, and at what is imported never.

    A run holds millions of small objects without a cycle among them. To walk all of them again
    and again, as the default thresholds do, takes a fifth of the time and frees nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
