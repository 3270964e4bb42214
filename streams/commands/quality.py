"""joinlens quality: how right the links are, where they go wrong, and how sure that is."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from linkage.linker import Linker
from linkage.model import Model
from linkage.records import Identity
from streams import settings as s
from streams.commands.drawing import prepare
from streams.commands.look import deciding, opened, streamed
from streams.commands.material import Made, Material, material_of
from streams.commands.thresholds import chosen
from streams.configure import Choice, model_of, preset_named
from streams.events import Codec
from streams.quality.answers import answers_of, decided, registrations_of
from streams.quality.report import Report, Run, report
from streams.quality.tables import text
from streams.quality.truth_columns import TruthColumns, truth_columns
from streams.shadowing import linkers_over
from streams.source import kinds_of
from streams.store.open import open_store
from streams.synthetic.world import World
from streams.training import without_usage

NAMES = ("thresholds", "calibration", "strata")
"""The figures, each in a PNG of its name."""


def quality(
    people: s.People = s.PEOPLE,
    days: s.Days = s.DAYS,
    seed: s.Seed = s.SEED,
    preset: s.PresetName = s.PRESET,
    scenario: s.ScenarioName = s.SCENARIO,
    play: s.Play = None,
    state: s.State = "",
    model: s.ModelFile = None,
    cost_false_link: s.CostFalseLink = None,
    cost_missed_link: s.CostMissedLink = None,
    cost_review: s.CostReview = None,
    link_at: s.LinkAt = None,
    review_at: s.ReviewAt = None,
    margin: s.Margin = None,
    figures: Annotated[
        Path | None, typer.Option("--figures", help="Folder to draw to (PNG); made if missing.")
    ] = None,
    force: s.Force = False,
    json_: s.Json = False,
) -> None:
    """Score links against the truth: by tenancy, cluster, stratum, threshold and probability.

    Links the registrations of a synthetic world, or with --play those of a recording that has its
    truth beside it, against the registry as it is at the end; with --state it scores what a
    finished demo has decided, by its own thresholds. Every share comes with a 95 % interval. A
    drift alarm compares how the links agree with what the model learned.
    """
    if figures is not None:
        prepare(figures, NAMES, force)
    rule = chosen((cost_false_link, cost_missed_link, cost_review), (link_at, review_at, margin))
    choice = Choice(people, days, seed, scenario, 1, s.POINTS, None)
    if rule is not None:
        choice = choice.under(rule.thresholds)
    judged = model_of(model)
    if state:
        if play is not None or model is not None or rule is not None:
            raise typer.BadParameter(
                "a run knows its recording, model and thresholds; leave out --play, --model, "
                "thresholds and costs, or link anew without --state",
                param_hint="--state",
            )
        found = report(_finished(state))
    elif play is not None:
        found = report(_played(choice, play, judged))
    else:
        found = report(_made(choice, preset, judged))
    print(msgspec.json.encode(found).decode() if json_ else text(found))
    if figures is not None:
        drawn = _draw(found, figures)
        if not json_:
            print("\n".join(["", *map(str, drawn)]))


def _made(choice: Choice, preset: str, model: Model) -> Run:
    """Link the registrations of a world without usage: what they use decides no link."""
    sources = without_usage(choice.sources())
    try:
        world = World(choice.people, choice.days, choice.seed, sources, preset_named(preset))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--people, --days") from error
    return _linked(f"{_world(choice)}, preset {preset}", choice, Made(world), model)


def _played(choice: Choice, recording: Path, model: Model) -> Run:
    made, material = material_of(choice, recording)
    return _linked(f"recording {recording.name}", made, material, model)


def _linked(of: str, choice: Choice, material: Material, model: Model) -> Run:
    truth, identities = _truth(material), list(material.identities())
    groups = registrations_of(material.deliveries(), Codec(kinds_of(choice.sources()), b""))
    linker = _linker(identities, model, choice)
    return Run(of, truth, decided(linker, groups), groups, identities, linker)


def _finished(state: str) -> Run:
    manifest, choice, cells = opened(state)
    recording = None if manifest.recording is None else Path(manifest.recording)
    material, store = streamed(manifest, choice), open_store(cells)
    truth, identities = _truth(material), list(material.identities())
    answers, groups = answers_of(store)
    of = f"run in {state}: {_world(choice) if recording is None else recording.name}"
    linker = _linker(identities, deciding(choice.plan(), store), choice)
    return Run(of, truth, answers, groups, identities, linker)


def _truth(material: Material) -> TruthColumns:
    truth = material.truth()
    if truth is None:
        raise typer.BadParameter(
            "nobody knows the truth of this recording, so nothing can be right or wrong; "
            "`joinlens generate` writes it beside the recording",
            param_hint="--play",
        )
    return truth_columns(truth)


def _linker(identities: Iterable[Identity], model: Model, choice: Choice) -> Linker:
    (linker,) = linkers_over(identities, choice.thresholds, [model])
    return linker


def _world(choice: Choice) -> str:
    days = "1 day" if choice.days == 1 else f"{choice.days} days"
    return (
        f"{choice.people:,} synthetic people, {days}, seed {choice.seed}, "
        f"scenario {choice.scenario}"
    )


def _draw(found: Report, folder: Path) -> Sequence[Path]:
    # Imported here: it brings matplotlib, an extra that no other command needs.
    from streams.quality.figures import draw

    return draw(found, folder)
