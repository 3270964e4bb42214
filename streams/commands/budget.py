"""joinlens budget: what the two ledgers spent, what a question would cost, and proof of it all."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from linkage.errors import PolicyError
from linkage.privacy.budget.policy import Policy
from streams import settings as s
from streams.budget.policy_words import policy_text
from streams.budget.pricing import price_report, price_text, refused
from streams.budget.report import budget_report, budget_text, person_budget, person_text
from streams.budget.request import Request, read_request
from streams.commands import ledger_files
from streams.commands.asking import Hours, Most, Side, Sources, Top, question
from streams.commands.look import STATE
from streams.commands.spending_run import run_of
from streams.configure import named
from streams.source import load_sources

app = typer.Typer(
    name="budget",
    help="What the two ledgers have spent, refused and left. The operator's view, not private.",
    invoke_without_command=True,
)
Person = Annotated[
    int | None,
    typer.Option(
        "--person", help="What was spent on this person: how exposed, never how good.", min=0
    ),
]


@app.callback()
def budget(
    context: typer.Context,
    state: s.State = STATE,
    purpose: s.Purpose = None,
    blocks: s.Blocks = None,
    person: Person = None,
    json_: s.Json = False,
) -> None:
    """Say what both ledgers have spent, refused and left, by purpose, block and source pair.

    Joins spend bits of exposure, releases spend rho; the two are never added. --person tells what
    was spent on one person. It is the operator's view, not private: see docs/privacy-claims.md.
    """
    if (command := context.invoked_subcommand) is not None:
        _nothing_before(context, command)
        return
    run = run_of(state)
    names = [one.name for one in run.policy.joins] + [one.name for one in run.policy.releases]
    chosen = names if purpose is None else [named(purpose, {n: n for n in names}, "--purpose")]
    if person is not None:
        mine = person_budget(run.of, run.store, run.policy, chosen, person)
        print(_json(mine) if json_ else person_text(mine))
        return
    found = budget_report(run.of, run.store, run.policy, chosen)
    print(_json(found) if json_ else budget_text(found, blocks))


@app.command()
def price(
    request: Annotated[
        Path | None,
        typer.Argument(help="A batch of questions and joins, TOML or JSON: see docs/budget.md."),
    ] = None,
    purpose: s.Purpose = None,
    query: s.Query = None,
    blocks: s.Blocks = None,
    rho: s.Rho = None,
    sources: Sources = None,
    most: Most = None,
    hours: Hours = None,
    side: Side = None,
    top: Top = None,
    state: s.State = STATE,
    json_: s.Json = False,
) -> None:
    """Say what a batch of questions and joins would cost and leave; nothing is charged.

    Either a file, or one question by options. The exit status is 1 if any of it would be refused.
    """
    run = run_of(state)
    others = {"sources": sources, "most": most, "hours": hours, "side": side, "k": top}
    if request is None:
        asked = Request((question(purpose, query, blocks, rho, others, run.policy),))
    elif any(one is not None for one in (purpose, query, blocks, rho, *others.values())):
        raise typer.BadParameter("give a file or options, not both", param_hint="REQUEST")
    else:
        asked = read_request(request, run.policy)
    found = price_report(run.of, run.store, run.policy, run.choice.plan().domain, asked)
    print(_json(found) if json_ else price_text(found))
    raise typer.Exit(1 if refused(found) else 0)


@app.command()
def policy(
    file: Annotated[
        Path | None, typer.Argument(help="A budget policy (TOML); the packaged one if not given.")
    ] = None,
    json_: s.Json = False,
) -> None:
    """Check a budget policy and say in words what it allows, at which price."""
    if file is None:
        found, of = Policy.default(tuple(load_sources())), "the packaged policy"
    else:
        found, of = _policy(file), f"policy {file}"
    print(msgspec.json.encode(found).decode() if json_ else policy_text(found, of))


app.command()(ledger_files.audit)
app.command()(ledger_files.save)
app.command()(ledger_files.verify)
app.command()(ledger_files.restore)


def _nothing_before(context: typer.Context, command: str) -> None:
    """Refuse options that stand before a command: they would be of another."""
    for name in context.params:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            option = f"--{name.rstrip('_')}"
            raise typer.BadParameter(
                f"it stands before {command!r}, which has options of its own: joinlens budget "
                f"{command} {option} ...",
                param_hint=option,
            )


def _policy(file: Path) -> Policy:
    try:
        return Policy.decode(file.read_bytes())
    except OSError as error:
        raise typer.BadParameter(str(error), param_hint="FILE") from error
    except PolicyError as error:
        raise typer.BadParameter(f"{file}: {error}", param_hint="FILE") from error


def _json(found: msgspec.Struct) -> str:
    return msgspec.json.encode(found).decode()
