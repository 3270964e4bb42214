"""Differences between two models: kinds by hand, and reasons that a planted change must have."""

import msgspec
import pytest

from linkage.decision import Decision, Thresholds
from linkage.dependence import Dependence
from linkage.explain import explain
from linkage.explanation import Part
from linkage.linker import Linker
from linkage.model import LevelModel, Model
from linkage.records import Identity, Record
from linkage.registry import Registry
from linkage.schema import Key
from linkage.shadow import Difference, difference, kind_of
from linkage.verdict import Verdict

replace = msgspec.structs.replace
# Each comparison by itself, so that a planted change is a change of one term.
MODEL = replace(Model.default(), dependence=Dependence())
LI = Record(surname="wei", given="lan", birth="1980-03-04", sex="F", address="a1-s1-h1")
TWIN = replace(LI, given="lin", address="a1-s1-h9")
OTHER = Record(surname="duan", given="bo", birth="1971-01-02", sex="M", address="a5-s1-h1")
# Whoever it is, it is one of the first two.
ASKED = replace(LI, address=None, sex=None)


def lowered(model: Model, bits: float) -> Model:
    return replace(model, prior=model.prior / 2**bits)


def weaker(model: Model, of: Part, bits: float) -> Model:
    """The model, with the level of a part saying less."""

    def less(one: LevelModel) -> LevelModel:
        return replace(one, m=one.m / 2**bits) if one.name == of.level else one

    comparisons = tuple(
        replace(c, levels=tuple(map(less, c.levels))) if c.label == of.comparison else c
        for c in model.comparisons
    )
    return replace(model, comparisons=comparisons)


def name_part(over: Linker, asked: Record) -> Part:
    (part,) = (p for p in explain(over, [asked], 0).parts if p.comparison.startswith("name"))
    return part


def linker(model: Model, *people: Record, limits: Thresholds | None = None) -> Linker:
    registry = Registry(model.schema)
    for number, record in enumerate(people):
        registry.upsert(Identity(number, record))
    return Linker(model, registry, limits)


def told(old: Linker, new: Linker, asked: Record, *said: Verdict) -> Difference | None:
    before, after = (one.identify([[asked]], [said])[0] for one in (old, new))
    return difference((old, new), [asked], said, (before, after))


def decision(status: str, person: int | None) -> Decision:
    return Decision(status, person, 1.0, None, 1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (("non-link", 1), ("non-link", 2), None),
        (("non-link", 1), ("non-link", None), None),
        (("non-link", 1), ("review", 1), "into review"),
        (("non-link", 1), ("link", 2), "gained"),
        (("review", 1), ("non-link", 1), "out of review"),
        (("review", 1), ("review", 1), None),
        (("review", 1), ("review", 2), "review moved"),
        (("review", 1), ("link", 2), "gained from review"),
        (("link", 1), ("non-link", None), "lost"),
        (("link", 1), ("review", 2), "lost to review"),
        (("link", 1), ("link", 1), None),
        (("link", 1), ("link", 2), "moved"),
    ],
)
def test_kinds_by_hand(
    before: tuple[str, int | None], after: tuple[str, int | None], kind: str | None
) -> None:
    assert kind_of(decision(*before), decision(*after)) == kind


def test_a_lower_prior_loses_a_link_by_the_prior() -> None:
    old = linker(MODEL, LI, OTHER)
    weight = old.identify([[LI]])[0].weight
    new = linker(lowered(MODEL, weight + 5), LI, OTHER)
    found = told(old, new, LI)
    assert found is not None
    assert (found.kind, found.reason, found.person) == ("lost", "prior", 0)
    assert found.weights == pytest.approx((weight, new.identify([[LI]])[0].weight))
    back = told(new, old, LI)
    assert back is not None
    assert (back.kind, back.reason, back.weights) == ("gained", "prior", found.weights[::-1])


def test_a_comparison_that_says_less_is_named_though_the_prior_rises() -> None:
    weight = linker(MODEL, LI, OTHER).identify([[LI]])[0].weight
    limits = Thresholds(link=weight - 1, review=0)
    old = linker(MODEL, LI, OTHER, limits=limits)
    part = name_part(old, LI)
    new = linker(lowered(weaker(MODEL, part, 4), -1), LI, OTHER, limits=limits)
    found = told(old, new, LI)
    assert found is not None
    assert (found.kind, found.reason) == ("lost to review", part.comparison)
    assert found.weights[0] - found.weights[1] == pytest.approx(3, abs=0.01)


def test_a_link_whose_lead_is_too_short_is_told_by_its_rival() -> None:
    """The weight is enough under both models; under the second the twin comes too near."""
    limits = Thresholds(link=0, review=-20, margin=0)
    lead = linker(MODEL, LI, TWIN, limits=limits).identify([[ASKED]])[0]
    assert (lead.status, lead.person, lead.runner_up) == ("link", 0, 1)
    limits = replace(limits, margin=lead.margin - 1)
    old = linker(MODEL, LI, TWIN, limits=limits)
    part = name_part(old, ASKED)
    new = linker(weaker(MODEL, part, 2), LI, TWIN, limits=limits)
    found = told(old, new, ASKED)
    assert found is not None
    assert (found.kind, found.reason) == ("lost to review", f"rival: {part.comparison}")
    back = told(new, old, ASKED)
    assert back is not None
    assert (back.kind, back.reason) == ("gained from review", f"rival: {part.comparison}")


def test_who_moves_is_told_by_what_sets_the_two_apart() -> None:
    limits = Thresholds(link=-20, review=-20, margin=0)
    old = linker(MODEL, LI, TWIN, limits=limits)
    lead = old.identify([[ASKED]])[0].margin
    part = name_part(old, ASKED)
    new = linker(weaker(MODEL, part, lead + 1), LI, TWIN, limits=limits)
    found = told(old, new, ASKED)
    assert found is not None
    assert (found.kind, found.person) == ("moved", 1)
    assert found.reason == f"rival: {part.comparison}"


def test_a_key_that_is_gone_is_the_reason() -> None:
    blind = replace(MODEL, schema=replace(MODEL.schema, keys=(Key("phone", ("phone",)),)))
    found = told(linker(MODEL, LI, OTHER), linker(blind, LI, OTHER), LI)
    assert found is not None and found.kind == "lost"
    shared = [
        k.rule for k in explain(linker(MODEL, LI, OTHER), [LI], 0).keys if k.state == "shared"
    ]
    assert found.reason == f"key: {', '.join(shared)}"


def test_a_verdict_leaves_nothing_to_change() -> None:
    said = Verdict(0, "link", "clerk-1", "10:00", "a")
    old, new = linker(MODEL, LI, OTHER), linker(lowered(MODEL, 60), LI, OTHER)
    assert told(old, new, LI) is not None
    assert told(old, new, LI, said) is None


def test_who_has_left_the_registry_is_told_as_such() -> None:
    pair = linker(MODEL, OTHER), linker(lowered(MODEL, 60), OTHER)
    decisions = decision("link", 5), decision("non-link", 5)
    found = difference(pair, [LI], (), decisions)
    assert found is not None
    assert (found.kind, found.reason) == ("lost", "not in the registry any more")
