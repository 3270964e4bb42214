"""The registry and its index are exactly undoable, whatever the order."""

from collections.abc import Callable, Sequence
from random import Random

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.blocking import BlockingIndex
from linkage.records import FIELDS, Identity, Record
from linkage.registry import Registry

Fill = Callable[[Sequence[Identity]], Registry]


ENCODER = Registry().encoder
RULES = [key.name for key in ENCODER.schema.keys]


def named_keys(record: Record) -> dict[str, int]:
    found = ENCODER.encode([ENCODER.canonical(record)]).keys[0].tolist()
    return {rule: key for rule, key in zip(RULES, found, strict=True) if key}


def keys(record: Record) -> set[int]:
    return set(named_keys(record).values())


def test_keys_are_stable_across_processes_and_releases() -> None:
    found = named_keys(Record(id_number="09000019850213123X"))
    assert found == {"id": 12947085768164943206, "birth": 10214358397300709753}


def test_each_rule_gives_its_own_key() -> None:
    record = Record(
        id_number="09000019850213123X",
        surname="li",
        given="wei",
        birth="1985-02-13",
        sex="M",
        address="a1-s2-h3",
        phone="+999000000001",
        mail="li@example.com",
    )
    assert set(named_keys(record)) == set(RULES)
    assert len(keys(record)) == len(RULES)


def test_swapped_names_and_swapped_dates_meet() -> None:
    one = named_keys(Record(surname="li", given="wei", birth="1985-02-11"))
    two = named_keys(Record(surname="wei", given="li", birth="1985-11-02"))
    assert one["name"] == two["name"]
    assert one["birth"] == two["birth"]


def test_the_birth_date_in_the_id_number_stands_in_for_a_missing_one() -> None:
    told, silent = Record(birth="1985-02-13"), Record(id_number="09000019850213123X")
    assert named_keys(told)["birth"] == named_keys(silent)["birth"]


ENTRIES = st.lists(
    st.tuples(st.integers(1, 6), st.integers(0, 30)), min_size=1, max_size=40, unique=True
)


@given(entries=ENTRIES, gone=st.data(), cap=st.integers(1, 6))
def test_the_index_answers_as_a_plain_dictionary_would(
    entries: list[tuple[int, int]], gone: st.DataObject, cap: int
) -> None:
    index, plain = BlockingIndex(cap), set(entries)

    def change(how, key: int, row: int) -> None:
        how(np.array([[key]], np.uint64), np.array([row], np.int32))
        if gone.draw(st.booleans()):
            index.counts(np.array([key], np.uint64))

    for key, row in entries:
        change(index.insert, key, row)
    for key, row in gone.draw(st.lists(st.sampled_from(entries), unique=True)):
        change(index.erase, key, row)
        plain.remove((key, row))
    for key, row in gone.draw(st.lists(st.sampled_from(entries), unique=True)):
        if (key, row) not in plain:
            change(index.insert, key, row)
            plain.add((key, row))
    asked = np.arange(1, 8, dtype=np.uint64)
    counts = [sum(key == k for key, _ in plain) for k in asked.tolist()]
    assert index.counts(asked).tolist() == counts
    assert index.demoted(asked).tolist() == [count > cap for count in counts]
    found = index.candidates(asked[:, None], np.arange(7))
    pairs = list(zip((found.question + 1).tolist(), found.row.tolist(), strict=True))
    assert pairs == sorted((k, row) for k, row in plain if counts[k - 1] <= cap)
    assert index.owners(asked[:3]).tolist() == sorted({row for k, row in plain if k <= 3})
    entered = zip(*(array.tolist() for array in index.entries()), strict=True)
    assert list(entered) == sorted(plain)


def test_rare_keys_in_common_promise_more() -> None:
    index = BlockingIndex()
    rare, common = 5, 6
    for row, own in enumerate(([rare, common], [common], [common], [7])):
        index.insert(np.array([own], np.uint64), np.array([row], np.int32))
    found = index.candidates(np.array([[rare, common]], np.uint64), np.zeros(1, np.int64))
    assert found.row.tolist() == [0, 1, 2]
    shared = np.log2(4 / 3)
    assert found.gain.tolist() == pytest.approx([2 + shared, shared, shared])


@given(seed=st.integers(0, 999))
def test_order_of_upserts_does_not_matter(
    seed: int, townsfolk: list[Identity], make_registry: Fill
) -> None:
    some = townsfolk[:40]
    mixed = some[:]
    Random(seed).shuffle(mixed)
    assert make_registry(some).state_hash() == make_registry(mixed).state_hash()


@given(
    actions=st.lists(st.tuples(st.booleans(), st.integers(0, 30), st.integers(0, 30)), max_size=30)
)
def test_the_state_is_what_is_in_it_and_nothing_of_its_history(
    actions: list[tuple[bool, int, int]], townsfolk: list[Identity], make_registry: Fill
) -> None:
    live: dict[int, Identity] = {}
    registry = Registry()
    for comes, person, record in actions:
        if comes:
            live[person] = Identity(person, townsfolk[record].record)
            registry.upsert(live[person])
        else:
            live.pop(person, None)
            registry.erase(person)
    assert len(registry) == len(live)
    assert registry.state_hash() == make_registry(list(live.values())).state_hash()


def test_insert_and_erase_leave_no_trace(townsfolk: list[Identity], make_registry: Fill) -> None:
    registry = make_registry(townsfolk[:50])
    before = registry.state_hash()
    registry.upsert(townsfolk[60])
    assert registry.state_hash() != before
    registry.erase(townsfolk[60].person)
    assert registry.state_hash() == before


def test_an_upsert_touches_the_keys_of_both_versions(townsfolk: list[Identity]) -> None:
    old, new = townsfolk[0].record, townsfolk[5].record
    registry = Registry()
    assert set(registry.upsert(Identity(7, old)).tolist()) == keys(old)
    assert set(registry.upsert(Identity(7, new)).tolist()) == keys(old) | keys(new)
    assert registry.upsert(Identity(7, new)).tolist() == []
    assert registry.get(7) == registry.encoder.canonical(new)
    assert set(registry.erase(7).tolist()) == keys(new)
    assert registry.erase(7).tolist() == []
    assert registry.get(7) is None


def test_a_hash_sees_every_field(townsfolk: list[Identity], make_registry: Fill) -> None:
    record = townsfolk[0].record
    hashes = {make_registry([Identity(1, record)]).state_hash()}
    for field in record.__struct_fields__:
        changed = msgspec.structs.replace(record, **{field: None})
        hashes.add(make_registry([Identity(1, changed)]).state_hash())
    hashes.add(make_registry([Identity(2, record)]).state_hash())
    assert len(hashes) == 10


def test_get_returns_canonical_values_in_the_order_of_the_schema() -> None:
    registry = Registry()
    registry.upsert(Identity(1, Record(surname="ZHANG", phone="00999 123456789")))
    expected = {**dict.fromkeys(FIELDS), "surname": "zhang", "phone": "+999123456789"}
    assert registry.get(1) == tuple(expected.values())
    assert list(registry.identities()) == [(1, tuple(expected.values()))]
    assert 1 in registry
    assert 2 not in registry
    assert registry.get(2) is None


def test_changes_of_a_batch_count_in_their_order(townsfolk: list[Identity]) -> None:
    one, two, three = (identity.record for identity in townsfolk[:3])
    registry, plain = Registry(), Registry()
    registry.change([(1, one), (2, two), (1, None), (3, one), (2, three)])
    plain.change([(2, three), (3, one)])
    assert registry.state_hash() == plain.state_hash()
    assert registry.change([(2, three), (9, None)]).tolist() == []


def test_values_may_be_of_any_length_and_letters() -> None:
    registry = Registry()
    records = [Record(mail="ü" * n + "@example.com", surname="é" * n) for n in (1, 30, 3)]
    for person, record in enumerate(records):
        registry.upsert(Identity(person, record))
    for person, record in enumerate(records):
        assert registry.get(person) == registry.encoder.canonical(record)


@pytest.mark.prove
def test_memory_per_identity(make_town: Callable[[int, int], list[Identity]]) -> None:

    people = make_town(20_000, 3)
    registry = Registry()
    registry.change([(identity.person, identity.record) for identity in people])
    assert registry.nbytes() / len(registry) < 350
