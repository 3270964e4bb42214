"""How fast does the synthetic world come, on one core, and what does it need?"""

import sys
from collections.abc import Iterator
from dataclasses import replace

from bench.harness import Bench, Options, Row, main
from bench.rig import afresh, encoding, lines, producers
from bench.rig.kafka import site
from streams.synthetic.world import World

MONTH = 30
# A figure by the event is no better for more people than these, and takes longer.
RATED, WATCHED, HASHED, PRODUCED = 200_000, 50_000, 100_000, 20_000


def run(options: Options) -> list[Row]:
    """Measure the world of this size, and of smaller ones where a rate is asked for."""
    return list(_rows(options))


def _rows(options: Options) -> Iterator[Row]:
    people, days, seed = options.people, max(2, options.days), options.seed
    yield from afresh.ready_rows(people, seed)
    yield from afresh.day_rows(people, seed)
    yield from encoding.rows(World(min(people, RATED), days, seed), options.repeat)
    yield from lines.rows(min(people, HASHED), 1, seed)
    yield from afresh.month_rows(min(people, WATCHED), MONTH, seed)
    small = replace(options, people=min(people, PRODUCED), days=days)
    with site(small) as where:
        yield from producers.rows(where, World(small.people, days, seed))


def conditions(options: Options) -> str:
    """Return what is counted, without which no rate means anything."""
    people = options.people
    return (
        "One process; `n` is events or messages where that is the unit, else people. The first day "
        "is full of registrations, so it stands apart.\n"
        f"JSON, simulated: {min(people, RATED):,} people. JSON is `World.stream`, from drawing "
        "to sorted lines, until no event is left; its peers are handed one event in "
        f"{encoding.SAMPLE} of the same stream as a dict or a struct and only encode it. "
        "Simulated is the shards' events as columns, before delays, copies and JSON.\n"
        f"sha256: {min(people, HASHED):,} people, a day; processes share out shards of 65,536 "
        "people, so in a smaller world two are one.\n"
        f"Memory: of processes of their own, Python and libraries included; "
        f"{min(people, WATCHED):,} people for {MONTH} days, means over the ends of hours.\n"
        f"Kafka: {min(people, PRODUCED):,} people, everything after the first day, into the same "
        "topics in turn; the broker runs beside it on the same machine, so on a busy one the ratio "
        "by wall clock swings. Medians over the repeated runs."
    )


BENCH = Bench(
    name="world",
    question="How fast does the synthetic world come, on one core, and what does it need?",
    run=run,
    conditions=conditions,
)

if __name__ == "__main__":
    sys.exit(main((BENCH,)))
