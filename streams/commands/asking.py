"""A question as options of a command: what is left out is as the policy offers it."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.question import Question, QuestionError
from streams.budget.request import question_of
from streams.budget.span import Span

_MOST = 2**20
Sources = Annotated[
    str | None,
    typer.Option("--sources", help="Sources that are counted, with commas; all if not given."),
]
Most = Annotated[
    int | None,
    typer.Option(
        "--most", help="How much one person may add, in the query's unit; 1 if not given."
    ),
]
Hours = Annotated[
    int | None, typer.Option("--hours", help="Hours of one class; the finest offered if not given.")
]
Side = Annotated[
    int | None,
    typer.Option(
        "--side", help="Cells along a side of one class; the finest offered if not given."
    ),
]
Top = Annotated[
    int | None,
    typer.Option("--top", help="How many are named, by queries that name the largest only."),
]


def question(
    purpose: str | None,
    query: str | None,
    blocks: Span | None,
    rho: int | None,
    others: Mapping[str, Any],
    policy: Policy,
) -> Question:
    """Return the question that options state; BadParameter names the option that is missing.

    `others` are the fields of a question by name, None where an option was not given. Without
    `purpose` it is the only one that may publish, if there is one only.
    """
    releases = [release.name for release in policy.releases]
    purpose = releases[0] if purpose is None and len(releases) == 1 else purpose
    for option, value in (("--purpose", purpose), ("--query", query), ("--blocks", blocks)):
        if value is None:
            raise typer.BadParameter(
                "it is missing; `joinlens release --list` shows what may be asked",
                param_hint=option,
            )
    assert blocks is not None
    fields: dict[str, Any] = {
        "purpose": purpose,
        "query": query,
        "first": blocks.first,
        "last": blocks.last,
    }
    fields |= {name: value for name, value in others.items() if value is not None}
    if rho is not None:
        fields["nano_rho"] = rho
    if isinstance(sources := fields.get("sources"), str):
        fields["sources"] = [one.strip() for one in sources.split(",") if one.strip()]
    try:
        return question_of(fields, policy)
    except QuestionError as error:
        raise typer.BadParameter(str(error), param_hint=f"--{_option(error)}") from error


def _option(error: QuestionError) -> str:
    """Return the option that a field comes from."""
    field = str(error).partition(":")[0]
    return {"k": "top", "first": "blocks", "last": "blocks", "nano_rho": "rho"}.get(field, field)
