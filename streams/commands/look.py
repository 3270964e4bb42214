"""joinlens explain, topology and digest: looking into a run and at the house."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from linkage.model import Model
from streams import settings as s
from streams.commands.material import Material, Without, material_of
from streams.configure import Choice, Models, model_of
from streams.diagram import mermaid, table
from streams.digest import digest_of
from streams.manifest import Manifest, has_manifest, load_manifest
from streams.plan import Plan
from streams.reasons import Reasons
from streams.shadowing import linkers_over
from streams.store.open import open_store
from streams.store.protocol import Store
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
    model: s.ModelFile = None,
    json_: s.Json = False,
) -> None:
    """Explain why an account was linked to a person, or why not.

    The parts are bits of evidence and add up to the match weight, with nothing left over. Reads
    the state of a finished or running demo (--state), and explains it by the model that decided.
    With --model it also says what that model would change, term by term.
    """
    manifest, choice, where = opened(state)
    store = open_store(where)
    models = [deciding(choice.plan(), store)] + ([] if model is None else [model_of(model)])
    identities = streamed(manifest, choice).identities()
    reasons = Reasons(store, linkers_over(identities, choice.thresholds, models))
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


def deciding(plan: Plan, store: Store) -> Model:
    """Return the model that decided what the cells of a run hold, its own or its shadow.

    While a cut-over is under way that is the shadow. BadParameter when it was another.
    """
    named = {
        msgspec.msgpack.decode(value, type=str).split()[0]
        for task in store.tasks()
        if task.startswith("identify/")
        for key, value in store.peek(task, "models")
        if msgspec.msgpack.decode(key, type=str) == "current"
    }
    known = {one.version: one for one in (plan.model, plan.shadow) if one is not None}
    if strange := sorted(named - known.keys()):
        raise typer.BadParameter(
            f"it was decided by model {strange[0]}, and its manifest speaks of {', '.join(known)}; "
            "start `joinlens dashboard` with the --model and --shadow of the workers",
            param_hint="--state",
        )
    return known[max(named, key=list(known).index, default=plan.model.version)]


def made_of(manifest: Manifest, choice: Choice) -> str:
    """Return in words what a run streamed: a synthetic world, or a recording."""
    if manifest.recording is not None:
        return f"recording {Path(manifest.recording).name}"
    days = "1 day" if choice.days == 1 else f"{choice.days} days"
    return f"{choice.people:,} synthetic people, {days}, seed {choice.seed}"


def streamed(manifest: Manifest, choice: Choice) -> Material:
    """Return what the run of a manifest streamed; who was erased since is not in its registry."""
    recording = None if manifest.recording is None else Path(manifest.recording)
    material = material_of(choice, recording)[1]
    erased = {one.person for one in manifest.erased}
    return Without(material, erased) if erased else material


def opened(state: str, option: str = "--state") -> tuple[Manifest, Choice, str]:
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
            f"{state} holds no run; `joinlens demo --once` makes one", param_hint=option
        ) from None
    policy = None if m.policy is None else Path(m.policy)
    world = (m.people, m.days, m.seed, m.scenario)
    model, shadow = (None if name is None else folder / name for name in (m.model, m.shadow))
    models = Models(model, shadow, m.cutover)
    choice = Choice(*world, m.partitions, m.points, policy, m.thresholds, models)
    cells = folder / "state"
    return m, choice, str(cells if cells.is_dir() else folder)
