"""joinlens shadow: what another model would change of a run's links, and why."""

from typing import Annotated

import msgspec
import typer

from streams import settings as s
from streams.cases import cases_of
from streams.commands.look import STATE, deciding, opened, streamed
from streams.configure import model_of
from streams.shadowing import diff, linkers_over, live, offline, text
from streams.store.open import open_store


def shadow(
    state: s.State = STATE,
    model: s.ModelFile = None,
    examples: Annotated[
        int, typer.Option("--examples", min=0, help="How many tenancies to show of each reason.")
    ] = 2,
    json_: s.Json = False,
) -> None:
    """Print what another model would change of a run's links: gained, lost, moved, for a clerk.

    With --model it is tried on the registrations and verdicts of a finished or running demo
    (--state), against the registry of its end. Without, it is the run's own --shadow, as its tasks
    have decided beside the run. The reason of a change is the term that changed most.
    """
    manifest, choice, cells = opened(state)
    store, plan = open_store(cells), choice.plan()
    current = deciding(plan, store)
    if model is not None:
        new = model_of(model)
    elif plan.shadow is None:
        raise typer.BadParameter(
            f"the run in {state} has no shadow; give a model to try", param_hint="--model"
        )
    elif current is plan.shadow:
        raise typer.BadParameter(
            f"the shadow decides since the close of block {plan.cutover}, and nothing is tried "
            "any more; give a model to try",
            param_hint="--model",
        )
    else:
        new = plan.shadow
    people = streamed(manifest, choice).identities()
    old_linker, new_linker = linkers_over(people, choice.thresholds, (current, new))
    cases = list(cases_of(store))
    tried = live(store) if model is None else offline(new_linker, cases)
    found = diff((old_linker, new_linker), cases, tried, examples)
    print(msgspec.json.encode(found).decode() if json_ else text(found))
