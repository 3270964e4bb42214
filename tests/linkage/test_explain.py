"""Explanations add up, and say why not."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.changed import what_changed
from linkage.explain import explain
from linkage.explanation import Explanation
from linkage.linker import Linker
from linkage.model import Model
from linkage.records import Identity, Record
from linkage.registry import Registry
from linkage.verdict import Verdict


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
            assert [part.comparison for part in found.parts[:-1]] == [
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
    bars = msgspec.json.decode(found.json())["waterfall"]
    assert bars[0] == {"label": "prior", "start": 0.0, "end": found.prior}
    assert bars[-1]["end"] == pytest.approx(found.weight, abs=1e-9)
    for one, following in pairwise(bars):
        assert following["start"] == one["end"]


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
    assert {key.state for key in found.keys} == {"different", "missing"}
    assert "blocking keys in common: none" in found.text()
    assert found.decision.person == 1


def test_why_not_demoted() -> None:
    linker = small(*[Record(phone="+999000000001")] * 3, cap=2)
    found = explain(linker, [SHARED], 1)
    assert "demoted" in found.verdict
    assert ("phone", "demoted", 3) in [(key.rule, key.state, key.carriers) for key in found.keys]
    assert {key.state for key in found.keys if key.rule != "phone"} == {"missing"}


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


@given(one=st.integers(0, 2_900), other=st.integers(0, 2_900))
@settings(max_examples=30)
def test_what_changed_adds_up(one: int, other: int, linker: Linker, claims) -> None:
    person = claims[one].described
    before, after = (explain(linker, [claims[i].record], person) for i in (one, other))
    changed = what_changed(before, after)
    assert abs(changed.bits - (after.weight - before.weight)) < 1e-9
    assert (changed.bits == 0.0) == (not changed.terms)
    states = {key.rule: key.state for key in before.keys}
    for key in changed.keys:
        assert key.before == states[key.rule] != key.after


def test_what_changed_names_the_key_that_was_demoted() -> None:
    registry = Registry(cap=1)
    registry.upsert(Identity(1, SHARED))
    linker = Linker(Model.default(), registry)
    before = explain(linker, [Record(phone=SHARED.phone)], 1)
    registry.upsert(Identity(2, Record(phone=SHARED.phone)))
    changed = what_changed(before, explain(linker, [Record(phone=SHARED.phone)], 1))
    assert [(k.rule, k.before, k.after) for k in changed.keys] == [("phone", "shared", "demoted")]
    assert changed.terms == ()
    assert changed.text().splitlines()[1:] == ["key phone: shared -> demoted"]
    with pytest.raises(ValueError, match="person 1 and of 2"):
        what_changed(before, explain(linker, [SHARED], 2))


def test_a_verdict_is_the_reason() -> None:
    linker = small(SHARED, SHARED)
    said = Verdict(1, "link", "clerk-17", "2026-01-01T00:00:00Z", "v1")
    assert explain(linker, [SHARED], 1, [said]).verdict == "link by the clerical verdict v1"
    beaten = explain(linker, [SHARED], 0, [said])
    assert beaten.verdict == "link with person 1 by the clerical verdict v1"
