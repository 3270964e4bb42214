"""joinlens release: an ad-hoc question to the released channel of a run."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import typer

from linkage.errors import LinkageError
from linkage.privacy.budget.admission import Blocks
from linkage.privacy.budget.mechanisms import opendp_sampler
from linkage.privacy.budget.question import Question
from streams import settings as s
from streams.budget.answer_text import Came, answer_text
from streams.budget.asking import ask, forbidden, stored
from streams.budget.ledger_state import public_blocks
from streams.budget.offers import offered, offered_text
from streams.budget.running import at_rest
from streams.commands.asking import Hours, Most, Side, Sources, Top, question
from streams.commands.look import STATE
from streams.commands.spending_run import Run, run_of
from streams.configure import Choice
from streams.messages import Refused, Said
from streams.plan import Plan

Listed = Annotated[
    bool, typer.Option("--list", help="Show what may be asked, how finely, at which price.")
]
Patience = Annotated[
    float, typer.Option("--timeout", help="With --bootstrap: seconds to wait.", min=0.1)
]


def release(
    purpose: s.Purpose = None,
    query: s.Query = None,
    blocks: s.Blocks = None,
    sources: Sources = None,
    rho: s.Rho = None,
    most: Most = None,
    hours: Hours = None,
    side: Side = None,
    top: Top = None,
    list_: Listed = False,
    state: s.State = STATE,
    bootstrap: s.Broker = None,
    scenario: s.ScenarioName = s.SCENARIO,
    policy: s.Policy = None,
    timeout: Patience = 60.0,
    json_: s.Json = False,
) -> None:
    """Ask the released channel of a run: a noisy answer with its rho, error and interval.

    Charge and answer are stored together; who asks the same again gets the same answer and nothing
    is charged. What the policy does not allow is refused in one line, and nothing is charged. With
    --bootstrap a running or finished run on Kafka is asked, --scenario and --policy being its own.
    A run in --state may be asked under another --policy: nothing that was spent is given back.
    """
    others = {"sources": sources, "most": most, "hours": hours, "side": side, "k": top}
    run = run_of(state) if bootstrap is None else None
    plan = _plan(scenario, policy) if run is None else _of_run(run, policy)
    if list_:
        found = offered(plan.policy, plan.domain)
        print(_json(found) if json_ else offered_text(found))
        return
    asked = question(purpose, query, blocks, rho, others, plan.policy)
    if run is None:
        # Imported here: who asks a state needs no Kafka client.
        from streams.kafka.asking import ask_broker

        heard = Heard(ask_broker(str(bootstrap), asked, plan.policy.hash, timeout), "told", None)
    else:
        heard = _of_state(run, plan, asked)
    if json_:
        print(_json(heard.said))
        raise typer.Exit(1 if isinstance(heard.said, Refused) else 0)
    if isinstance(heard.said, Refused):
        raise RefusedError(f"refused: {heard.said.words}. Nothing was charged")
    print(answer_text(heard.said, heard.came, plan.policy, heard.blocks))


class RefusedError(LinkageError):
    """A question that gets no answer, for a reason that is public; it says what would do."""


class Heard(NamedTuple):
    """What came of a question, and how blocks stand after it, where that is known."""

    said: Said
    came: Came
    blocks: Blocks | None


def _of_state(run: Run, plan: Plan, asked: Question) -> Heard:
    with at_rest(run.cells, "ask"):
        store = run.store
        kept = stored(store, plan, asked)
        refused = None if kept else forbidden(store, plan, asked)
        said = kept or refused or ask(store, plan, asked, opendp_sampler())
        return Heard(said, "stored" if kept else "new", public_blocks(store, plan.policy)[0])


def _of_run(run: Run, policy: Path | None) -> Plan:
    """Return the plan of a run, under its own policy or another."""
    return (run.choice if policy is None else replace(run.choice, policy=policy)).plan()


def _plan(scenario: str, policy: Path | None) -> Plan:
    """Return the plan of a run on Kafka, of which only sources and policy matter here."""
    return Choice(s.PEOPLE, s.DAYS, s.SEED, scenario, 1, s.POINTS, policy).plan()


def _json(found: object) -> str:
    return msgspec.json.encode(found).decode()
