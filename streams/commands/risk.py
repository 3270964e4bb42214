"""joinlens risk: what a run reveals, by view, by person, by group, and beside the truth."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from linkage.errors import RiskError
from linkage.privacy.adversary import Adversary, Knowledge, load_adversaries
from linkage.privacy.metric import load_metrics
from linkage.privacy.survival import kaplan_meier
from streams import settings as s
from streams.cases import cases_of
from streams.commands.drawing import prepare
from streams.commands.look import STATE, made_of, opened, streamed
from streams.commands.material import Material
from streams.configure import Choice, named
from streams.manifest import Manifest
from streams.quality.answers import answers_of
from streams.quality.truth_columns import TruthColumns, truth_columns
from streams.risk.accounts import subtotals
from streams.risk.groups import groups_report
from streams.risk.membership import groupings, households
from streams.risk.more_tables import groups_text, person_text, truth_text
from streams.risk.person import person_report
from streams.risk.spoiled import Holdings, spoiled
from streams.risk.standing import Standing, standing
from streams.risk.tables import blocks, overview
from streams.risk.truth import truth_report
from streams.risk.views import views_report
from streams.store.open import open_store
from streams.store.protocol import Store

BESIDE_TRUTH, OVER_TIME = ("precision",), ("time_to_identification",)


@dataclass(frozen=True)
class _Run:
    """A run that wrote a state, and what it stands on."""

    of: str
    manifest: Manifest
    choice: Choice
    store: Store
    stand: Standing

    @property
    def material(self) -> Material:
        """Return what the run streamed."""
        return streamed(self.manifest, self.choice)


def risk(
    state: s.State = STATE,
    metric: Annotated[
        list[str] | None,
        typer.Option("--metric", help="Tell all about this metric; may be given several times."),
    ] = None,
    adversary: Annotated[
        str, typer.Option("--adversary", help="Who attacks; see docs/risk.md for those there are.")
    ] = "points",
    points: Annotated[
        int | None,
        typer.Option("--points", help="How many points the adversary knows; the run's, if not."),
    ] = None,
    error: Annotated[
        float, typer.Option("--error", help="Share of the known points that are wrong.")
    ] = 0.0,
    coverage: Annotated[
        float, typer.Option("--coverage", help="Share of people of whom anything is known.")
    ] = 1.0,
    person: Annotated[
        int | None,
        typer.Option(
            "--person",
            help="What this person is exposed to, and by which join: says how exposed, never how "
            "good or bad.",
        ),
    ] = None,
    groups: Annotated[
        bool, typer.Option("--groups", help="Which groups are more exposed, and by which joins.")
    ] = False,
    truth: Annotated[
        bool, typer.Option("--truth", help="Hold figures that see linkage errors against truth.")
    ] = False,
    figures: Annotated[
        Path | None,
        typer.Option(
            "--figures",
            help="Folder to draw to (PNG): how soon people are identified, or with --truth what "
            "worse links do.",
        ),
    ] = None,
    force: s.Force = False,
    json_: s.Json = False,
) -> None:
    """Say what a finished or running demo reveals, with intervals and for a stated adversary.

    Without options: every view, all metrics. --metric tells all about some. --adversary, --points,
    --error and --coverage attack with another. --person says how exposed somebody is and by which
    join. --groups counts groups and joins and ranks nobody. --truth shows what is measured without
    the truth beside the truth. --figures draws how soon people are identified, or with --truth
    what happens as links get worse.
    """
    if sum((person is not None, groups, truth, bool(metric))) > 1:
        raise typer.BadParameter(
            "one question at a time; give one of them",
            param_hint="--metric, --person, --groups, --truth",
        )
    if figures is not None and (person is not None or groups):
        what = "neither a person nor groups have a figure; leave one out"
        raise typer.BadParameter(what, param_hint="--figures")
    if figures is not None:
        prepare(figures, BESIDE_TRUTH if truth else OVER_TIME, force)
    known = load_metrics()
    chosen = {name: named(name, known, "--metric") for name in metric or known}
    who = named(adversary, load_adversaries(), "--adversary")
    run = _run(state)
    knowledge = _knowledge(run.choice.points if points is None else points, error, coverage)
    if person is not None:
        found = person_report(run.of, run.store, run.stand, person, who, knowledge)
        _say(found, person_text(found), json_)
    elif groups:
        _groups(run, who, knowledge, json_)
    elif truth:
        _truth(run, figures, json_)
    else:
        views = views_report(run.of, run.stand, chosen, who, knowledge)
        drawn = [] if figures is None else _over_time(run, who, knowledge, figures)
        words = (blocks if metric else overview)(views, chosen)
        _say(views, "\n".join([words, *(["", *map(str, drawn)] if drawn else [])]), json_)


def _run(state: str) -> _Run:
    manifest, choice, cells = opened(state)
    store = open_store(cells)
    of = f"run in {state}: {made_of(manifest, choice)}, scenario {choice.scenario}"
    return _Run(of, manifest, choice, store, standing(store, choice.plan()))


def _knowledge(points: int, error: float, coverage: float) -> Knowledge:
    try:
        return Knowledge(points, "", error, coverage)
    except RiskError as wrong:
        hint = "--points, --error, --coverage"
        raise typer.BadParameter(str(wrong), param_hint=hint) from wrong


def _over_time(run: _Run, who: Adversary, knowledge: Knowledge, folder: Path) -> list[Path]:
    """Draw how soon people are identified by each source alone, and by all of them joined."""
    # Imported here: it brings matplotlib, an extra that no other command needs.
    from streams.risk.figures import draw_time

    curves = {
        context.view.name: kaplan_meier(*context.followed)
        for context in run.stand.contexts(who, knowledge)
        if context.followed is not None and len(context.view.sources) in (1, len(run.stand.sources))
    }
    if not any(curve.people for curve in curves.values()):
        raise RiskError("nobody has been followed yet; let the run close a few blocks")
    return draw_time(run.of, curves, folder)


def _groups(run: _Run, who: Adversary, knowledge: Knowledge, json_: bool) -> None:
    people, identities = run.stand.person, list(run.material.identities())
    by = groupings(people, identities, cases_of(run.store))
    household = households(people, identities)
    found = groups_report(run.of, run.stand, by, household, who, knowledge)
    _say(found, groups_text(found), json_)


def _truth(run: _Run, folder: Path | None, json_: bool) -> None:
    known = run.material.truth()
    if known is None:
        raise typer.BadParameter(
            "nobody knows the truth of this recording, so nothing can be right or wrong; "
            "`joinlens generate` writes it beside the recording",
            param_hint="--truth",
        )
    truth = truth_columns(known)
    found = truth_report(run.of, run.stand, answers_of(run.store)[0], truth)
    if folder is None:
        _say(found, truth_text(found), json_)
        return
    # Imported here: it brings matplotlib, an extra that no other command needs.
    from streams.risk.figures import draw

    rows = spoiled(_holdings(run, truth), run.choice.seed)
    found = msgspec.structs.replace(found, spoiled=rows)
    drawn = "\n".join(map(str, draw(run.of, rows, folder)))
    _say(found, f"{truth_text(found)}\n\n{drawn}", json_)


def _holdings(run: _Run, truth: TruthColumns) -> Holdings:
    """Return the linked accounts that have points, each with whom it describes."""
    sources = run.stand.sources
    found = subtotals(run.store, sources)
    rows = [
        row for row, name in enumerate(found.names) if found.total[row] != 0 and name in truth.place
    ]
    described = truth.person[[truth.place[found.names[row]] for row in rows]]
    return Holdings(sources, found.source[rows], described, found.total[rows])


def _say(found: msgspec.Struct, words: str, json_: bool) -> None:
    print(msgspec.json.encode(found).decode() if json_ else words)
