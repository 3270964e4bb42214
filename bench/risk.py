"""What does it cost to keep the risk figures, and to work them out at the close of a block?"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.harness import Bench, Options, Row, main
from bench.rig.stopwatch import Stopwatch
from bench.rig.world import everything, plan
from linkage.privacy.lattice import lattice
from linkage.privacy.mechanisms import opendp_sampler
from streams.plan import Plan
from streams.runners.embedded import Embedded
from streams.stage import Batch, Change
from streams.stages.classes import parse_classes
from streams.stages.measure import Measure
from streams.store.protocol import Outgoing
from streams.store.sqlite import SqliteStore
from streams.topology import stage_named


def run(options: Options) -> list[Row]:
    """Replay what join said in a run of one day into a fresh measure stage."""
    options = replace(options, days=1)
    return list(_rows(plan(options), _said(options), options))


def _rows(chosen: Plan, said: list[Change], options: Options) -> Iterator[Row]:
    sources = chosen.layout.sources
    applied, closed = [], []
    for _ in range(options.repeat):
        stage = _measure(chosen)
        watch = Stopwatch()
        stage.applied(said)
        applied.append(watch.taken().cpu)
        watch = Stopwatch()
        stage.step({"said": {}, "totals": {}}, Batch(close=0))
        closed.append(watch.taken().cpu)
    parts = [parse_classes(data) for _, _, data in said]
    rows = sum(len(part.points["person"]) for part in parts)
    people, seed = max(map(stage.histogram.people, range(len(lattice(sources))))), options.seed
    close = 1000 * median(closed)
    yield Row(name="close of a block, all views", value=close, unit="ms", seed=seed, n=people)
    per_row = 1e6 * median(applied) / rows
    name = "profiles and points, per point"
    yield Row(name=name, value=per_row, unit="us", seed=seed, n=rows)


def _said(options: Options) -> list[Change]:
    """Return the messages of join in a run, as measure keeps them."""
    chosen = plan(options)
    (task,) = chosen.layout.tasks(stage_named("measure"))
    with TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder))
        runner = Embedded(chosen, store, opendp_sampler(), _nobody)
        try:
            runner.run(everything(options).stream)
        finally:
            runner.close()
        table = next(t for t in Measure.tables if t.name == "said")
        return [table.read(key, value) for key, value in store.peek(task, table.name)]


def _measure(chosen: Plan) -> Measure:
    resolutions = {source.name: source.resolution for source in chosen.sources}
    return Measure("measure", chosen.layout.sources, chosen.joins, resolutions, chosen.attack)


def _nobody(_: Outgoing) -> None:
    return None


BENCH = Bench(
    name="risk",
    question="What does it cost to keep the risk figures, and to work them out at a close?",
    run=run,
    conditions=lambda _: (
        "Processor time. Replayed from a run of one day; the close measures every view of three "
        "sources, budgeted ones included, with all metrics."
    ),
)

if __name__ == "__main__":
    sys.exit(main((BENCH,)))
