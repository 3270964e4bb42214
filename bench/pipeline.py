"""How fast is the pipeline, in one process and on Kafka, and what does it cost?"""

import json
import sys
from collections.abc import Iterator
from statistics import median
from tempfile import TemporaryDirectory

from bench.harness import Bench, Options, Row, main
from bench.rig import embedded, latency
from bench.rig.kafka import Site, site
from bench.rig.peak import used_by
from bench.rig.world import Made, everything, registrations_only

MEGABYTES = 600.0


def run(options: Options) -> list[Row]:
    """Measure everything that is said of the pipeline as a whole."""
    return list(_rows(options))


def _rows(options: Options) -> Iterator[Row]:
    yield from _demo(options)
    mixed = everything(options)
    yield from embedded.rate_rows("embedded, codec to risk", mixed, options, 10_000.0)
    yield from embedded.part_rows(mixed, options)
    quiet = registrations_only(options)
    yield from embedded.rate_rows("embedded, registrations only", quiet, options, None)
    with site(options) as where:
        yield from latency.rows(where)
        yield from _identify(where, mixed)


def _demo(options: Options) -> Iterator[Row]:
    with TemporaryDirectory() as folder:
        size = ["--people", options.people, "--days", options.days, "--seed", options.seed]
        command = [sys.executable, "-m", "streams", "demo", "--once", "--json", *map(str, size)]
        runs = [used_by([*command, "--state", folder]) for _ in range(options.repeat)]
    events = json.loads(runs[0].output)["events"]
    for name, unit, bound, figures in (
        ("joinlens demo --once, peak memory", "MB", MEGABYTES, [r.megabytes for r in runs]),
        ("joinlens demo --once, start to end", "s", 60.0, [r.seconds for r in runs]),
        ("joinlens demo --once, processor time", "s", None, [r.cpu for r in runs]),
    ):
        yield Row(
            name=name,
            value=median(figures),
            unit=unit,
            at_most=bound,
            seed=options.seed,
            n=events,
        )


def _identify(where: Site, made: Made) -> Iterator[Row]:
    """Compare a worker with the identify stage alone with Faust doing nothing, in turn."""
    options = where.options
    names = where.fed("rate", made.stream)
    pairs = [
        (where.measure("bare", names), where.measure("identify", names))
        for _ in range(options.repeat)
    ]
    for clock in ("wall", "cpu"):
        bare = median(b.messages / getattr(b, clock) for b, _ in pairs)
        ours = median(i.messages / getattr(i, clock) for _, i in pairs)
        name = "wall clock" if clock == "wall" else "processor time"
        yield Row(
            name=f"Kafka, identify stage, one worker, {name}",
            value=ours,
            unit="events/s",
            at_least=bare / 2,
            peer="bare Faust, consume and produce",
            peer_value=bare,
            seed=options.seed,
            n=pairs[0][0].messages,
        )


def conditions(options: Options) -> str:
    """Return the event mix, without which no rate means anything."""
    return (
        f"All events: {everything(options).mix}.\n"
        f"Registrations only: {registrations_only(options).mix}.\n"
        "Kafka: 4 partitions, the topics filled before the worker starts, the clock runs from its "
        "first batch to the last acknowledged message. Medians over the repeated runs."
    )


BENCH = Bench(
    name="pipeline",
    question="How fast is the pipeline, in one process and on Kafka, and what does it need?",
    run=run,
    conditions=conditions,
)

if __name__ == "__main__":
    sys.exit(main((BENCH,)))
