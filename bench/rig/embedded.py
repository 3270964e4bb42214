"""The embedded runner, timed: from codec to risk, whole and by part."""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.harness import Options, Row
from bench.rig.stopwatch import Parts, Stopwatch, Taken
from bench.rig.world import Made, bodies, plan
from linkage.privacy.budget.mechanisms import opendp_sampler
from streams.runners.embedded import Embedded
from streams.runners.registry_log import BlockRegistry
from streams.stages.identify import Identify
from streams.stages.join import Join
from streams.stages.measure import Measure
from streams.stages.release import ReleaseStage
from streams.store.protocol import Outgoing
from streams.store.sqlite import SqliteCell, SqliteStore

PARTS = (
    ("registry: apply a block", BlockRegistry, "forward"),
    ("identify: step", Identify, "step"),
    ("identify: apply to caches", Identify, "applied"),
    ("join: step", Join, "step"),
    ("measure: step, closes included", Measure, "step"),
    ("measure: apply to histograms", Measure, "applied"),
    ("release: step", ReleaseStage, "step"),
    ("store: commit", SqliteCell, "commit"),
)


def run(made: Made, options: Options) -> Taken:
    """Run a stream over a fresh store on disk; the readers of the outputs are not there."""
    with TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder))
        watch = Stopwatch()
        runner = Embedded(plan(options), store, opendp_sampler(), _nobody)
        try:
            runner.run(made.stream)
        finally:
            runner.close()
        return watch.taken()


def rate_rows(name: str, made: Made, options: Options, at_least: float | None) -> list[Row]:
    """Return events a second: by the wall clock, and by processor time, which a busy machine
    disturbs less."""
    runs = [run(made, options) for _ in range(options.repeat)]
    rows = []
    for clock, seconds in (
        ("wall clock", median(r.wall for r in runs)),
        ("processor time", median(r.cpu for r in runs)),
    ):
        rows.append(
            Row(
                name=f"{name}, {clock}",
                value=made.events / seconds,
                unit="events/s",
                at_least=at_least,
                seed=options.seed,
                n=made.events,
            )
        )
    return rows


def part_rows(made: Made, options: Options) -> list[Row]:
    """Return the time of each part in a run of its own."""
    parts = Parts()
    with parts.watching(*PARTS):
        whole = run(made, options).wall
    codec = plan(options).codec()
    values = bodies(made.stream)
    watch = Stopwatch()
    for value in values:
        codec.decode(value)
    decode = watch.taken().wall
    shown = [
        ("codec: decode (part of identify: step)", decode),
        *((name, parts.seconds[name]) for name, _, _ in PARTS),
        ("the rest: queues, frames, rows, tables", whole - sum(parts.seconds.values())),
        ("all", whole),
    ]
    rows = [_part(name, seconds, made, options) for name, seconds in shown]
    return rows


def _part(name: str, seconds: float, made: Made, options: Options) -> Row:
    value = 1e6 * seconds / made.events
    return Row(name=name, value=value, unit="us/event", seed=options.seed, n=made.events)


def _nobody(_: Outgoing) -> None:
    return None
