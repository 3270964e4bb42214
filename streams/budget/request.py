"""A batch of questions and joins whose price is asked for: a file, TOML or JSON, or options.

In TOML each question stands under [[question]] and each join under [[join]]; in JSON the same names
hold lists. A question has the fields of `linkage.privacy.budget.question`; `blocks = "0-23"` may
stand for `first` and `last`. Sources and rho that are left out are those of the purpose's offer.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linkage.errors import LinkageError
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.query import load_queries
from linkage.privacy.budget.question import Question, QuestionError, parse_question
from streams.budget.span import parse_span

_KINDS = ("question", "join")


class RequestError(LinkageError):
    """A request file cannot be read; the message names entry, field and fix."""


@dataclass(frozen=True)
class JoinAsked:
    """Points of each source that a purpose would like to see joined of one person."""

    purpose: str
    points: Mapping[str, int]


@dataclass(frozen=True)
class Request:
    """What a price is asked for."""

    questions: tuple[Question, ...]
    joins: tuple[JoinAsked, ...] = ()


def read_request(path: Path, policy: Policy) -> Request:
    """Return the batch in a file; RequestError names the entry and field that is wrong."""
    fields = _fields(path)
    entries: list[tuple[str, list[Any]]] = []
    for kind in fields:
        if kind not in _KINDS:
            raise RequestError(f"{path}: {kind!r}: unknown; allowed are [[question]] and [[join]]")
        found = fields[kind]
        entries.append((kind, found if isinstance(found, list) else [found]))
    request = Request(
        tuple(_each(path, "question", entries, lambda one: question_of(one, policy))),
        tuple(_each(path, "join", entries, lambda one: join_of(one, policy))),
    )
    if not request.questions and not request.joins:
        raise RequestError(f"{path}: it asks nothing; it needs a [[question]] or a [[join]]")
    return request


def question_of(stated: Mapping[str, Any], policy: Policy) -> Question:
    """Return the question that some fields state, the rest as the policy offers it.

    QuestionError names the field.
    """
    fields = dict(stated)
    if "blocks" in fields:
        if "first" in fields or "last" in fields:
            raise QuestionError("blocks: first or last is stated too; keep one of them")
        try:
            span = parse_span(str(fields.pop("blocks")))
        except ValueError as error:
            raise QuestionError(f"blocks: {error}") from error
        fields |= {"first": span.first, "last": span.last}
    return parse_question(_as_offered(fields, policy))


def _as_offered(fields: Mapping[str, Any], policy: Policy) -> Mapping[str, Any]:
    """Return the fields with those that were left out as the purpose offers them."""
    releases = {release.name: release for release in policy.releases}
    release = releases.get(str(fields.get("purpose")))
    if release is None:
        if "purpose" in fields and "sources" not in fields:
            known = ", ".join(releases) or "no purpose"
            raise QuestionError(
                f"purpose: got {fields['purpose']!r}; {known} may release answers by this policy"
            )
        return fields
    offers = {offer.query: offer for offer in release.offers}
    offer = offers.get(str(fields.get("query")))
    if offer is None:
        if "query" in fields and not fields.keys() & {"rho", "nano_rho"}:
            known = ", ".join(offers) or "no query"
            raise QuestionError(f"query: got {fields['query']!r}; {release.name} offers {known}")
        return {"sources": release.sources, **fields}
    price = {} if "rho" in fields else {"nano_rho": offer.nano_rho}
    uses = load_queries()[offer.query].uses
    classes = {"hours": offer.hours, "side": offer.side}
    finest = {name: least for name, least in classes.items() if name in uses}
    return {"sources": release.sources, **price, **finest, **fields}


def join_of(stated: Mapping[str, Any], policy: Policy) -> JoinAsked:
    """Return the join that some fields state; QuestionError names the field."""
    if unknown := sorted(stated.keys() - {"purpose", "points"}):
        raise QuestionError(f"{unknown[0]}: unknown field; allowed are purpose, points")
    joins = {join.name: join for join in policy.joins}
    purpose, points = stated.get("purpose"), stated.get("points")
    if purpose not in joins:
        known = ", ".join(joins) or "no purpose"
        raise QuestionError(f"purpose: got {purpose!r}; {known} may see sources joined")
    if not isinstance(points, dict) or not points:
        raise QuestionError(f"points: got {points!r}, needs sources with numbers, as phone = 2")
    sources = joins[purpose].sources
    for source, count in points.items():
        if source not in sources:
            needs = f"{purpose} joins {', '.join(sources)}"
            raise QuestionError(f"points.{source}: unknown source; {needs}")
        if type(count) is not int or not 0 < count <= 2**20:
            raise QuestionError(f"points.{source}: got {count!r}, needs a whole number from 1 on")
    return JoinAsked(str(purpose), points)


def _each(path: Path, kind: str, entries: list[tuple[str, list[Any]]], of: Any) -> list[Any]:
    found = []
    for number, one in enumerate(
        (one for name, many in entries if name == kind for one in many), 1
    ):
        try:
            if not isinstance(one, dict):
                raise QuestionError(f"got {one!r}, needs fields with values")
            found.append(of(one))
        except QuestionError as error:
            raise RequestError(f"{path}: {kind} {number}: {error}") from error
    return found


def _fields(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RequestError(f"{path}: {error.strerror}; name a file of TOML or JSON") from error
    except UnicodeDecodeError as error:
        raise RequestError(f"{path}: byte {error.start} is not UTF-8; save it as UTF-8") from error
    if not text.lstrip().startswith(("{", "[{")):
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise RequestError(f"{path}: not valid TOML: {error}") from error
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"{path}: not valid JSON: {error}") from error
    if isinstance(found, list):
        return {"question": found}
    return found if found.keys() & {*_KINDS} else {"question": [found]}
