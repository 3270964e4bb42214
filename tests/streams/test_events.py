"""The codec and the gate: what is no event, or could be real, is refused with reason and place."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.events import (
    HOUR,
    MAX_BYTES,
    Codec,
    Event,
    Marker,
    Registration,
    Rejected,
    encode_marker,
)
from streams.source import kinds_of, load_sources
from streams.synthetic import identifiers as ids

CODEC = Codec(kinds_of(load_sources()), key=b"key")
PHONE = ids.make_phone(1)
RANDOM = random.Random(5)

CDR: dict[str, Any] = {
    "v": 1,
    "kind": "cdr",
    "id": ids.make_delivery(7),
    "source": "phone",
    "subject": PHONE,
    "seq": 3,
    "time": 5 * HOUR,
    "ingest": 5 * HOUR + 900,
    "payload": {"cell": ids.make_cell(1, 12), "seconds": 60},
}
SIM: dict[str, Any] = {
    **CDR,
    "kind": "sim_registered",
    "payload": {
        "opened": 1000,
        "id_number": ids.make_id_number(1, 19900101, 5),
        "surname": "Li",
        "given": "Wei",
        "birth": "1990-01-01",
        "sex": "M",
        "address": "a1-s2-h3",
        "phone": PHONE,
        "mail": "li.wei90@example.com",
        "imsi": ids.make_imsi(1),
        "imei": ids.make_imei(1),
    },
}


def wire(event: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps({**event, **changes}, ensure_ascii=False).encode()


def refused(data: bytes) -> Rejected:
    with pytest.raises(Rejected) as caught:
        CODEC.decode(data)
    return caught.value


def with_payload(**changes: Any) -> bytes:
    return wire(SIM, payload={**SIM["payload"], **changes})


def test_an_event_comes_back_as_it_was() -> None:
    event = CODEC.decode(wire(SIM))
    assert isinstance(event, Event)
    assert isinstance(event.payload, Registration)
    assert event.block == 5
    assert event.payload.record().given == "Wei"
    assert CODEC.decode(CODEC.encode(event)) == event


def test_a_retraction_has_no_payload_and_a_correction_one() -> None:
    gone = CODEC.decode(wire(CDR, op="retract", ref=1, payload=None))
    assert isinstance(gone, Event)
    assert (gone.payload, gone.ref) == (None, 1)
    assert refused(wire(CDR, op="retract", ref=1)).place == "$.payload"
    assert refused(wire(CDR, op="correct", ref=1, payload=None)).reason == "missing_field"
    assert refused(wire(CDR, op="correct")).place == "$.ref"
    assert refused(wire(CDR, ref=1)).place == "$.ref"


def test_markers_come_back() -> None:
    assert CODEC.decode(encode_marker(Marker(marker=4, last=True))) == Marker(marker=4, last=True)
    assert CODEC.decode(encode_marker(Marker(marker=-1))) == Marker(marker=-1)
    assert refused(b'{"marker":1,"more":2}').reason == "unknown_field"
    assert refused(b'{"marker":13812345678}').reason == "wrong_type"


BROKEN = {
    "unknown version": (wire(CDR, v=2), "unknown_version", "$.v"),
    "a later version with other fields": (wire(CDR, v=2, tint=1), "unknown_version", "$.v"),
    "no version": (json.dumps({"kind": "cdr"}).encode(), "missing_field", "$"),
    "unknown kind": (wire(CDR, kind="bribe"), "unknown_kind", "$.kind"),
    "another source's kind": (wire(CDR, source="bank"), "unknown_kind", "$.kind"),
    "unknown field": (wire(CDR, tint="red"), "unknown_field", "$"),
    "missing payload field": (wire(CDR, payload={"seconds": 1}), "missing_field", "$.payload"),
    "unknown payload field": (with_payload(tint="red"), "unknown_field", "$.payload"),
    "wrong type": (wire(CDR, seq="3"), "wrong_type", "$.seq"),
    "wrong payload type": (with_payload(surname=7), "wrong_type", "$.payload.surname"),
    "negative time": (wire(CDR, time=-1), "wrong_type", "$.time"),
    "unknown operation": (wire(CDR, op="forget"), "wrong_type", "$.op"),
    "a list": (b"[1]", "wrong_type", "$"),
    "nothing": (b"", "undecodable", "$"),
    "no JSON": (b"hello", "undecodable", "$"),
    "non-UTF-8": (wire(CDR).replace(b"Li", b"\xff\xfe") + b"\xff", "undecodable", "$"),
    "non-UTF-8 inside": (wire(SIM).replace(b"Wei", b"\xff\xfe"), "undecodable", "$"),
    "truncated": (wire(CDR)[:-5], "undecodable", "$"),
    "deep nesting": (b'{"payload":' + b"[" * 60_000, "undecodable", "$"),
    "deep nesting after an error": (
        b'{"seq":"x","v":1,"payload":' + b"[" * 60_000,
        "wrong_type",
        "$.seq",
    ),
    "10 MB": (b"x" * 10_000_000, "too_large", "$"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_event_is_refused_with_reason_and_place(what: str) -> None:
    data, reason, place = BROKEN[what]
    refusal = refused(data)
    assert (refusal.reason, refusal.place) == (reason, place)
    reject = CODEC.reject(refusal, data, "events.phone")
    assert (reject.reason, reject.place) == (reason, place)
    assert reject.length == len(data)
    assert reject.original == data[:MAX_BYTES]


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)


REAL = {
    "id_number": "110101199003070039",
    "phone": "+8613812345678",
    "mail": "wang@qq.com",
    "address": "12 Chang'an Avenue",
    "surname": "王",
    "imsi": "460001234567890",
}


@pytest.mark.parametrize("field", REAL)
def test_the_real_thing_is_refused_and_not_kept(field: str) -> None:
    data = with_payload(**{field: REAL[field]})
    refusal = refused(data)
    assert (refusal.reason, refusal.place) == ("not_synthetic", f"$.payload.{field}")
    reject = CODEC.reject(refusal, data, "events.phone")
    assert reject.original is None
    assert REAL[field] not in str(reject)


DISGUISES = {
    "trailing newline": lambda t: t + "\n",
    "leading space": lambda t: " " + t,
    "spaces": " ".join,
    "dashes": "-".join,
    "full-width digits": full_width,
    "trailing text": lambda t: t + "0",
    "zero width": lambda t: t[:8] + "\u200b" + t[8:],
}


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("field", ["id_number", "phone", "imsi"])
def test_even_a_synthetic_identifier_is_refused_in_disguise(field: str, disguise: str) -> None:
    value = DISGUISES[disguise](SIM["payload"][field])
    assert refused(with_payload(**{field: value})).reason == "not_synthetic"


@pytest.mark.parametrize(
    "subject", ["+8613812345678", PHONE + "\n", full_width(PHONE), "n-0123456789"]
)
def test_a_subject_of_another_range_is_refused(subject: str) -> None:
    refusal = refused(wire(CDR, subject=subject))
    assert (refusal.reason, refusal.place) == ("not_synthetic", "$.subject")


SMUGGLED = {
    "as seq": wire(CDR, seq=13812345678),
    "as version": wire(CDR, v=13812345678),
    "as time": wire(CDR, time=6222021234567890123),
    "as an operation": wire(CDR, op="13812345678"),
    "as a kind": wire(CDR, kind="13812345678"),
    "as a source": wire(CDR, source="13812345678"),
    "as a field name": wire(CDR, **{"13812345678": 1}),
    "in an unknown field": wire(CDR, note="call 138-1234-5678"),
    "with slashes": wire(CDR, note="1/3/8/1/2/3/4/5/6/7/8"),
    "in a list": wire(CDR, note=[1, 3, 8, 1, 2, 3, 4, 5, 6, 7, 8]),
    "escaped": wire(CDR)[:-1] + b', "note": "\\u0031\\u0033\\u0038\\u0031\\u0032\\u0033\\u0034"}',
    "full width": wire(CDR, note=full_width("13812345678")),
    "circled": wire(CDR, note="①③⑧①②③④⑤⑥⑦⑧"),
    "around a safe one": wire(CDR, note="62" + SIM["payload"]["imsi"] + "77"),
    "a retraction's payload": wire(CDR, op="retract", ref=1, payload={"phone": "13812345678"}),
    "a mail address": wire(CDR, note="wang@qq.com"),
    "an address": wire(CDR, note="8.8.8.8"),
    "a name": wire(CDR, note="王小明"),
    "no JSON": b"13812345678",
    "a marker": b'{"marker":1,"note":"13812345678"}',
}


@pytest.mark.parametrize("how", SMUGGLED)
def test_what_could_be_real_is_never_kept(how: str) -> None:
    data = SMUGGLED[how]
    refusal = refused(data)
    assert "13812345678" not in f"{refusal}{refusal.place}"
    reject = CODEC.reject(refusal, data, "events.phone")
    assert reject.reason == "not_synthetic"
    assert reject.original is None
    assert "13812345678" not in str(reject)


def test_the_digest_of_what_is_withheld_needs_the_key() -> None:
    data = SMUGGLED["as seq"]
    other = Codec(kinds_of(load_sources()), key=b"another")
    digests = {codec.reject(refused(data), data, "t").digest for codec in (CODEC, other)}
    assert len(digests) == 2
    kept = BROKEN["unknown field"][0]
    digests = {codec.reject(refused(kept), kept, "t").digest for codec in (CODEC, other)}
    assert len(digests) == 1


@given(st.binary(max_size=400))
def test_any_bytes_are_an_event_or_refused(data: bytes) -> None:
    try:
        CODEC.decode(data)
    except Rejected as refusal:
        assert CODEC.reject(refusal, data, "events.phone").place.startswith("$")


@given(st.integers(0, len(wire(SIM)) - 1), st.binary(max_size=3))
def test_any_damage_is_an_event_or_refused(at: int, damage: bytes) -> None:
    data = wire(SIM)
    data = data[:at] + damage + data[at + len(damage) :]
    try:
        CODEC.decode(data)
    except Rejected as refusal:
        assert CODEC.reject(refusal, data, "events.phone").length == len(data)


def test_all_synthetic_bytes_can_be_kept() -> None:
    for n in range(300):
        data = with_payload(
            imsi=ids.make_imsi(n),
            imei=ids.make_imei(n),
            phone=ids.make_phone(n),
            birth="1988-11-23",
            tint="red",
        )
        assert CODEC.reject(refused(data), data, "events.phone").original == data
