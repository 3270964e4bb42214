"""The gate of the feed: nothing that could be real reaches a topic, since topics retain it."""

import msgspec

from streams.events import MAX_BYTES, Codec, Count, Marker, Registration, Rejected
from streams.messages import RegistryEntry
from streams.refusals import refusal
from streams.store.protocol import Outgoing
from streams.verdicts import ClerkVerdict, encode_verdict


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A registry entry on the wire, its record not yet gated."""

    person: Count
    record: dict[str, str | None] | None


_entry = msgspec.json.Decoder(Entry).decode


class Gate:
    """Lets synthetic events, verdicts and registry entries through; all else raises Rejected."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec

    def check(self, topic: str, value: bytes) -> bytes:
        """Return what may go to `topic` for `value`; raise Rejected, with reason and place.

        It is written anew from what was checked: JSON lets a field come twice, and only the last
        one is seen.
        """
        if topic == "registry":
            return msgspec.json.encode(checked_entry(value))
        event = self._codec.decode(value)
        if isinstance(event, Marker):
            # One on a single partition would make a block wait for ever on the others.
            raise Rejected("unknown_kind", "$.marker", "the feed alone writes markers")
        if isinstance(event, ClerkVerdict):
            return encode_verdict(event)
        return self._codec.encode(event)


def rejected(codec: Codec, refusal: Rejected, value: bytes, topic: str) -> Outgoing:
    """Return what `rejects` is told of a refused input."""
    reject = codec.reject(refusal, value, topic)
    return Outgoing("rejects", None, None, msgspec.json.encode(reject))


def is_erasure(value: bytes) -> bool:
    """Return whether a message of `registry`, as the gate writes it, erases somebody."""
    return value.startswith(b'{"person":') and value.endswith(b',"record":null}')


def checked_entry(value: bytes) -> RegistryEntry:
    """Return the registry entry in `value`; raise Rejected when it is none or could be real."""
    if len(value) > MAX_BYTES:
        raise Rejected("too_large", "$", f"{len(value)} bytes; at most {MAX_BYTES} are allowed")
    try:
        entry = _entry(value)
    except msgspec.ValidationError as error:
        raise refusal(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Rejected("undecodable", "$", f"not UTF-8 JSON: {error}") from None
    try:
        # The registry knows the fields that a registration states, so their types are one.
        held = msgspec.convert({"opened": 0, **(entry.record or {})}, Registration)
    except msgspec.ValidationError as error:
        raise refusal(str(error), "$.record") from None
    record = None if entry.record is None else held.record()
    return RegistryEntry(person=entry.person, record=record)
