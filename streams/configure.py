"""From what a user asked for to a plan; what is wrong is said with its option and the fix."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import typer

from linkage.comparison import load_comparisons
from linkage.decision import Thresholds
from linkage.errors import PolicyError, SchemaError
from linkage.model import Model
from linkage.people import check_people
from linkage.privacy.budget.policy import Policy
from streams.plan import Plan
from streams.resolution import cells_of, cells_per_row
from streams.scenario import load_scenarios
from streams.source import Source, load_sources
from streams.stages.measure import Attack
from streams.synthetic.preset import PRESETS, Preset
from streams.synthetic.world import World

T = TypeVar("T")
SAMPLE = 1000
"""People attacked to estimate unicity: an interval of about 3 points each way."""


@dataclass(frozen=True)
class Models:
    """Files of the model that decides (None: the packaged one), and of one that is tried beside it.

    The shadow takes over at the close of the block `cutover`, if there is one.
    """

    model: Path | None = None
    shadow: Path | None = None
    cutover: int | None = None


@dataclass(frozen=True)
class Choice:
    """The options that decide a run's world and plan."""

    people: int
    days: int
    seed: int
    scenario: str
    partitions: int
    points: int
    policy: Path | None
    thresholds: Thresholds = field(default_factory=Thresholds)
    models: Models = Models()

    def under(self, thresholds: Thresholds) -> "Choice":
        """Return the same choice with other thresholds."""
        return replace(self, thresholds=thresholds)

    def with_models(self, models: Models) -> "Choice":
        """Return the same choice with other models."""
        return replace(self, models=models)

    def sources(self) -> dict[str, Source]:
        """Return the scenario's sources by name, in the order they are shown."""
        return named(self.scenario, load_scenarios(), "--scenario").pick(load_sources())

    def world(self) -> World:
        """Return the synthetic world; BadParameter when it cannot be made this large."""
        try:
            return World(self.people, self.days, self.seed, self.sources())
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--people, --days") from error

    def plan(self) -> Plan:
        """Return the plan of the run; BadParameter for a file or an option that will not do."""
        sources, models = self.sources(), self.models
        if models.cutover is not None and models.shadow is None:
            raise typer.BadParameter(
                "it says when the model of --shadow takes over; give both", param_hint="--cutover"
            )
        return Plan(
            sources=tuple(sources.values()),
            partitions=self.partitions,
            policy=self._policy(tuple(sources)),
            attack=Attack(self.points, self.points, SAMPLE, self.seed),
            model=model_of(models.model),
            thresholds=self.thresholds,
            shadow=None if models.shadow is None else model_of(models.shadow, "--shadow"),
            cutover=models.cutover,
            cells=cells_of(self.people),
            width=cells_per_row(self.people),
            # Nobody needs to recognise a refused identifier again after the run.
            reject_key=secrets.token_bytes(32),
        )

    def _policy(self, sources: tuple[str, ...]) -> Policy:
        if self.policy is None:
            return Policy.default(sources)
        try:
            return Policy.decode(self.policy.read_bytes()).only(sources)
        except OSError as error:
            raise typer.BadParameter(str(error), param_hint="--policy") from error
        except PolicyError as error:
            raise typer.BadParameter(f"{self.policy}: {error}", param_hint="--policy") from error


def model_of(file: Path | None, option: str = "--model") -> Model:
    """Return the model in a file, or the packaged one; BadParameter says what is wrong with it."""
    try:
        model = Model.default() if file is None else Model.load(file)
        model.check(load_comparisons())
        check_people(model.schema)
    except OSError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error
    except SchemaError as error:
        raise typer.BadParameter(f"{file}: {error}", param_hint=option) from error
    return model


def named(name: str, known: Mapping[str, T], option: str) -> T:
    """Return what has this name; BadParameter names the option and all there are."""
    if name not in known:
        raise typer.BadParameter(f"got {name!r}; allowed: {', '.join(known)}", param_hint=option)
    return known[name]


def preset_named(name: str) -> Preset:
    """Return a preset of the world; BadParameter names those there are."""
    return named(name, PRESETS, "--preset")
