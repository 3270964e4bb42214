"""Explanations add up, and say why not."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.explain import Explanation, explain
from linkage.linker import Linker
from linkage.model import Model
from linkage.records import Identity, Record
from linkage.registry import Registry


@pytest.fixture(scope="module")
def linker(registry: Registry) -> Linker:
    return Linker(Model.default(), registry)


def total(explanation: Explanation) -> float:
    return explanation.prior + sum(part.bits + part.frequency for part in explanation.parts)


@given(start=st.integers(0, 2_900), size=st.integers(1, 4))
@settings(max_examples=40)
def test_the_parts_add_up_to_the_weight_decided_on(
    start: int, size: int, linker: Linker, claims
) -> None:
    group = [claim.record for claim in claims[start : start + size]]
    decision = linker.identify([group])[0]
    for person, margin in ((decision.person, 0.0), (decision.runner_up, decision.margin)):
        if person is not None:
            found = explain(linker, group, person)
            assert abs(total(found) - (decision.weight - margin)) < 1e-9
            assert abs(found.weight - total(found)) < 1e-9
            assert [part.comparison for part in found.parts] == [
                c.label for c in linker.scorer.model.comparisons
            ]
            assert any(key.state == "shared" for key in found.keys)


def test_a_link_is_explained_as_text_and_json(linker: Linker, claims) -> None:
    claim = next(c for c in claims if c.stratum == "missing")
    found = explain(linker, [claim.record], claim.described)
    assert found.verdict.startswith("linked, ")
    text = found.text()
    for part in found.parts:
        assert f"{part.comparison}: {part.meaning}" in text
    assert f"{found.weight:+9.3f}  match weight" in text
    assert msgspec.json.decode(found.json(), type=Explanation) == found


SHARED = Record(surname="li", given="wei", birth="1985-02-13", phone="+999000000001")


def small(*records: Record, cap: int = 50) -> Linker:
    registry = Registry(cap=cap)
    for person, record in enumerate(records):
        registry.upsert(Identity(person, record))
    return Linker(Model.default(), registry)


def test_why_not_no_key_in_common() -> None:
    linker = small(Record(surname="bo", given="bo"), SHARED)
    found = explain(linker, [SHARED], 0)
    assert found.verdict == "not a candidate: no blocking key in common"
    assert found.keys == ()
    assert found.decision.person == 1


def test_why_not_demoted() -> None:
    linker = small(*[Record(phone="+999000000001")] * 3, cap=2)
    found = explain(linker, [SHARED], 1)
    assert "demoted" in found.verdict
    assert [(key.rule, key.state, key.carriers) for key in found.keys] == [("phone", "demoted", 3)]


def test_why_not_beaten() -> None:
    linker = small(msgspec.structs.replace(SHARED, given="fang"), SHARED)
    found = explain(linker, [SHARED], 0)
    assert found.verdict.startswith("beaten by person 1, who weighs ")


def test_why_not_below_the_thresholds() -> None:
    stranger = Record(birth="1985-02-13", surname="wu", given="xi", phone="+999777777777")
    found = explain(small(SHARED), [stranger], 0)
    assert "below the review threshold 0" in found.verdict
    assert found.decision.status == "non-link"


def test_why_not_too_close_to_the_runner_up() -> None:
    found = explain(small(SHARED, SHARED), [SHARED], 0)
    assert found.verdict == "clerical review: only 0.000 bits ahead of person 1, 3 are needed"


def test_what_cannot_be_explained() -> None:
    with pytest.raises(KeyError, match="person 9"):
        explain(small(SHARED), [SHARED], 9)
    with pytest.raises(ValueError, match="at least one registration"):
        explain(small(SHARED), [], 0)
