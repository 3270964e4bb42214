"""A run, decided: sources, partitions, policy, attacker, model. Stages are made from it alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from linkage.decision import Thresholds
from linkage.errors import SchemaError
from linkage.model import Model
from linkage.people import check_people
from linkage.privacy.budget.contributions import Domain
from linkage.privacy.budget.exposure import Purpose
from linkage.privacy.budget.mechanisms import Sampler
from linkage.privacy.budget.policy import Policy
from streams.events import Codec
from streams.resolution import off_grid
from streams.runners.task import Probe, Routes, Task, ignore
from streams.source import Source, kinds_of
from streams.stage import Desk, Stage
from streams.stages.charged import Terms
from streams.stages.identify import Identify
from streams.stages.join import Join
from streams.stages.measure import Attack, Measure
from streams.stages.release import ReleaseStage
from streams.store.protocol import Store
from streams.topology import TOPOLOGY, Layout, topic_named
from streams.topology import Stage as Spec


@dataclass(frozen=True)
class Plan:
    """Everything that a run's answers depend on, apart from its events.

    The plane has so many `cells`, `width` to a row: released counts name them whether anybody was
    there or not. `horizon` is in blocks: how long usage waits for a registration. `pairs` is how
    many candidates a step of identify compares before it defers the rest to the close of the block.
    `shadow` is tried beside `model`, and takes over at the close of the block `cutover`, if that is
    not None.
    Raises SchemaError for a model that is not one of people, or a cut-over without a shadow.
    """

    sources: tuple[Source, ...]
    partitions: int
    policy: Policy
    attack: Attack
    model: Model
    thresholds: Thresholds
    reject_key: bytes
    cells: int
    width: int
    horizon: int = 24
    pairs: int = 200_000
    shadow: Model | None = None
    cutover: int | None = None

    def __post_init__(self) -> None:
        check_people(self.model.schema)
        if self.shadow is not None:
            check_people(self.shadow.schema)
        elif self.cutover is not None:
            raise SchemaError("plan: a cut-over needs a shadow, the model that is to take over")

    @property
    def layout(self) -> Layout:
        """Return the topics and tasks of this run."""
        return Layout(tuple(source.name for source in self.sources), self.partitions)

    def codec(self) -> Codec:
        """Return a codec for these sources' events."""
        return Codec(kinds_of({source.name: source for source in self.sources}), self.reject_key)

    def measure(self, task: str) -> Measure:
        """Return the measure stage, before it has heard anything."""
        resolutions = {source.name: source.resolution for source in self.sources}
        return Measure(task, self.layout.sources, self.joins, resolutions, self.attack)

    @property
    def domain(self) -> Domain:
        """Return what released counts may be about."""
        apart = off_grid({source.name: source for source in self.sources})
        return Domain(self.layout.sources, self.cells, self.width, apart)

    @property
    def joins(self) -> tuple[Purpose, ...]:
        """Return the purposes that join sources under the identifiability ledger."""
        return tuple(self.policy.joins)


@dataclass(frozen=True)
class Workshop:
    """What tasks need besides the plan: a store, the registry's desk, noise, and a probe."""

    plan: Plan
    store: Store
    desk: Desk
    sampler: Sampler
    probe: Probe = ignore

    def task(self, spec: Spec, topic: str, partition: int) -> Task:
        """Return the task that reads one partition, as it was left."""
        name = f"{spec.name}/{topic}/{partition}"
        layout = self.plan.layout
        upstream = layout.upstream(spec) or frozenset({f"{topic}/{partition}"})
        internal = [topic_named(t) for t in spec.writes if any(t == s.reads for s in TOPOLOGY)]
        routes = Routes({t.name: layout.topics()[t.name][1] for t in internal})
        stage = _MAKERS[spec.name](self, name, topic)
        return Task(name, stage, self.store.open(name), upstream, routes, self.probe)


def _identify(shop: Workshop, task: str, topic: str) -> Stage:
    plan, source = shop.plan, topic.split(".", maxsplit=1)[1]
    return cast(
        Stage,
        Identify(task, source, plan.partitions, plan.codec(), shop.desk, plan.horizon, plan.pairs),
    )


def _join(shop: Workshop, task: str, _topic: str) -> Stage:
    plan = shop.plan
    terms = Terms(plan.policy.hash, plan.policy.text)
    return Join(task, plan.layout.sources, plan.joins, plan.policy.grace, terms)


def _measure(shop: Workshop, task: str, _topic: str) -> Stage:
    return shop.plan.measure(task)


def _release(shop: Workshop, task: str, _topic: str) -> Stage:
    plan = shop.plan
    return ReleaseStage(task, plan.domain, plan.policy, shop.sampler)


_MAKERS: dict[str, Callable[[Workshop, str, str], Stage]] = {
    "identify": _identify,
    "join": _join,
    "measure": _measure,
    "release": _release,
}
