"""Verdicts go before the rule, as a set: order and repetition of them change nothing."""

from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.decision import NOBODY, Decision, Thresholds, decide
from linkage.linker import Linker
from linkage.model import Model
from linkage.records import Identity, Record
from linkage.registry import Registry
from linkage.verdict import Answer, Verdict, in_force

RULE = Thresholds(link=7, review=0, margin=3)
CANDIDATES = [(4, 12.0), (5, 10.5), (6, 1.0)]


def said(person: int, answer: Answer, minute: int, ident: str = "") -> Verdict:
    return Verdict(person, answer, "clerk-17", f"10:{minute:02}", ident or f"{answer}{person}")


BY_HAND = [
    ([], Decision("review", 4, 12.0, 5, 1.5)),
    ([said(4, "link", 1)], Decision("link", 4, 12.0, 5, 1.5, ("link4",))),
    ([said(6, "link", 1)], Decision("link", 6, 1.0, 4, -11.0, ("link6",))),
    ([said(9, "link", 1)], Decision("review", 4, 12.0, 5, 1.5)),
    ([said(4, "non-link", 1)], Decision("link", 5, 10.5, 6, 9.5, ("non-link4",))),
    ([said(5, "non-link", 1)], Decision("link", 4, 12.0, 6, 11.0, ("non-link5",))),
    ([said(9, "non-link", 1)], Decision("review", 4, 12.0, 5, 1.5)),
    (
        [said(n, "non-link", n) for n in (4, 5, 6)],
        msgspec.structs.replace(NOBODY, verdicts=("non-link4", "non-link5", "non-link6")),
    ),
    (
        [said(4, "non-link", 1), said(5, "non-link", 2)],
        Decision("review", 6, 1.0, None, 1.0, ("non-link4", "non-link5")),
    ),
    # The newest on a person counts, the newest link of several, and an undo withdraws.
    (
        [said(4, "link", 1), said(4, "non-link", 2)],
        Decision("link", 5, 10.5, 6, 9.5, ("non-link4",)),
    ),
    ([said(4, "link", 2), said(5, "link", 1)], Decision("link", 4, 12.0, 5, 1.5, ("link4",))),
    ([said(4, "link", 1), said(5, "link", 2)], Decision("link", 5, 10.5, 4, -1.5, ("link5",))),
    ([said(4, "link", 1), said(9, "link", 2)], Decision("link", 4, 12.0, 5, 1.5, ("link4",))),
    ([said(4, "link", 1), said(4, "undo", 2)], Decision("review", 4, 12.0, 5, 1.5)),
    ([said(4, "link", 3), said(4, "undo", 2)], Decision("link", 4, 12.0, 5, 1.5, ("link4",))),
    ([said(4, "link", 1, "a"), said(4, "undo", 1, "b")], Decision("review", 4, 12.0, 5, 1.5)),
    ([said(4, "link", 1, "b"), said(4, "undo", 1, "a")], Decision("link", 4, 12.0, 5, 1.5, ("b",))),
    (
        [said(5, "link", 1), said(4, "non-link", 2)],
        Decision("link", 5, 10.5, 6, 9.5, ("link5",)),
    ),
]


@pytest.mark.parametrize(("verdicts", "expected"), BY_HAND)
def test_decisions_with_verdicts_by_hand(verdicts: list[Verdict], expected: Decision) -> None:
    assert decide(RULE, CANDIDATES, verdicts) == expected
    assert decide(RULE, CANDIDATES, verdicts[::-1]) == expected


def test_without_candidates_nobody_is_decided_whatever_was_said() -> None:
    assert decide(RULE, [], [said(4, "link", 1), said(5, "non-link", 2)]) == NOBODY


verdicts = st.lists(
    st.builds(
        said,
        st.integers(1, 5),
        st.sampled_from(["link", "non-link", "undo"]),
        st.integers(0, 3),
        st.sampled_from(["a", "b", "c", "d"]),
    ),
    unique_by=lambda v: (v.time, v.id),
)
weights = st.dictionaries(st.integers(1, 5), st.floats(-20, 30), max_size=5)


@given(verdicts, weights, st.randoms(use_true_random=False))
def test_order_and_repetition_of_verdicts_change_nothing(
    some: list[Verdict], weight: dict[int, float], rng: Random
) -> None:
    ranked = sorted(weight.items(), key=lambda one: (-one[1], one[0]))
    mixed = [*some, *some[:2]]
    rng.shuffle(mixed)
    assert in_force(mixed) == in_force(some)
    decision = decide(RULE, ranked, some)
    assert decide(RULE, ranked, mixed) == decision
    links = [v.person for v in in_force(some) if v.answer == "link" and v.person in weight]
    others = {v.person for v in in_force(some) if v.answer == "non-link"}
    if links:
        assert (decision.status, decision.person) == ("link", links[0])
    else:
        left = [one for one in ranked if one[0] not in others]
        plain = decide(RULE, left)
        assert msgspec.structs.replace(decision, verdicts=()) == plain


PEOPLE = [
    Record(surname="wang", given="fang", birth="1980-03-04", phone="+999000000001"),
    Record(surname="ouyang", given="xiuying", birth="1966-01-17", phone="+999000000002"),
]


def two_people(thresholds: Thresholds = RULE, model: Model | None = None) -> Linker:
    registry = Registry()
    for person, record in enumerate(PEOPLE):
        registry.upsert(Identity(person, record))
    return Linker(model or Model.default(), registry, thresholds)


def test_a_verdict_links_somebody_whom_no_key_brings_up_with_the_models_weight() -> None:
    linker = two_people()
    plain, forced = linker.identify([[PEOPLE[0]]] * 2, [[], [said(1, "link", 0)]])
    assert (plain.person, plain.runner_up, plain.verdicts) == (0, None, ())
    assert (forced.status, forced.person, forced.runner_up) == ("link", 1, 0)
    assert forced.verdicts == ("link1",)
    # The weight is what the model says of that pair: next to no agreement.
    assert forced.weight < -10 < 0 < plain.weight
    assert forced.margin == pytest.approx(forced.weight - plain.weight)


def test_a_link_falls_back_when_its_person_is_erased_and_returns_with_them() -> None:
    linker, group, verdict = two_people(), [[PEOPLE[0]]], [[said(1, "link", 0)]]
    plain, forced = linker.identify(group), linker.identify(group, verdict)
    linker.registry.erase(1)
    assert linker.identify(group, verdict) == plain
    linker.registry.upsert(Identity(1, PEOPLE[1]))
    assert linker.identify(group, verdict) == forced


def test_a_verdict_on_a_group_without_records_does_nothing() -> None:
    assert two_people().identify([[]], [[said(1, "link", 0)]]) == [NOBODY]


def test_a_verdict_survives_another_model_and_other_thresholds() -> None:
    unlike = msgspec.structs.replace(Model.default(), prior=1e-12)
    assert unlike.version != Model.default().version
    high = Thresholds(link=90, review=80, margin=5)
    said_of = [[said(1, "link", 0)], [said(0, "non-link", 0)]]
    for linker in (two_people(), two_people(model=unlike), two_people(high, unlike)):
        link, other = linker.identify([[PEOPLE[0]]] * 2, said_of)
        assert (link.status, link.person) == ("link", 1)
        assert other.person is None
