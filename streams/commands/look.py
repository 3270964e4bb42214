"""joinlens explain, topology and digest: looking into a run and at the house."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from streams import settings as s
from streams.commands.material import material_of
from streams.configure import Choice, Models
from streams.diagram import mermaid, table
from streams.digest import digest_of
from streams.manifest import Manifest, has_manifest, load_manifest
from streams.reasons import Reasons
from streams.store.open import open_store
from streams.topology import Layout

STATE = str(Path(s.STATE) / "demo" / "embedded")


class Form(StrEnum):
    """How the topology is printed."""

    table = "table"
    mermaid = "mermaid"


def topology(
    scenario: s.ScenarioName = s.SCENARIO,
    partitions: s.Partitions = s.PARTITIONS,
    form: Annotated[Form, typer.Option("--form", help="As tables or as a diagram.")] = Form.table,
) -> None:
    """Print the stages, topics and keys of a scenario, as tables or as a Mermaid diagram."""
    sources = Choice(s.PEOPLE, s.DAYS, s.SEED, scenario, partitions, s.POINTS, None).sources()
    layout = Layout(tuple(sources), partitions)
    print(table(layout) if form is Form.table else mermaid(layout))


def explain(
    account: Annotated[str, typer.Argument(help="An account: a number, bank account or login.")],
    person: Annotated[
        int | None,
        typer.Option("--person", help="Ask about this person instead of the best candidate."),
    ] = None,
    state: s.State = STATE,
    json_: s.Json = False,
) -> None:
    """Explain why an account was linked to a person, or why not.

    The parts are bits of evidence and add up to the match weight, with nothing left over. Reads
    the state of a finished or running demo (--state).
    """
    manifest, choice, where = opened(state)
    recording = None if manifest.recording is None else Path(manifest.recording)
    _, material = material_of(choice, recording)
    reasons = Reasons(material.identities(), where, choice.thresholds)
    found = reasons.explain(account, person)
    if not found:
        raise typer.BadParameter(
            f"no registration of {account!r} in {state}; `joinlens generate` writes accounts to "
            "files, and the live page lists the last ones",
            param_hint="ACCOUNT",
        )
    for one in found:
        print(one.json() if json_ else one.text())


def digest(state: s.State = STATE) -> None:
    """Print the digest of a run: one number over every link, class, charge and true count."""
    _, choice, where = opened(state)
    plan = choice.plan()
    print(digest_of(open_store(where), plan.layout.sources, plan.joins))


def opened(state: str) -> tuple[Manifest, Choice, str]:
    """Return the manifest and choices of the run that wrote a state, and where its cells are.

    The folder may also be the one that was given to `joinlens demo --state`.
    """
    folder, demo = Path(state), Path(state) / "demo" / "embedded"
    if not has_manifest(folder) and has_manifest(demo):
        folder = demo
    try:
        m = load_manifest(folder)
    except FileNotFoundError:
        raise typer.BadParameter(
            f"{state} holds no run; `joinlens demo --once` makes one", param_hint="--state"
        ) from None
    policy = None if m.policy is None else Path(m.policy)
    world = (m.people, m.days, m.seed, m.scenario)
    model, shadow = (None if name is None else folder / name for name in (m.model, m.shadow))
    models = Models(model, shadow, m.cutover)
    choice = Choice(*world, m.partitions, m.points, policy, m.thresholds, models)
    cells = folder / "state"
    return m, choice, str(cells if cells.is_dir() else folder)
