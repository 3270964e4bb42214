"""The rows of measure: what a close of a block costs, and what keeps the figures ready for it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from bench.harness import Options, Row
from bench.rig.stopwatch import Stopwatch
from bench.rig.world import everything, plan
from linkage.privacy.budget.mechanisms import opendp_sampler
from linkage.privacy.lattice import lattice
from streams.messages import Risk
from streams.plan import Plan
from streams.runners.embedded import Embedded
from streams.stage import Batch, Change
from streams.stages.classes import parse_classes
from streams.stages.measure import Measure
from streams.store.protocol import Outgoing
from streams.store.sqlite import SqliteStore
from streams.topology import stage_named


def rows(options: Options) -> list[Row]:
    """Replay what join said in a run of one day into a fresh measure stage."""
    options = replace(options, days=1)
    return list(_rows(plan(options), _said(options), options))


def _rows(chosen: Plan, said: list[Change], options: Options) -> Iterator[Row]:
    applied, closed = [], []
    empty: dict[str, dict[Any, Any]] = {table.name: {} for table in Measure.tables}
    for _ in range(options.repeat):
        stage = chosen.measure("measure")
        watch = Stopwatch()
        stage.applied(said)
        applied.append(watch.taken().cpu)
        watch = Stopwatch()
        step = stage.step(empty, Batch(close=0))
        closed.append(watch.taken().cpu)
    (risk,) = (one for one in step.outputs if one.topic == "risk")
    views = msgspec.json.decode(risk.value, type=Risk).views
    parts = [parse_classes(data) for _, _, data in said]
    points, seed = sum(len(part.points["person"]) for part in parts), options.seed
    people = max(map(stage.histogram.people, range(len(lattice(chosen.layout.sources)))))
    figures = sum(len(view.figures) for view in views)
    close = 1e3 * median(closed)
    name = f"close of a block: {len(views)} views, {figures} figures"
    yield Row(name=name, value=close, unit="ms", seed=seed, n=people)
    name, each = "all figures of a view", close / len(views)
    yield Row(name=name, value=each, unit="ms", seed=seed, n=people)
    name, value = "profiles and points, per point", 1e6 * median(applied) / points
    yield Row(name=name, value=value, unit="us", seed=seed, n=points)


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


def _nobody(_: Outgoing) -> None:
    return None
