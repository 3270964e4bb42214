"""What does it cost to keep the risk figures, and are they what others find?"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace

from bench.harness import Bench, Options, Row, main
from bench.risks import closes, oracles, updates


def run(options: Options) -> list[Row]:
    """Measure everything, other tools in the same run."""
    return [*run_updates(options), *closes.rows(options), *oracles.rows(options)]


def run_updates(options: Options) -> list[Row]:
    """Measure the live lattice, event by event."""
    return list(updates.rows(options.people, options.seed))


def conditions(options: Options) -> str:
    """Return what is counted, without which no figure means anything."""
    return (
        "Live lattice: everybody has a point in every source, of 24 hours and 300 cells that are "
        "not equally busy; then each event brings a point or, one in ten, takes one back. Each "
        "size in a process of its own, each event by the wall clock; so on a busy machine the "
        "99th percentile is that of the machine. Memory is what the process holds more. Batch is "
        "the same events added up by person and source at once, then every view from that.\n"
        "Close of a block: processor time; what join said in a run of one day is replayed into "
        "measure, and the close measures every view of three sources, budgeted ones included, "
        "with all metrics.\n" + oracles.conditions(options)
    )


BENCH = Bench(
    name="risk",
    question="What does it cost to keep the risk figures, and are they what others find?",
    run=run,
    conditions=conditions,
)
PARTS = {"updates": run_updates, "closes": closes.rows, "oracles": oracles.rows}


def _main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--only", choices=sorted(PARTS))
    asked, rest = parser.parse_known_args(arguments)
    return main((BENCH if asked.only is None else replace(BENCH, run=PARTS[asked.only]),), rest)


if __name__ == "__main__":
    sys.exit(_main())
