"""The frontier: risk left against usefulness kept, of every defence at every strength.

All are put to the same attacks, metrics and uses by the same seeds: the same people are attacked,
and chance falls as alike as it can (common random numbers: Law 2015, Simulation Modeling and
Analysis, 11.2). Each is published several times, once for each seed, and intervals hold for what
chance does in publishing as well as for whom was attacked.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import msgspec
import numpy as np

from linkage.errors import RiskError
from linkage.privacy.attack import Attack, Publish, publisher
from linkage.privacy.defence import Defence, Form, Material, Published, unprotected
from linkage.privacy.direction import Better
from linkage.privacy.estimate import Estimate
from linkage.privacy.metric import Metric
from linkage.privacy.pareto import Figures, clearly, front
from linkage.privacy.pooled import pooled, repeated
from linkage.privacy.traces_frame import risks
from linkage.privacy.use import Use

NONE = "none"
"""What traces without any defence are called; every defence of traces is that at strength 1."""
Kind = Literal["attack", "metric", "use"]


@dataclass(frozen=True)
class Design:
    """What is tried: defences, what they are put to, and the seeds of the publications.

    `strengths` are each defence's own where it is empty. `metrics` are levels of risk, each with
    which way it points (`direction.levels`). Raises RiskError without a seed.
    """

    defences: Mapping[str, Defence]
    attacks: Mapping[str, Attack]
    uses: Mapping[str, Use]
    metrics: Mapping[str, tuple[Metric, Better]]
    seeds: tuple[int, ...]
    strengths: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise RiskError(f"seeds: got {self.seeds}, needs one or more, each another")


class Task(NamedTuple):
    """One part of the work: a defence at a strength, put to attacks of some name or to the rest."""

    defence: str
    strength: int
    attack: str | None


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """What one defence at one strength comes to in one thing; `better` says which way is good."""

    defence: str
    strength: int
    form: Form
    kind: Kind
    name: str
    unit: str
    better: Better
    estimate: Estimate


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """A risk and a use of one defence at one strength.

    `front` says whether no other defence or strength is better in one and as good in the other,
    `clear` whether the intervals leave no doubt of it.
    """

    risk: Figure
    use: Figure
    front: bool
    clear: bool


Labelled = Callable[[Kind, str, str, Better, Estimate], Figure]


def tasks(design: Design) -> list[Task]:
    """Return all the work, a part for each defence, strength and attack, and one for the rest."""
    found = []
    for defence, strength in choices(design):
        form = defended(design, defence).publishes
        against = [name for name, one in design.attacks.items() if one.against == form]
        found += [Task(defence, strength, attack) for attack in (*against, None)]
    return found


def choices(design: Design) -> list[tuple[str, int]]:
    """Return every defence with every strength; traces as they are stand there once, and first."""
    found = [(NONE, 1)] if any(d.publishes == "traces" for d in design.defences.values()) else []
    for name, defence in design.defences.items():
        every = design.strengths or defence.strengths
        found += [(name, one) for one in every if one > 1 or defence.publishes != "traces"]
    return found


def defended(design: Design, name: str) -> Defence:
    """Return the defence of a name, that of none included."""
    return design.defences.get(name, _NOTHING)


def measured(design: Design, material: Material, task: Task) -> list[Figure]:
    """Return the figures of one part of the work; the same whatever else is worked on."""
    defence = defended(design, task.defence)
    publish = remembered(publisher(defence, task.strength), material)
    figure = _labelled(task, defence.publishes)
    if task.attack is not None:
        attack = design.attacks[task.attack]
        runs = [attack.run(publish, material, seed) for seed in design.seeds]
        return [figure("attack", attack.name, attack.unit, "less", pooled(runs))]
    found = list(_kept(design, material, (publish, defence.publishes), figure))
    if defence.publishes == "traces":
        found += _left(design, material, publish, figure)
    return found


def _kept(
    design: Design, material: Material, published: tuple[Publish, Form], figure: Labelled
) -> Iterator[Figure]:
    """Yield the figures of all uses that read the form of what is published."""
    publish, form = published
    people = len(np.unique(np.concatenate((material.people, material.traces.person))))
    for name, use in design.uses.items():
        if form in use.reads:
            kept = np.array([use.kept(publish, material, seed) for seed in design.seeds])
            yield figure("use", name, use.unit, "more", repeated(kept, people))


def _left(
    design: Design, material: Material, publish: Publish, figure: Labelled
) -> Iterator[Figure]:
    """Yield the figures of the risk metrics, of those that apply to every publication."""
    asked = {name: metric for name, (metric, _) in design.metrics.items()}
    told = [risks(publish(material, seed), material, asked, seed) for seed in design.seeds]
    for name, (metric, better) in design.metrics.items():
        runs = [one[name] for one in told if name in one]
        if len(runs) == len(told):
            yield figure("metric", name, metric.unit, better, pooled(runs, metric.bounds))


def _labelled(task: Task, form: Form) -> Labelled:
    def figure(kind: Kind, name: str, unit: str, better: Better, estimate: Estimate) -> Figure:
        return Figure(
            defence=task.defence,
            strength=task.strength,
            form=form,
            kind=kind,
            name=name,
            unit=unit,
            better=better,
            estimate=estimate,
        )

    return figure


def remembered(publish: Publish, material: Material) -> Publish:
    """Return the same, but each publication of this material is worked out once."""
    known: dict[int, Published] = {}

    def again(some: Material, seed: int) -> Published:
        if some is not material:
            return publish(some, seed)
        if seed not in known:
            known[seed] = publish(some, seed)
        return known[seed]

    return again


def frontier(figures: Sequence[Figure]) -> Iterator[Trade]:
    """Yield every risk with every use of the same defence and strength, by risk and use.

    Whether it is on the front is told among all defences and strengths that have both figures.
    """
    uses = list(dict.fromkeys(f.name for f in figures if f.kind == "use"))
    risks_ = list(dict.fromkeys((f.kind, f.name) for f in figures if f.kind != "use"))
    for kind, name in risks_:
        left = {_choice(f): f for f in figures if (f.kind, f.name) == (kind, name)}
        for use in uses:
            kept = {_choice(f): f for f in figures if (f.kind, f.name) == ("use", use)}
            pairs = [(left[choice], kept[choice]) for choice in left if choice in kept]
            yield from _trades(pairs)


def _choice(figure: Figure) -> tuple[str, int]:
    return figure.defence, figure.strength


def _trades(pairs: Sequence[tuple[Figure, Figure]]) -> Iterator[Trade]:
    if not pairs:
        return
    risk, use = (_columns([pair[side] for pair in pairs]) for side in (0, 1))
    if pairs[0][0].better == "more":
        risk = risk.turned()
    on, clear = front(risk.value, use.value), clearly(risk, use)
    for (left, kept), a, b in zip(pairs, on.tolist(), clear.tolist(), strict=True):
        yield Trade(risk=left, use=kept, front=a, clear=b)


def _columns(figures: Sequence[Figure]) -> Figures:
    each = [figure.estimate for figure in figures]
    return Figures(*(np.array([getattr(e, name) for e in each]) for name in _ENDS))


_ENDS = ("value", "low", "high")
_NOTHING = Defence(
    name=NONE,
    promise="Nothing is changed.",
    must_not_be_read_as="a defence: it is what the others are measured by",
    protect=lambda material, _strength, _seed: unprotected(material.traces),
    strengths=(1,),
)
