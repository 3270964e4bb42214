"""The event: one envelope, closed payloads, one codec, and the synthetic-only gate.

An event is identified by (source, subject, seq). A re-send keeps these under a new delivery id,
so duplicates are found by them and never by `id`. A correction or retraction is an event of its
own that names the `seq` it changes in `ref`. A clerk's verdict comes the same way, and is none of
the source's events (`streams.verdicts`).
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import msgspec

from linkage.records import FIELDS, Record, interned
from streams.bounds import HOUR, Count, Time
from streams.refusals import Reason, Reject, Rejected, refusal
from streams.suspicion import Suspicion, check_closed, pattern_of
from streams.synthetic import identifiers as ids
from streams.verdicts import ClerkVerdict, is_verdict

__all__ = [
    "HOUR", "MAX_BYTES", "VERSION", "Codec", "Count", "Envelope", "Event", "Kind", "Marker", "Op",
    "Payload", "Reason", "Registration", "Reject", "Rejected", "Time", "Usage", "encode_marker",
]  # fmt: skip

VERSION = 1
MAX_BYTES = 64 * 1024

Op = Literal["create", "correct", "retract"]


class Registration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A registration reveals who holds an account from `opened` on, with the source's errors."""

    opened: Time
    id_number: ids.IdNumber | None = None
    surname: ids.Name | None = None
    given: ids.Name | None = None
    birth: ids.Birth | None = None
    sex: ids.Sex | None = None
    address: ids.Address | None = None
    phone: ids.Phone | None = None
    mail: ids.Mail | None = None

    def record(self) -> Record:
        """Return the quasi-identifiers that the linker compares."""
        return interned(Record(**{field: getattr(self, field) for field in FIELDS}))


class Usage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Something done with an account at a time and a place."""

    places: ClassVar[str] = "cell"

    def place(self) -> int:
        """Return the place as a small integer, at the resolution that the source states."""
        raise TypeError(f"{type(self).__name__} states no place")


Payload = Registration | Usage


class Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The wire form: everything but the payload, which is decoded by its kind.

    `kind`, `source` and `subject` are looked up in and gated by the catalogue, not by their type.
    """

    v: int
    kind: str
    id: ids.Delivery
    source: str
    subject: str
    seq: Count
    time: Time
    ingest: Time
    op: Op = "create"
    ref: Count | None = None
    payload: msgspec.Raw = msgspec.Raw(b"null")


class Event(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A decoded, gated event. `payload` is None for a retraction."""

    kind: str
    id: str
    source: str
    subject: str
    seq: int
    time: int
    ingest: int
    op: Op = "create"
    ref: int | None = None
    payload: Payload | None = None

    @property
    def block(self) -> int:
        """Return the event-time block (one hour) that the event belongs to."""
        return self.time // HOUR


class Marker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """End of a block, written by the feed to every partition of every source and the registry.

    Block -1 ends what the registry held before the stream.
    """

    marker: Annotated[int, msgspec.Meta(ge=-1, lt=10**6)]
    last: bool = False


class Kind(msgspec.Struct, frozen=True):
    """One kind of event: its source, the type of its payload and of its subject."""

    source: str
    payload: type[Payload]
    subject: object


class _Version(msgspec.Struct):
    v: int


_MARKER = b'{"marker":'
_THIS_VERSION = f"not the version that this reads, {VERSION}"
_NOTHING = msgspec.Raw(b"null")


class Codec:
    """Encodes events, decodes bytes and refuses all that is malformed or could be real.

    `kinds` is the union over the source catalogue; `key` keys the digest that stands for refused
    identifiers, so that a short number cannot be found by trying them all. TypeError if a payload
    has a field that could hold anything.
    """

    def __init__(self, kinds: Mapping[str, Kind], key: bytes) -> None:
        for kind in kinds.values():
            check_closed(kind.payload)
        self._kinds = kinds
        self._key = key
        self._envelope = msgspec.json.Decoder(Envelope)
        self._payloads = {name: msgspec.json.Decoder(kind.payload) for name, kind in kinds.items()}
        self._subjects = {
            name: re.compile(pattern_of(kind.subject)).search for name, kind in kinds.items()
        }
        self._accounts = {kind.source: self._subjects[name] for name, kind in kinds.items()}
        self._marker = msgspec.json.Decoder(Marker)
        self._said = msgspec.json.Decoder(ClerkVerdict)
        self._version = msgspec.json.Decoder(_Version)
        self._encoder = msgspec.json.Encoder()
        types = [t for kind in kinds.values() for t in (kind.payload, kind.subject)]
        self._suspicion = Suspicion([Envelope, ClerkVerdict, *types])

    def encode(self, event: Event) -> bytes:
        """Return the wire form of an event."""
        return self._encoder.encode(
            Envelope(
                v=VERSION,
                kind=event.kind,
                id=event.id,
                source=event.source,
                subject=event.subject,
                seq=event.seq,
                time=event.time,
                ingest=event.ingest,
                op=event.op,
                ref=event.ref,
                payload=msgspec.Raw(self._encoder.encode(event.payload)),
            )
        )

    def decode(self, data: bytes) -> Event | ClerkVerdict | Marker:
        """Return the event, verdict or marker in `data`; raise Rejected saying what is wrong where.

        Fields may come in any order, and JSON lets one come twice: whoever passes bytes on to
        others (the feed) sends `encode` of what this returned, never the bytes themselves.
        """
        if len(data) > MAX_BYTES:
            raise Rejected("too_large", "$", f"{len(data)} bytes; at most {MAX_BYTES} are allowed")
        try:
            if data.startswith(_MARKER):
                return self._marker.decode(data)
            if is_verdict(data):
                return self._verdict(self._said.decode(data))
            return self._event(self._envelope.decode(data))
        except msgspec.ValidationError as error:
            raise self._other_version(data) or refusal(str(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Rejected("undecodable", "$", f"not UTF-8 JSON: {error}") from None

    def _verdict(self, said: ClerkVerdict) -> ClerkVerdict:
        if said.v != VERSION:
            raise Rejected("unknown_version", "$.v", _THIS_VERSION)
        if said.source not in self._accounts:
            raise Rejected("unknown_kind", "$.source", "there is no such source in this run")
        if self._accounts[said.source](said.subject) is None:
            raise Rejected("not_synthetic", "$.subject", "outside the synthetic range")
        return said

    def _event(self, e: Envelope) -> Event:
        if e.v != VERSION:
            raise Rejected("unknown_version", "$.v", _THIS_VERSION)
        kind = self._kinds.get(e.kind)
        if kind is None or kind.source != e.source:
            raise Rejected(
                "unknown_kind", "$.kind", "this source has no such kind; see `joinlens topology`"
            )
        if self._subjects[e.kind](e.subject) is None:
            raise Rejected("not_synthetic", "$.subject", "outside the synthetic range")
        if (e.op == "create") != (e.ref is None):
            raise Rejected("missing_field", "$.ref", "a correction or retraction names its seq")
        payload = None
        if e.op != "retract":
            payload = self._payload(e)
        elif e.payload != _NOTHING:
            raise Rejected("unknown_field", "$.payload", "a retraction carries none")
        return Event(
            kind=e.kind,
            id=e.id,
            source=e.source,
            subject=e.subject,
            seq=e.seq,
            time=e.time,
            ingest=e.ingest,
            op=e.op,
            ref=e.ref,
            payload=payload,
        )

    def _payload(self, e: Envelope) -> Payload:
        try:
            return self._payloads[e.kind].decode(e.payload)
        except msgspec.ValidationError as error:
            if e.payload == _NOTHING:
                raise Rejected("missing_field", "$.payload", "only retractions have none") from None
            raise refusal(str(error), "$.payload") from None

    def _other_version(self, data: bytes) -> Rejected | None:
        """Blame the version, if it is another one, rather than a field that it may well have."""
        try:
            other = self._version.decode(data).v != VERSION
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return Rejected("unknown_version", "$.v", _THIS_VERSION) if other else None

    def reject(self, refused: Rejected, data: bytes, topic: str) -> Reject:
        """Return what goes to `rejects`: never the bytes of something that could be real.

        Then the reason is `not_synthetic`, and the detail names the first one as well.
        """
        reason, detail = refused.reason, refused.detail
        if reason != "not_synthetic" and self._suspicion.could_be_real(data[:MAX_BYTES]):
            detail = f"{reason}: {detail}; bytes withheld, they may hold real data"
            reason = "not_synthetic"
        withheld = reason == "not_synthetic"
        hashed = hashlib.blake2b(data, digest_size=16, key=self._key if withheld else b"")
        return Reject(
            reason=reason,
            place=refused.place,
            detail=detail,
            topic=topic,
            length=len(data),
            digest=hashed.hexdigest(),
            original=None if withheld else data[:MAX_BYTES],
        )


def encode_marker(marker: Marker) -> bytes:
    """Return the wire form of a block marker.

    >>> encode_marker(Marker(marker=3))
    b'{"marker":3,"last":false}'
    """
    return msgspec.json.encode(marker)
