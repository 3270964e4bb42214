"""Refused inputs: why, where, and what of them may be kept."""

import re
from typing import Literal

import msgspec

_PATH = re.compile(r" - at `(?P<path>[^`]*)`\Z")

Reason = Literal[
    "undecodable",
    "too_large",
    "unknown_version",
    "unknown_kind",
    "missing_field",
    "unknown_field",
    "wrong_type",
    "not_synthetic",
]


class Rejected(Exception):
    """An input that is no event; `place` is a JSON path, `detail` says what was allowed."""

    def __init__(self, reason: Reason, place: str, detail: str) -> None:
        super().__init__(f"{reason} at {place}: {detail}")
        self.reason, self.place, self.detail = reason, place, detail


class Reject(msgspec.Struct, frozen=True, kw_only=True):
    """What the `rejects` topic holds: the reason and, unless it could be real data, the bytes."""

    reason: Reason
    place: str
    detail: str
    topic: str
    length: int
    digest: str
    original: bytes | None = None


def refusal(message: str, prefix: str = "$") -> Rejected:
    """Turn msgspec's message into a reason, a place and a detail that repeats no value."""
    found = _PATH.search(message)
    place = prefix + (found["path"][1:] if found else "")
    detail = _PATH.sub("", message)
    if "matching regex" in detail:
        return Rejected("not_synthetic", place, "outside the synthetic range")
    if "missing required field" in detail:
        return Rejected("missing_field", place, detail)
    if "unknown field" in detail:
        return Rejected("unknown_field", place, "a field that this kind does not have")
    # msgspec repeats the value in other messages, such as that of a word not in its list.
    expected = detail.startswith("Expected ")
    return Rejected("wrong_type", place, detail if expected else "a value that is not allowed")
