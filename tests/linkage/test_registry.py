"""The registry and its index are exactly undoable, whatever the order."""

from collections.abc import Callable, Sequence
from random import Random

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.blocking import RULES, BlockingIndex, keys, named_keys
from linkage.normalise import normalise
from linkage.records import Identity, Record
from linkage.registry import Registry

Fill = Callable[[Sequence[Identity]], Registry]


def test_keys_are_stable_across_processes_and_releases() -> None:
    found = named_keys(Record(id_number="09000019850213123X"))
    assert found == {"id": 13835723970844414566, "birth": 8428451938211069192}


def test_each_rule_gives_its_own_key() -> None:
    record = Record(
        id_number="09000019850213123X",
        surname="li",
        given="li",
        birth="1985-02-13",
        sex="M",
        address="a1-s2-h3",
        phone="+999000000001",
        mail="li@example.com",
    )
    assert set(named_keys(record)) == {rule.name for rule in RULES}
    assert len(set(keys(record))) == len(RULES)


def test_swapped_names_and_swapped_dates_meet() -> None:
    one = named_keys(Record(surname="li", given="wei", birth="1985-02-11"))
    two = named_keys(Record(surname="wei", given="li", birth="1985-11-02"))
    assert one["name"] == two["name"]
    assert one["birth"] == two["birth"]


def test_the_birth_date_in_the_id_number_stands_in_for_a_missing_one() -> None:
    told, silent = Record(birth="1985-02-13"), Record(id_number="09000019850213123X")
    assert named_keys(told)["birth"] == named_keys(silent)["birth"]


ENTRIES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 30)), min_size=1, max_size=40, unique=True
)


@given(entries=ENTRIES, gone=st.data(), cap=st.integers(1, 6))
def test_the_index_answers_as_a_plain_dictionary_would(
    entries: list[tuple[int, int]], gone: st.DataObject, cap: int
) -> None:
    index, plain = BlockingIndex(cap), set(entries)
    for key, row in entries:
        index.insert([key], row)
        if gone.draw(st.booleans()):
            index.counts(np.array([key], np.uint64))
    for key, row in gone.draw(st.lists(st.sampled_from(entries), unique=True)):
        index.erase([key], row)
        plain.remove((key, row))
    asked = np.arange(7, dtype=np.uint64)
    position, rows = index.candidates(asked)
    counts = [sum(key == k for key, _ in plain) for k in range(7)]
    assert index.counts(asked).tolist() == counts
    assert index.demoted(asked).tolist() == [count > cap for count in counts]
    assert set(zip(position.tolist(), rows.tolist(), strict=True)) == {
        (key, row) for key, row in plain if counts[key] <= cap
    }


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
    assert set(registry.upsert(Identity(7, old)).tolist()) == set(keys(old))
    assert set(registry.upsert(Identity(7, new)).tolist()) == set(keys(old)) | set(keys(new))
    assert registry.upsert(Identity(7, new)).tolist() == []
    assert registry.get(7) == new
    assert set(registry.erase(7).tolist()) == set(keys(new))
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


def test_get_returns_the_record_as_it_was_given() -> None:
    loud = Record(surname="ZHANG", phone="00999 123456789")
    registry = Registry()
    registry.upsert(Identity(1, loud))
    assert registry.get(1) == loud != normalise(loud)
    assert list(registry.identities()) == [Identity(1, loud)]


@pytest.mark.prove
def test_memory_per_identity(make_town: Callable[[int, int], list[Identity]]) -> None:
    import tracemalloc

    people = make_town(20_000, 3)
    wire = [msgspec.msgpack.encode(identity) for identity in people]
    del people
    tracemalloc.start()
    registry = Registry()
    for data in wire:
        registry.upsert(msgspec.msgpack.decode(data, type=Identity))
    registry.index.entries()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size / len(registry) < 1024
