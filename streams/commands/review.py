"""joinlens review: a clerk decides what the model leaves open, one key a verdict."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from linkage.explain import explain
from streams import settings as s
from streams.clerk.docket import Docket
from streams.clerk.side_by_side import page, table
from streams.clerk.sitting import KEYS, MOMENT, Sitting
from streams.commands.look import STATE
from streams.commands.office import Office, of_broker, of_state
from streams.commands.thresholds import Rule, by_bits, chosen
from streams.configure import Choice, Models, model_of

VERDICTS = Path(s.STATE) / "verdicts.jsonl"


def review(
    account: Annotated[
        str, typer.Argument(help="Ask about this account, whatever is decided of it.")
    ] = "",
    person: Annotated[
        int | None,
        typer.Option("--person", help="Ask about this person instead of the best candidate."),
    ] = None,
    list_: Annotated[
        bool, typer.Option("--list", help="Print the queue, the worthiest first, and ask nothing.")
    ] = False,
    reviewer: s.Reviewer = s.REVIEWER,
    time: Annotated[
        str, typer.Option("--time", help="When it is (UTC, 2026-11-24T10:15:58.123Z) if not now.")
    ] = "",
    state: s.State = STATE,
    verdicts: s.Verdicts = None,
    model: s.ModelFile = None,
    bootstrap: s.Broker = None,
    scenario: s.ScenarioName = s.SCENARIO,
    partitions: s.Partitions = s.PARTITIONS,
    cost_false_link: s.CostFalseLink = None,
    cost_missed_link: s.CostMissedLink = None,
    cost_review: s.CostReview = None,
    link_at: s.LinkAt = None,
    review_at: s.ReviewAt = None,
    margin: s.Margin = None,
) -> None:
    """Decide links that the model leaves to a clerk: link, not a link, or skip, with one key.

    The queue is of a finished or running demo (--state), or of a broker (--bootstrap), in the order
    of what an answer is worth. Verdicts go to the broker at once, or to a file (--verdicts) that
    `joinlens demo` and `joinlens feed` play with the same option. A verdict overrules every model
    until it is taken back, with u. A demo's queue is by its own model, or by --model; on a broker
    --model is the workers'.
    """
    clock = _clock(time)
    if person is not None and not account:
        raise typer.BadParameter("it goes with an ACCOUNT to ask about", param_hint="--person")
    rule = chosen((cost_false_link, cost_missed_link, cost_review), (link_at, review_at, margin))
    if bootstrap is None:
        limits = None if rule is None else rule.thresholds
        asked = None if model is None else model_of(model)
        office = of_state(state, verdicts or VERDICTS, limits, asked, account)
    else:
        choice = Choice(s.PEOPLE, s.DAYS, s.SEED, scenario, partitions, s.POINTS, None)
        choice = choice.with_models(Models(model))
        choice = choice if rule is None else choice.under(rule.thresholds)
        office = of_broker(bootstrap, choice, account)
    docket = _docket(office, rule or by_bits(office.linker.thresholds), account, person)
    if list_:
        print(table([(docket.cases[one.name], one.question) for one in docket.waiting()]))
        return
    _sit(Sitting(docket, reviewer, office.send, clock), docket, office)


def _docket(office: Office, rule: Rule, account: str, person: int | None) -> Docket:
    """Return the docket of an office, or of one account whatever is decided of it."""
    if person is not None and person not in office.people:
        raise typer.BadParameter(f"there is no person {person} here", param_hint="--person")
    cases = [case for case in office.cases if account in ("", case.name[1])]
    if account and not cases:
        what = f"no registration of {account!r} is known here"
        raise typer.BadParameter(what, param_hint="ACCOUNT")
    docket = Docket(office.linker, rule.costs, cases)
    for said in office.given:
        docket.hear(said)
    for case in cases if account else ():
        docket.open(case.name, person)
    return docket


def _sit(sitting: Sitting, docket: Docket, office: Office) -> None:
    """Ask until the clerk ends or nothing is left."""
    print(f"{len(docket.waiting())} to look at")
    while (here := sitting.current) is not None:
        case, asked = docket.cases[here.name], here.question
        said, known = docket.verdicts(here.name), office.people[asked.person]
        why = explain(office.linker, case.registrations, asked.person, said)
        print("\n" + page(case, known, why, asked, said))
        print(f"\n{KEYS}", flush=True)
        print(sitting.press(_key()), flush=True)
    print(f"{sitting.given} verdicts given, {len(docket.waiting())} left")


def _key() -> str:
    """Return the next key; Ctrl-C, Ctrl-D and the end of the input end the sitting."""
    try:
        return _pressed() or "q"
    except (EOFError, KeyboardInterrupt):
        return "q"
    except OSError as error:
        raise OSError("review asks on a terminal; --list prints the queue without one") from error


def _pressed() -> str:
    return typer.getchar()


def _clock(time: str) -> Callable[[], datetime]:
    if not time:
        return lambda: datetime.now(UTC)
    try:
        fixed = datetime.strptime(time, MOMENT)
    except ValueError:
        what = f"got {time!r}; allowed: a time such as 2026-11-24T10:15:58.123Z"
        raise typer.BadParameter(what, param_hint="--time") from None
    return lambda: fixed
