"""Decisions depend on model, registry and group alone: never on order, batch or history."""

from collections.abc import Callable, Sequence
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.decision import Decision
from linkage.linker import Linker
from linkage.model import Model
from linkage.quality import by_stratum, quality, sole_owners
from linkage.records import Identity, Record
from linkage.registry import Registry

Fill = Callable[[Sequence[Identity]], Registry]


@pytest.fixture(scope="module")
def linker(registry: Registry) -> Linker:
    return Linker(Model.default(), registry)


def groups_of(claims, seed: int, n: int) -> list[list[Record]]:
    rng = Random(seed)
    return [[rng.choice(claims).record for _ in range(rng.randint(0, 3))] for _ in range(n)]


@given(seed=st.integers(0, 10**6))
@settings(max_examples=20)
def test_groups_and_their_records_may_come_in_any_order(seed: int, linker: Linker, claims) -> None:
    groups = groups_of(claims, seed, 12)
    rng, order = Random(seed), list(range(len(groups)))
    rng.shuffle(order)
    mixed = [rng.sample(groups[i], len(groups[i])) for i in order]
    expected = linker.identify(groups)
    assert linker.identify(mixed) == [expected[i] for i in order]


@given(seed=st.integers(0, 10**6))
@settings(max_examples=20)
def test_a_batch_decides_as_each_group_alone(seed: int, linker: Linker, claims) -> None:
    groups = groups_of(claims, seed, 8)
    assert linker.identify(groups) == [linker.identify([group])[0] for group in groups]


@given(seed=st.integers(0, 10**6))
@settings(max_examples=15)
def test_upserts_may_come_in_any_order_and_be_undone(
    seed: int, townsfolk: list[Identity], claims, make_registry: Fill
) -> None:
    rng, some = Random(seed), townsfolk[:80]
    mixed, strangers = rng.sample(some, len(some)), townsfolk[80:90]
    registry = make_registry([*strangers, *mixed])
    for stranger in strangers:
        registry.erase(stranger.person)
    groups = [[claim.record] for claim in claims[:160]]
    plain = Linker(Model.default(), make_registry(some))
    assert Linker(Model.default(), registry).identify(groups) == plain.identify(groups)


def test_repeating_a_registration_changes_nothing(linker: Linker, claims) -> None:
    for claim in claims[:50]:
        once, often = linker.identify([[claim.record], [claim.record] * 3])
        assert once == often


def test_the_best_registration_of_a_group_counts(linker: Linker, claims) -> None:
    full, poor = claims[0].record, Record(surname=claims[0].record.surname)
    alone, together = linker.identify([[full], [poor, full]])
    assert together.person == alone.person == claims[0].described
    assert together.weight == alone.weight


def test_ties_go_to_the_lower_number(townsfolk: list[Identity]) -> None:
    twin = townsfolk[0].record
    for order in ([8, 3], [3, 8]):
        registry = Registry()
        for person in order:
            registry.upsert(Identity(person, twin))
        decision = Linker(Model.default(), registry).identify([[twin]])[0]
        assert (decision.person, decision.runner_up) == (3, 8)
        assert (decision.status, decision.margin) == ("review", 0.0)


def test_only_touched_keys_can_change_a_decision(
    townsfolk: list[Identity], claims, make_registry: Fill
) -> None:
    registry = make_registry(townsfolk[:300])
    linker = Linker(Model.default(), registry)
    groups = [[claim.record] for claim in claims[:640]]
    before = linker.identify(groups)
    touched = set(registry.upsert(townsfolk[310]).tolist())
    touched |= set(registry.erase(townsfolk[10].person).tolist())
    moved = msgspec.structs.replace(townsfolk[20].record, phone="+999000000000", address=None)
    touched |= set(registry.upsert(Identity(townsfolk[20].person, moved)).tolist())
    after = linker.identify(groups)
    changed = [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    assert changed
    for i in changed:
        assert touched & set(linker.keys(groups[i]).tolist())


def test_a_key_that_becomes_hot_and_cools_down_gives_the_old_decision() -> None:
    shared = Record(phone="+999000000001")
    registry = Registry(cap=2)
    linker = Linker(Model.default(), registry)
    people: list[int | None] = []
    for person in (1, 2, 3):
        registry.upsert(Identity(person, shared))
        people.append(linker.identify([[shared]])[0].person)
    assert people == [1, 1, None]
    assert len(linker.keys([shared])) == 1
    registry.erase(2)
    assert linker.identify([[shared]])[0].person == 1


def test_nothing_to_go_by(linker: Linker) -> None:
    nobody = Decision("non-link", None, 0.0, None, 0.0)
    assert linker.identify([]) == []
    assert linker.identify([[], [Record()]]) == [nobody, nobody]
    assert linker.keys([]).tolist() == linker.keys([Record()]).tolist() == []


def test_people_who_are_not_in_the_registry_are_not_linked_to_their_relatives(
    townsfolk: list[Identity], claims, make_registry: Fill
) -> None:
    known = [identity for identity in townsfolk if identity.person % 4]
    linker = Linker(Model.default(), make_registry(known))
    strangers = [claim for claim in claims if claim.described % 4 == 0]
    decisions = linker.identify([[claim.record] for claim in strangers])
    wrong = [
        d
        for d, c in zip(decisions, strangers, strict=True)
        if d.status == "link" and c.stratum != "borrowed"
    ]
    assert len(strangers) > 500
    assert len(wrong) <= len(strangers) * 0.01


def test_quality_on_the_small_town(linker: Linker, townsfolk, claims) -> None:
    decisions = linker.identify([[claim.record] for claim in claims])
    described = {i: claim.described for i, claim in enumerate(claims)}
    linked = {i: d.person if d.status == "link" else None for i, d in enumerate(decisions)}
    found = quality(described, linked)
    assert found.precision >= 0.995
    assert found.recall >= 0.95
    strata = by_stratum(described, linked, {i: c.stratum for i, c in enumerate(claims)})
    assert set(strata) == {"borrowed", "claimed", "missing", "mistyped"}
    assert sum(q.correct for q in strata.values()) == found.correct
    assert min(q.recall for q in strata.values()) >= 0.9
    owners = [(identity.record.id_number, identity.person) for identity in townsfolk]
    base = sole_owners(owners, [[claim.record.id_number] for claim in claims])
    claimed = quality(described, dict(enumerate(base)))
    assert claimed.recall < 0.9 < found.recall
