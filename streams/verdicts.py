"""A clerk's verdict on the wire: an input event of its own, on the topic of the account's source.

It is no event of the source, so it has none of the source's sequence numbers. What it says is its
identity: the same words twice are one verdict, sent twice.
"""

from typing import Annotated

import msgspec

from linkage.verdict import Answer, Verdict
from streams.bounds import Count, Time
from streams.delivery import Delivery
from streams.ids import verdict_id
from streams.refusals import Rejected, refusal

Reviewer = Annotated[str, msgspec.Meta(pattern=r"\Aclerk-[0-9]{1,3}\Z")]
"""Whoever decides is a number to the stream, never a name."""
Moment = Annotated[
    str,
    msgspec.Meta(
        pattern=r"\A20[2-4][0-9]-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z\Z"
    ),
]
"""A clerk's clock (ISO 8601, UTC, milliseconds): it sorts as text, and is never event time."""


class ClerkVerdict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What a clerk says of `person` as the holder of (`source`, `subject`, `start`).

    `verdict` is the first field on the wire: by it the message is told from an event.
    """

    verdict: Answer
    v: int
    source: str
    subject: str
    start: Time
    person: Count
    reviewer: Reviewer
    time: Moment


_FIRST = b'{"verdict":'


def is_verdict(value: bytes) -> bool:
    """Return whether a message is meant to be a verdict; it may still be refused as one."""
    return value.startswith(_FIRST)


def filed(said: ClerkVerdict) -> Verdict:
    """Return what the linker needs of a verdict, under the id that its words have."""
    ident = verdict_id(*msgspec.structs.astuple(said))
    return Verdict(said.person, said.verdict, said.reviewer, said.time, ident)


def decode_verdict(data: bytes) -> ClerkVerdict:
    """Return the verdict in a line, its fields in any order; raise Rejected for anything else."""
    try:
        return msgspec.json.decode(data, type=ClerkVerdict)
    except msgspec.ValidationError as error:
        raise refusal(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Rejected("undecodable", "$", f"not UTF-8 JSON: {error}") from None


def encode_verdict(said: ClerkVerdict) -> bytes:
    """Return the wire form of a verdict, which is also a line of a verdict file."""
    return msgspec.json.encode(said)


def delivery_of(said: ClerkVerdict) -> Delivery:
    """Return the verdict as a message that reaches the task which owns the account."""
    return Delivery(f"events.{said.source}", said.subject.encode(), encode_verdict(said))
