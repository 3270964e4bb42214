import json
from typing import Any

import msgspec
import pytest

from linkage.privacy.budget.question import Question, QuestionError, parse_question

GOOD: dict[str, Any] = {
    "purpose": "statistics",
    "query": "class_people",
    "sources": ["phone", "bank"],
    "first": -3,
    "last": 4,
    "nano_rho": 7,
    "hours": 2,
}


def test_a_question_is_read_from_fields_and_from_json() -> None:
    found = parse_question(GOOD)
    assert (found.sources, found.first, found.nano_rho) == (("phone", "bank"), -3, 7)
    assert (found.hours, found.side, found.most, found.k) == (2, 1, 1, 10)
    assert parse_question(json.dumps(GOOD)) == found == parse_question(json.dumps(GOOD).encode())
    assert parse_question(msgspec.json.encode(found)) == found


def test_rho_is_rounded_up() -> None:
    def price(rho: object) -> int:
        stated = {field: value for field, value in GOOD.items() if field != "nano_rho"}
        return parse_question({**stated, "rho": rho}).nano_rho

    assert [price(rho) for rho in (0.1, 1, 1e-9, 1e-12, 1.5e-9)] == [10**8, 10**9, 1, 1, 2]
    for wrong in (0, -0.1, float("nan"), float("inf"), True, "0.1", None, 1e300):
        with pytest.raises(QuestionError, match=r"^rho: got .*, needs a finite number above 0"):
            price(wrong)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("purpose", 3, "purpose: got 3, needs a name in quotes"),
        ("purpose", "\ud800", r"purpose: got '\\ud800', needs a name in quotes"),
        ("\udc00", 1, r"\\udc00: unknown field"),
        ("query", None, "query: got None, needs a name"),
        ("sources", [], r"sources: got \[\], needs a list of different names"),
        ("sources", "phone", "sources: got 'phone', needs a list"),
        ("sources", ["phone", "phone"], "sources: got .*different"),
        ("sources", ["phone", "\udfff"], "sources: got .*different"),
        ("sources", ["phone", 3], "sources: got .*different"),
        ("first", 1.5, "first: got 1.5, needs a whole number"),
        ("first", "1", "first: got '1', needs a whole number"),
        ("last", True, "last: got True, needs a whole number"),
        ("nano_rho", -1, "nano_rho: got -1, needs a whole number from 1 to"),
        ("nano_rho", 0, "nano_rho: got 0"),
        ("nano_rho", float("nan"), "nano_rho: got nan"),
        ("nano_rho", 2**60, "nano_rho: got 1152921504606846976"),
        ("most", -2, "most: got -2, needs a whole number from 1"),
        ("hours", 0, "hours: got 0, needs a whole number from 1"),
        ("side", float("inf"), "side: got inf, needs a whole number from 1"),
        ("k", [1] * 99, r"k: got \[1, 1.*\.\.\., needs a whole number"),
        ("rho", 0.1, "rho: nano_rho is stated too; keep one"),
        ("epsilon", 1, "epsilon: unknown field; allowed are purpose, query,"),
    ],
)
def test_a_mistake_is_named(field: str, value: object, words: str) -> None:
    with pytest.raises(QuestionError, match=f"^{words}"):
        parse_question({**GOOD, field: value})


@pytest.mark.parametrize("field", ["purpose", "query", "sources", "first", "last", "nano_rho"])
def test_a_field_that_is_missing_is_named(field: str) -> None:
    with pytest.raises(QuestionError, match=f"^{field}: the field is missing"):
        parse_question({name: value for name, value in GOOD.items() if name != field})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "question: not valid JSON"),
        (b"\xff", "question: not valid JSON"),
        ("[1]", r"question: got \[1\], needs one object"),
        ('{"k": 1, "k": 2}', "k: the field is stated twice"),
        ("[" * 100_000, "question: not valid JSON"),
    ],
)
def test_what_is_no_object_of_json_is_refused(text: str | bytes, words: str) -> None:
    with pytest.raises(QuestionError, match=f"^{words}"):
        parse_question(text)


def test_the_request_of_a_question() -> None:
    one = parse_question(GOOD)
    assert one.request("a") == parse_question(json.dumps(GOOD)).request("a")
    assert one.request("a") != one.request("b")
    others = [msgspec.structs.replace(one, **{f: 9}) for f in ("first", "last", "nano_rho", "most")]
    assert len({q.request("a") for q in [one, *others]}) == 5
    assert isinstance(one, Question)
