"""The gate: what the registry holds is held to the same ranges as events."""

import pytest

from streams.delivery import Delivery
from streams.events import Codec, Rejected
from streams.gate import Gate
from streams.source import kinds_of, load_sources
from streams.synthetic.world import World

GATE = Gate(Codec(kinds_of(load_sources()), key=b"test"))


@pytest.mark.parametrize(
    ("value", "reason", "place"),
    [
        (b'{"person":1}', "missing_field", "$"),
        (b'{"person":"1","record":null}', "wrong_type", "$.person"),
        (b'{"person":-1,"record":null}', "wrong_type", "$.person"),
        (b'{"person":1,"record":{"nickname":"Bo"}}', "unknown_field", "$.record"),
        (b'{"person":1,"record":{"opened":"5"}}', "wrong_type", "$.record.opened"),
        (b'{"person":1,"record":{"phone":"+491711234567"}}', "not_synthetic", "$.record.phone"),
        (b'{"person":1,"record":{"mail":"bo@real.org"}}', "not_synthetic", "$.record.mail"),
        (b'{"marker":3,"last":false}', "unknown_field", "$"),
        (b"{", "undecodable", "$"),
        (b"\xff", "undecodable", "$"),
        (b'{"person":1,"record":"' + b"x" * 70_000 + b'"}', "too_large", "$"),
    ],
)
def test_what_is_no_synthetic_registry_entry_is_refused_with_its_place(
    value: bytes, reason: str, place: str
) -> None:
    with pytest.raises(Rejected) as caught:
        GATE.check("registry", value)
    assert (caught.value.reason, caught.value.place) == (reason, place)


@pytest.mark.parametrize("number", ["+491711234567", "11010519491231002X"])
def test_a_refusal_repeats_no_value(number: str) -> None:
    value = f'{{"person":1,"record":{{"phone":"{number}"}}}}'.encode()
    with pytest.raises(Rejected) as caught:
        GATE.check("registry", value)
    assert number not in str(caught.value)


@pytest.mark.parametrize(
    "record", [b"null", b"{}", b'{"phone":null}', b'{"phone":"+999000000001","surname":"Bo"}']
)
def test_synthetic_entries_and_erasures_pass(record: bytes) -> None:
    GATE.check("registry", b'{"person":1,"record":' + record + b"}")


def test_a_field_that_comes_twice_is_sent_as_it_was_checked() -> None:
    items = World(20, 1, 7, load_sources()).deliveries()
    event = next(d for d in items if isinstance(d, Delivery) and d.topic.startswith("events"))
    twice = event.value.replace(b'"subject":', b'"subject":"+8613800138000","subject":', 1)
    assert twice != event.value
    assert GATE.check(event.topic, twice) == event.value
