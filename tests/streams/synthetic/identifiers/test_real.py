"""What is valid in the real world is refused, however it is written and wherever it stands."""

import ipaddress
import json
import random
import re
from collections.abc import Callable
from functools import cache
from typing import Any, get_args

import msgspec
import phonenumbers
import pytest
from stdnum import iban, imei, imsi, luhn
from stdnum import mac as macs
from stdnum.cn import ric, uscc

from streams.events import Codec, Kind, Rejected
from streams.gate import Gate, rejected
from streams.source import kinds_of, load_sources
from streams.suspicion import pattern_of
from streams.synthetic import identifiers as ids
from streams.synthetic.identifiers import ranges
from tests.streams.synthetic.identifiers.real import REAL
from tests.streams.test_events import CDR, SIM, wire, with_payload

N = 100_000
KINDS = kinds_of(load_sources())
CODEC = Codec(KINDS, key=b"key")
GATE = Gate(CODEC)
NUMERIC = {"id_number", "uscc", "phone", "imsi", "imei", "bank_account", "card"}


@cache
def real(what: str) -> list[str]:
    draw = random.Random(what)
    return [REAL[what](draw) for _ in range(N)]


def is_valid_phone(value: str) -> bool:
    return phonenumbers.is_possible_number(phonenumbers.parse(value))


VALID: dict[str, Callable[[str], bool]] = {
    "id_number": ric.is_valid,
    "uscc": uscc.is_valid,
    "phone": is_valid_phone,
    "imsi": imsi.is_valid,
    "imei": imei.is_valid,
    "bank_account": lambda v: iban.is_valid(v, check_country=False),
    "card": luhn.is_valid,
    "ipv4": lambda v: ipaddress.ip_address(v).is_global,
    "ipv6": lambda v: ipaddress.ip_address(v).is_global,
    "mac": macs.is_valid,
}


@pytest.mark.parametrize("what", VALID)
def test_the_real_world_takes_them(what: str) -> None:
    """Otherwise that the gate refuses them would say nothing."""
    some = 50 if what == "mac" else 1_000
    assert [v for v in real(what)[:some] if not VALID[what](v)] == []


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


DISGUISES: dict[str, Callable[[str], str]] = {
    "none": str,
    "spaces": lambda t: " ".join(t[i : i + 4] for i in range(0, len(t), 4)),
    "dashes": lambda t: "-".join(t[i : i + 3] for i in range(0, len(t), 3)),
    "full width": full_width,
    "upper case": str.upper,
    "lower case": str.lower,
    "plus": lambda t: "+" + t.lstrip("+"),
    "00": lambda t: "00" + t.lstrip("+"),
    "digits alone": lambda t: t.lstrip("+"),
    "trailing newline": lambda t: t + "\n",
    "space around": lambda t: f" {t} ",
    "zero width": lambda t: t[:3] + "\u200b" + t[3:],
}

# Every string that an event may hold, and a word of a closed list.
STRINGS = [
    value
    for value in vars(ranges).values()
    if get_args(value)
    and get_args(value)[0] is str
    and isinstance(get_args(value)[1], msgspec.Meta)
]
PATTERNS = {pattern_of(kind) for kind in STRINGS}
PATTERNS |= {pattern_of(kind.subject) for kind in KINDS.values()} | {r"\Ashop-[0-9]{5}-[0-9]{2}\Z"}


@pytest.mark.parametrize("what", REAL)
def test_no_type_has_room_for_them(what: str) -> None:
    assert len(PATTERNS) > 20
    passes = re.compile("|".join(f"(?:{p})" for p in PATTERNS)).search
    assert [v for v in real(what) if passes(v)] == []
    hidden = list(DISGUISES.values())
    disguised = [hidden[n % len(hidden)](v) for n, v in enumerate(real(what))]
    assert [v for v in disguised if passes(v)] == []


def escaped(text: str) -> str:
    pairs = text.encode("utf-16-be").hex()
    return "".join(f"\\u{pairs[i : i + 4]}" for i in range(0, len(pairs), 4))


def raw(template: bytes, text: str) -> bytes:
    """Put a text, already written as JSON, in the place of a mark."""
    return template.replace(b'"MARK"', text.encode("utf-8", "surrogatepass"))


_FIELDS = ("id_number", "surname", "given", "birth", "sex", "address", "phone", "mail", "imsi")
_IN_FIELD = {field: with_payload(**{field: "MARK"}) for field in _FIELDS}
_IN_ENVELOPE = {f: wire(CDR, **{f: "MARK"}) for f in ("subject", "id", "kind", "source", "op")}
_UNKNOWN = wire(CDR, note="MARK")
_CELL = wire(CDR, payload={"cell": "MARK", "seconds": 1})
_PAYLOAD = wire(SIM, payload="MARK")
_RETRACTED = wire(CDR, op="retract", ref=1, payload="MARK")

# Where a value may stand in an event; each makes bytes of it.
PLACES: dict[str, Callable[[str], bytes]] = {
    **{f"as {f}": lambda v, t=t: raw(t, json.dumps(v)) for f, t in _IN_FIELD.items()},
    **{
        f"as the event's {f}": lambda v, t=t: raw(t, json.dumps(v)) for f, t in _IN_ENVELOPE.items()
    },
    "as a cell": lambda v: raw(_CELL, json.dumps(v, ensure_ascii=False)),
    "as the payload": lambda v: raw(_PAYLOAD, json.dumps(v)),
    "in an unknown field": lambda v: raw(_UNKNOWN, json.dumps(v, ensure_ascii=False)),
    "in an unknown field, escaped": lambda v: raw(_UNKNOWN, f'"{escaped(v)}"'),
    "in a field, escaped": lambda v: raw(_IN_FIELD["phone"], f'"{escaped(v)}"'),
    "as a field's name": lambda v: raw(_UNKNOWN, json.dumps({v: 1})),
    "in an object": lambda v: raw(_IN_FIELD["phone"], json.dumps({"number": v})),
    "in a list": lambda v: raw(_IN_FIELD["address"], json.dumps(["a1-s2-h3", [v]])),
    "in a list of its characters": lambda v: raw(_IN_FIELD["imsi"], json.dumps(list(v))),
    "in an unknown field's object": lambda v: raw(_UNKNOWN, json.dumps({"a": {"b": [v]}})),
    "in JSON in a string": lambda v: raw(_UNKNOWN, json.dumps(json.dumps({"phone": v}))),
    "in JSON in a field": lambda v: raw(_IN_FIELD["surname"], json.dumps(json.dumps([v]))),
    "escaped in JSON in a string": lambda v: raw(_UNKNOWN, json.dumps(f'"{escaped(v)}"')),
    "in a payload that is a string": lambda v: raw(_PAYLOAD, json.dumps(json.dumps({"to": v}))),
    "in a retraction": lambda v: raw(_RETRACTED, json.dumps({"phone": v})),
    "behind the event": lambda v: wire(CDR) + json.dumps(v).encode(),
    "in bytes that are no JSON": lambda v: f"number: {v};".encode(),
    "in a marker": lambda v: b'{"marker":1,"last":%b}' % json.dumps(v).encode(),
    "in the other encoding": lambda v: f'"{v}"'.encode("utf-16"),
}
# Spelled with spaces a host is a row of letters; these take the disguises that keep it one.
WORDS = ("none", "full width", "upper case", "lower case", "trailing newline", "space around")
SPELLED = {"in a list of its characters"}


def refused(check: Callable[[bytes], object], data: bytes) -> Rejected | None:
    try:
        check(data)
    except Rejected as refusal:
        return refusal
    return None


def cases(places: dict[str, Callable[[str], bytes]]) -> list[tuple[str, str, str, bytes]]:
    """100,000 of kind, place, disguise and bytes, with every combination among them."""
    draw = random.Random(3)
    found = []
    for n, value in enumerate(v for group in zip(*map(real, REAL), strict=True) for v in group):
        if n == N:
            break
        what = list(REAL)[n % len(REAL)]
        place = draw.choice(list(places))
        numeric = what in NUMERIC
        disguise = draw.choice(list(DISGUISES) if numeric else WORDS)
        if place in SPELLED and not numeric:
            continue
        found.append((what, place, disguise, places[place](DISGUISES[disguise](value))))
    return found


def test_no_event_carries_them_and_rejects_holds_none() -> None:
    passed, kept = set(), set()
    for what, place, disguise, data in cases(PLACES):
        refusal = refused(CODEC.decode, data)
        if refusal is None:
            passed.add((what, place, disguise))
        elif CODEC.reject(refusal, data, "events.phone").original is not None:
            kept.add((what, place, disguise))
    assert passed == set()
    assert kept == set()


REGISTRY: dict[str, Callable[[str], Any]] = {
    **{
        f"as {f}": lambda v, f=f: {"person": 1, "record": {"surname": "Li", f: v}}
        for f in ("id_number", "surname", "given", "birth", "sex", "address", "phone", "mail")
    },
    "as the person": lambda v: {"person": v, "record": None},
    "as the record": lambda v: {"person": 1, "record": v},
    "as an unknown field": lambda v: {"person": 1, "record": {"imsi": v}},
    "as a field's name": lambda v: {"person": 1, "record": {v: "Li"}},
    "in an object": lambda v: {"person": 1, "record": {"phone": {"number": v}}},
    "in a list": lambda v: {"person": 1, "record": {"phone": [v]}},
    "beside the record": lambda v: {"person": 1, "record": None, "note": {"a": [v]}},
    "in JSON in a string": lambda v: {"person": 1, "record": {"given": json.dumps({"a": v})}},
}


def test_no_registry_entry_carries_them_and_rejects_holds_none() -> None:
    entries = {
        place: lambda v, make=make: json.dumps(make(v)).encode() for place, make in REGISTRY.items()
    }
    passed, kept = set(), set()
    for what, place, disguise, data in cases(entries):
        refusal = refused(lambda value: GATE.check("registry", value), data)
        if refusal is None:
            passed.add((what, place, disguise))
        elif b'original":null' not in rejected(CODEC, refusal, data, "registry").value:
            kept.add((what, place, disguise))
    assert passed == set()
    assert kept == set()


def test_a_refusal_says_nothing_of_the_value() -> None:
    for _, _, _, data in cases(PLACES)[:20_000]:
        refusal = refused(CODEC.decode, data)
        assert refusal is not None
        # Its own words hold the version, the length and places in the bytes, never more.
        assert not re.search(r"[0-9]{6}|[@+:]\S", f"{refusal.place} {refusal.detail}")
        assert not any(ord(c) > 127 for c in refusal.detail)


@pytest.mark.parametrize("what", ["phone", "id_number", "imsi"])
def test_the_last_of_two_is_sent_and_the_first_is_gone(what: str) -> None:
    for value in real(what)[:1_000]:
        data = wire(SIM).replace(b'"phone":', f'"{what}": "{value}", "phone":'.encode(), 1)
        try:
            assert value.encode() not in GATE.check("events.phone", data)
        except Rejected as refusal:
            assert refusal.reason == "not_synthetic"


LONG = ("13812345678", "8613812345678", "110101199003070039", "460001234567890")


@pytest.mark.parametrize("field", ["seq", "time", "ingest", "ref", "v"])
@pytest.mark.parametrize("number", LONG)
def test_no_number_of_eleven_digits_is_taken_as_an_integer(field: str, number: str) -> None:
    for written in (
        number,
        f"-{number}",
        f"{number}.0",
        f"{number[0]}.{number[1:]}e{len(number) - 1}",
    ):
        data = raw(wire(CDR, **{field: "MARK"}), written)
        refusal = refused(CODEC.decode, data)
        assert refusal is not None
        assert CODEC.reject(refusal, data, "events.phone").original is None


class Free(msgspec.Struct):
    note: str


class Wide(msgspec.Struct):
    count: int


class Half(msgspec.Struct):
    level: float


class Many(msgspec.Struct):
    levels: list[ids.Sex]


@pytest.mark.parametrize("kind", [Free, Wide, Half, Many])
def test_a_payload_with_an_open_field_is_no_payload(kind: type[msgspec.Struct]) -> None:
    with pytest.raises(TypeError, match=f"field {kind.__struct_fields__[0]} of {kind.__name__}"):
        Codec({"kind": Kind("source", kind, ids.Phone)}, key=b"")
