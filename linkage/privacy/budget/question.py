"""A question to the released channel: what is to be counted, over which blocks, at which price."""

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from linkage.errors import LinkageError
from linkage.privacy.budget.loss import from_rho
from linkage.privacy.budget.shown import shown

LARGEST = 2**53
"""The largest number that a question may state; as a float it is still exact."""


class QuestionError(LinkageError):
    """A question is no question; the message names the field, what it got and the fix."""


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question of a purpose about the blocks from `first` to `last`, both included.

    Classes are windows of `hours` blocks and squares of `side` x `side` cells. `most` bounds what
    one person may contribute, in the query's own unit; it is fixed in advance by the policy. `k` is
    for queries that name the largest only. `nano_rho` is what each person who is counted pays.
    """

    purpose: str
    query: str
    sources: tuple[str, ...]
    first: int
    last: int
    nano_rho: int
    most: int = 1
    hours: int = 1
    side: int = 1
    k: int = 10

    def request(self, policy: str) -> str:
        """Return H(question, policy): the same question under the same policy has the same."""
        body = msgspec.json.encode([self, policy])
        return blake2b(body, digest_size=16).hexdigest()


def parse_question(stated: str | bytes | Mapping[str, Any]) -> Question:
    """Return the question that a JSON text, or a mapping, states; QuestionError names the field.

    The price is `nano_rho`, a whole number, or `rho`, which is rounded up to one. Whether a policy
    allows the question is asked elsewhere (`linkage.privacy.budget.admission`).

    >>> one = {"purpose": "statistics", "query": "total_events", "sources": ["phone"]}
    >>> parse_question({**one, "first": 0, "last": 23, "rho": 0.001}).nano_rho
    1000000
    """
    fields = dict(stated) if isinstance(stated, Mapping) else _decoded(stated)
    if "rho" in fields:
        fields["nano_rho"] = _nano_rho(fields.pop("rho"), "nano_rho" in fields)
    known = Question.__struct_fields__
    if unknown := [field for field in fields if field not in known]:
        allowed = f"allowed are {', '.join(known)} and rho"
        raise QuestionError(f"{_told(unknown[0])}: unknown field; {allowed}")
    required = known[: -len(Question.__struct_defaults__)]
    if missing := [field for field in required if field not in fields]:
        raise QuestionError(f"{missing[0]}: the field is missing")
    for field in ("purpose", "query"):
        _check(field, fields[field], _is_name(fields[field]), "a name in quotes")
    fields["sources"] = _names(fields["sources"])
    for field in ("first", "last"):
        _check_whole(fields, field, -LARGEST)
    for field in ("nano_rho", "most", "hours", "side", "k"):
        _check_whole(fields, field, 1)
    return Question(**fields)


def _decoded(text: str | bytes) -> dict[str, Any]:
    try:
        fields = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"question: not valid JSON: {error}") from error
    if not isinstance(fields, dict):
        raise QuestionError(f"question: got {shown(fields)}, needs one object of fields: {{...}}")
    return fields


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise QuestionError(f"{_told(twice)}: the field is stated twice; keep one")
    return fields


def _told(name: object) -> str:
    """Return the name of a field as somebody stated it, so that it can be told again."""
    return shown(name).strip("'")


def _nano_rho(rho: object, both: bool) -> int:
    if both:
        raise QuestionError("rho: nano_rho is stated too; keep one of them")
    fits = isinstance(rho, int | float) and not isinstance(rho, bool) and 0 < rho <= LARGEST / 1e9
    _check("rho", rho, fits, "a finite number above 0")
    return from_rho(float(rho)).nano_rho if isinstance(rho, int | float) else 0


def _names(value: object) -> tuple[str, ...]:
    names = tuple(value) if isinstance(value, list | tuple) else ()
    fits = bool(names) and all(map(_is_name, names))
    _check("sources", value, fits and len(set(names)) == len(names), "a list of different names")
    return names


def _is_name(value: object) -> bool:
    """Is it text that can be told again? JSON may escape half of a character."""
    return isinstance(value, str) and value == value.encode(errors="replace").decode()


def _check_whole(fields: Mapping[str, Any], field: str, least: int) -> None:
    if field in fields:
        value = fields[field]
        fits = type(value) is int and least <= value <= LARGEST
        _check(field, value, fits, f"a whole number from {least} to {LARGEST}")


def _check(field: str, value: object, fits: bool, needs: str) -> None:
    if not fits:
        raise QuestionError(f"{field}: got {shown(value)}, needs {needs}")
