"""What survives the replacement of each kind of thing, and what does not."""

from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, Levenshtein

from streams.importing.faults import FrameError
from streams.importing.keyed import cycle, digest, one_to_one
from streams.importing.replacements import (
    SEPARATOR,
    address_parts,
    addresses,
    birth_days,
    birth_parts,
    id_numbers,
    mails,
    name_letters,
    name_words,
    phones,
)

names = st.text("abcdefghijklmnopqrstuvwxyz ", min_size=1, max_size=12)
births = st.builds(
    "{}-{:02d}-{:02d}".format, st.integers(1900, 2099), st.integers(1, 12), st.integers(1, 31)
)
keys = st.binary(min_size=1, max_size=32)
WHOLE = [name_words, phones, mails, id_numbers, addresses]


@given(keys, names, names)
def test_permuted_letters_keep_every_distance(key: bytes, a: str, b: str) -> None:
    of = name_letters(key, {a, b}).of
    x, y = of[a].lower(), of[b].lower()
    assert OSA.distance(x, y) == OSA.distance(a, b)
    assert [c == " " for c in x] == [c == " " for c in a]
    assert all(c == " " or c != d for c, d in zip(a, x, strict=True))


def test_words_keep_no_distance() -> None:
    people = ["smith", "smyth", "smithe"]
    of = name_words(b"k", people).of
    assert all(Levenshtein.distance(of[a], of[b]) > 4 for a, b in combinations(people, 2))


@given(keys, births, births)
def test_births_in_parts_keep_what_dates_have_in_common(key: bytes, a: str, b: str) -> None:
    of = birth_parts(key, {a, b}).of
    x, y = of[a], of[b]
    for part in (slice(0, 2), slice(2, 3), slice(3, 4), slice(5, 7), slice(8, 10)):
        assert (a[part] == b[part]) == (x[part] == y[part])
    swapped = f"{a[:4]}-{a[8:]}-{a[5:7]}"
    if int(a[8:]) <= 12:
        turned = birth_parts(key, {swapped}).of[swapped]
        assert turned == f"{x[:4]}-{x[8:]}-{x[5:7]}"


@settings(max_examples=5)
@given(keys, births, births)
def test_whole_births_are_another_date_each(key: bytes, a: str, b: str) -> None:
    assume(a != b)
    of = birth_days(key, {a, b}).of
    assert a != of[a] != of[b] != b
    assert of[a] == birth_days(key, {a}).of[a]


def test_all_dates_of_two_centuries_become_all_of_them() -> None:
    months = [f"{y}-{m:02d}" for y in range(1900, 2100) for m in range(1, 13)]
    days = [f"{month}-{day:02d}" for month in months for day in range(1, 32)]
    assert set(birth_days(b"k", days).of.values()) == set(days)


@given(st.sets(st.tuples(*[st.sampled_from(["a", "b", "1"])] * 3), min_size=1))
def test_addresses_in_parts_agree_where_they_agreed(homes: set[tuple[str, str, str]]) -> None:
    of = address_parts(b"k", [SEPARATOR.join(home) for home in homes]).of
    for one, other in combinations(homes, 2):
        x, y = (of[SEPARATOR.join(home)].split("-") for home in (one, other))
        for depth in (1, 2, 3):
            assert (one[:depth] == other[:depth]) == (x[:depth] == y[:depth])


@pytest.mark.parametrize("replace", WHOLE)
def test_ten_thousand_values_stay_different(replace: object) -> None:
    assert callable(replace)
    values = [f"value {n}" for n in range(10_000)]
    of = replace(b"k", values).of
    assert len(set(of.values())) == len(values)
    assert replace(b"k", values[::-1]).of == of
    assert replace(b"k", values[:1]).of == {values[0]: of[values[0]]}


def test_who_comes_second_gets_another_choice_and_is_counted() -> None:
    values = [str(n) for n in range(50)]
    found = one_to_one(b"k", "small", values, lambda n: f"x{n % 100}", 100)
    alone = {v: one_to_one(b"k", "small", [v], lambda n: f"x{n % 100}", 100).of[v] for v in values}
    moved = sum(found.of[v] != alone[v] for v in values)
    assert 0 < moved == found.moved
    assert len(set(found.of.values())) == 50
    assert one_to_one(b"k", "small", values[::-1], lambda n: f"x{n % 100}", 100) == found


def test_no_replacement_is_a_value_of_the_table() -> None:
    values = [f"X{n}" for n in range(40)]
    found = one_to_one(b"k", "small", values, lambda n: f"x{n % 100}", 100)
    assert not {v.lower() for v in values} & set(found.of.values())
    assert found.moved > 0


def test_too_many_values_are_refused_by_count_and_kind() -> None:
    values = [str(n) for n in range(51)]
    with pytest.raises(FrameError, match=r"51 different values of small; at most 50 can be told"):
        one_to_one(b"k", "small", values, lambda n: f"x{n % 100}", 100)
    many = [SEPARATOR.join((str(n), "s", "h")) for n in range(5001)]
    with pytest.raises(FrameError, match=r"5,001 different values of area"):
        address_parts(b"k", many)


@given(keys, st.lists(st.text(max_size=3), min_size=2, unique=True))
def test_a_cycle_leaves_nothing_where_it_was(key: bytes, items: list[str]) -> None:
    turned = cycle(key, "d", items)
    at, seen = items[0], set()
    while at not in seen:
        seen.add(at)
        at = turned[at]
    assert seen == set(items)


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_no_two_values_share_a_hash_by_their_spelling(
    a: tuple[str, str], b: tuple[str, str]
) -> None:
    assume(a != b)
    assert digest(b"k", *a) != digest(b"k", *b)
