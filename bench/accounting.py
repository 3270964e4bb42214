"""What do losses mean in epsilon, how far off are counts, and is noise what it states?"""

import sys

from bench.harness import Bench, Options, Row, main
from bench.losses import counters, epsilons, noise


def run(options: Options) -> list[Row]:
    """Measure all three, dp-accounting in the same run."""
    return [*epsilons.rows(options), *counters.rows(options), *noise.rows(options)]


def conditions(_: Options) -> str:
    """Return what the figures are of."""
    return (
        "Epsilon: 40 rho from 1e-5 to 30 times 25 delta from 1e-12 to .3. Ours is for whatever has "
        "that rho; exact and PLD are the continuous Gaussian's alone, which is why they are less. "
        f"Counters: {counters.HORIZON:,} steps, rho {counters.NANO_RHO / 1e9:g} for all of them "
        "together, by formula unless it says simulated; peers are formulas too, with whole nodes "
        "of a tree and no refinement. Noise: OpenDP's, half of the draws with a person who adds 1."
    )


BENCH = Bench(
    name="accounting",
    question="What do losses mean in epsilon, how far off are counts, and is noise what it states?",
    run=run,
    conditions=conditions,
)


if __name__ == "__main__":
    sys.exit(main((BENCH,)))
