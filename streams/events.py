"""The event: one envelope, closed payloads, one codec, and the synthetic-only gate.

An event is identified by (source, subject, seq). A re-send keeps these under a new delivery id,
so duplicates are found by them and never by `id`. A correction or retraction is an event of its
own that names the `seq` it changes in `ref`.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import msgspec

from linkage.records import FIELDS, Record
from streams.synthetic import identifiers as ids

VERSION = 1
HOUR = 3_600_000
"""Milliseconds in an hour; event and ingest times are milliseconds of the synthetic epoch."""
MAX_BYTES = 64 * 1024

Op = Literal["create", "correct", "retract"]
Count = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


class Registration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A registration reveals who holds an account from `opened` on, with the source's errors."""

    opened: Count
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
        return Record(**{field: getattr(self, field) for field in FIELDS})


class Usage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something done with an account at a time and a place."""

    places: ClassVar[str] = "cell"

    def place(self) -> int:
        """Return the place as a small integer, at the resolution that the source states."""
        raise TypeError(f"{type(self).__name__} states no place")


Payload = Registration | Usage


class Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The wire form: everything but the payload, which is decoded by its kind."""

    v: int
    kind: ids.Category
    id: ids.Delivery
    source: ids.Category
    subject: str
    seq: Count
    time: Count
    ingest: Count
    op: Op = "create"
    ref: Count | None = None
    payload: msgspec.Raw = msgspec.Raw(b"null")


class Event(msgspec.Struct, frozen=True, kw_only=True):
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


class Marker(msgspec.Struct, frozen=True):
    """End of a block, written by the feed to every partition of every source and the registry."""

    marker: int
    last: bool = False


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


class Kind(msgspec.Struct, frozen=True):
    """One kind of event: its source, the type of its payload and of its subject."""

    source: str
    payload: type[Payload]
    subject: object


_PATH = re.compile(r" - at `(?P<path>[^`]*)`\Z")
_MARKER = b'{"marker":'
# A run of seven or more digits, whatever separates or disguises them, may be somebody's number.
_NUMBER = re.compile(r"(?:\d[\s().-]{0,2}){7,}")


class Codec:
    """Encodes events, decodes bytes and refuses all that is malformed or could be real.

    `kinds` is the union over the source catalogue; `key` keys the digest that stands for refused
    identifiers, so that a short number cannot be found by trying them all.
    """

    def __init__(self, kinds: Mapping[str, Kind], key: bytes) -> None:
        self._kinds = kinds
        self._key = key
        self._envelope = msgspec.json.Decoder(Envelope)
        self._payloads = {name: msgspec.json.Decoder(kind.payload) for name, kind in kinds.items()}
        self._subjects = {
            name: re.compile(_pattern(kind.subject)).search for name, kind in kinds.items()
        }
        self._marker = msgspec.json.Decoder(Marker)
        self._encoder = msgspec.json.Encoder()

    def encode(self, event: Event) -> bytes:
        """Return the wire form of an event."""
        payload = msgspec.Raw(self._encoder.encode(event.payload))
        fields = {f: getattr(event, f) for f in Event.__struct_fields__ if f != "payload"}
        return self._encoder.encode(Envelope(v=VERSION, payload=payload, **fields))

    def decode(self, data: bytes) -> Event | Marker:
        """Return the event or block marker in `data`; raise Rejected saying what is wrong where."""
        if len(data) > MAX_BYTES:
            raise Rejected("too_large", "$", f"{len(data)} bytes; at most {MAX_BYTES} are allowed")
        try:
            if data.startswith(_MARKER):
                return self._marker.decode(data)
            e = self._envelope.decode(data)
            if e.v != VERSION:
                raise Rejected("unknown_version", "$.v", f"version {e.v}; this reads {VERSION}")
            kind = self._kinds.get(e.kind)
            if kind is None or kind.source != e.source:
                raise Rejected(
                    "unknown_kind",
                    "$.kind",
                    f"{e.source} has no such kind; see `joinlens topology`",
                )
            if self._subjects[e.kind](e.subject) is None:
                raise Rejected("not_synthetic", "$.subject", "outside the synthetic range")
            return self._event(e)
        except msgspec.ValidationError as error:
            raise _refusal(str(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Rejected("undecodable", "$", f"not UTF-8 JSON: {error}") from None

    def _event(self, e: Envelope) -> Event:
        if (e.op == "create") != (e.ref is None):
            raise Rejected("missing_field", "$.ref", "a correction or retraction names its seq")
        try:
            payload = None if e.op == "retract" else self._payloads[e.kind].decode(e.payload)
        except msgspec.ValidationError as error:
            raise _refusal(str(error), "$.payload") from None
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

    def reject(self, refusal: Rejected, data: bytes, topic: str) -> Reject:
        """Return what goes to `rejects`: never the bytes of something that could be a real ID."""
        reason, detail = refusal.reason, refusal.detail
        if reason != "not_synthetic" and _NUMBER.search(_unsafe_text(data)):
            detail = f"{reason}: {detail}; bytes withheld, they hold a number outside the ranges"
            reason = "not_synthetic"
        withheld = reason == "not_synthetic"
        hashed = hashlib.blake2b(data, digest_size=16, key=self._key if withheld else b"")
        return Reject(
            reason=reason,
            place=refusal.place,
            detail=detail,
            topic=topic,
            length=len(data),
            digest=hashed.hexdigest(),
            original=None if withheld else data[:MAX_BYTES],
        )


_SAFE = re.compile(
    r"09\d{15}[\dX]|\+999\d{9}|00101\d{10}|001-01-\d{5}-\d{5}|ZZ\d{18}|000000\d{10}"
    r"|\"(?:id|seq|time|ingest|opened|ref)\":\s*\"?[d0-9a-f]*",
    re.ASCII,
)


def _unsafe_text(data: bytes) -> str:
    """Return the text of `data` without what lies in the safe ranges."""
    return _SAFE.sub("~", data[:MAX_BYTES].decode("utf-8", "replace"))


def _pattern(annotated: object) -> str:
    meta = next(m for m in annotated.__metadata__ if isinstance(m, msgspec.Meta))  # type: ignore[attr-defined]
    return str(meta.pattern)


def _refusal(message: str, prefix: str = "$") -> Rejected:
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
    return Rejected("wrong_type", place, detail)


def encode_marker(marker: Marker) -> bytes:
    """Return the wire form of a block marker.

    >>> encode_marker(Marker(marker=3))
    b'{"marker":3,"last":false}'
    """
    return msgspec.json.encode(marker)
