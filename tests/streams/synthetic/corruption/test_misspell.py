"""Misspelt words: what each error does to a word, and that the result still passes for a name."""

from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, Hamming

from streams.events import Registration
from streams.synthetic.corruption.misspell import (
    NEIGHBOURS,
    keyboard,
    mail_typo,
    mishear,
    misread,
    nickname,
    typo,
)
from streams.synthetic.names import GIVEN_NAMES, SURNAMES

DICE = st.integers(0, 2**64 - 1)
# Also the longest there may be, and such as would start with a sign if a letter moved.
NAMES = (
    st.from_regex(r"\A[A-Za-z][A-Za-z' -]{0,39}\Z")
    | st.sampled_from(SURNAMES + GIVEN_NAMES)
    | st.from_regex(r"\A[chlmnsuz]{40}\Z")
    | st.from_regex(r"\A[A-Z]['-][a-z]{0,2}\Z")
)
LOCALS = st.from_regex(r"\A(?!([^0-9]*[0-9]){5})[a-z0-9._-]{1,40}\Z") | st.just("x" * 40)


def every(how, word: str) -> set[str]:
    return {how(word, die) for die in range(20_000)}


@pytest.mark.parametrize("how", [typo, keyboard, misread, mishear, nickname])
@given(name=NAMES, die=DICE)
def test_a_misspelt_name_is_a_name(how, name: str, die: int) -> None:
    said = how(name, die)
    assert msgspec.convert({"opened": 0, "given": said}, Registration).given == said


@given(NAMES, DICE)
def test_a_typo_is_one_edit(name: str, die: int) -> None:
    assert OSA.distance(name.lower(), typo(name, die).lower()) == 1


def test_a_typo_can_be_each_of_the_four_edits() -> None:
    assert every(typo, "Li") >= {"I", "L", "Il", "Ali", "Lai", "Lia", "La", "Ai"}
    assert "Li" not in every(typo, "Li")
    kinds = Counter(_kind("weiming", typo("Weiming", die)) for die in range(100_000))
    found = {kind: n / kinds.total() for kind, n in kinds.items()}
    assert found == pytest.approx(
        {"drop": 0.33, "replace": 0.37, "add": 0.2, "swap": 0.1}, abs=0.02
    )


def _kind(name: str, said: str) -> str:
    if len(said) != len(name):
        return "drop" if len(said) < len(name) else "add"
    return "swap" if sorted(said.lower()) == sorted(name) else "replace"


@given(NAMES, DICE)
def test_a_slip_hits_a_key_beside(name: str, die: int) -> None:
    said = keyboard(name, die)
    pairs = [(a, b) for a, b in zip(name.lower(), said.lower(), strict=True) if a != b]
    assert Hamming.distance(name.lower(), said.lower()) == 1
    assert pairs[0][1] in NEIGHBOURS[pairs[0][0]]


def test_keys_that_touch() -> None:
    by_hand = {"q": "wa", "a": "qwsz", "g": "tyfhvb", "p": "ol", "m": "jkn", "l": "opk"}
    assert {key: set(NEIGHBOURS[key]) for key in by_hand} == {k: set(v) for k, v in by_hand.items()}
    assert all(a in NEIGHBOURS[b] for a in NEIGHBOURS for b in NEIGHBOURS[a])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Ming", {"Rning", "Ning", "Mjng", "Mlng", "Mimg", "Mirig", "Minq"}),
        ("Hua", {"Bua", "Hva", "Huo"}),
        ("Ts", {"Ts"}),
    ],
)
def test_shapes_taken_for_others(name: str, said: set[str]) -> None:
    assert every(misread, name) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Zhang", {"Zang", "Zhan"}),
        ("Zan", {"Zhan", "Zang"}),
        ("Chen", {"Cen", "Cheng"}),
        ("Shi", {"Si"}),
        ("Lin", {"Nin", "Ling"}),
        ("Nong", {"Long"}),
        ("Hui", {"Fui"}),
        ("Fei", {"Hei"}),
        ("Ren", {"Len", "Reng"}),
        ("Tangai", {"Tanggai"}),
        ("Tanggai", {"Tangai"}),
        ("Tana", {"Tala"}),
        ("Gao", {"Gao"}),
    ],
)
def test_sounds_taken_for_others(name: str, said: set[str]) -> None:
    assert every(mishear, name) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Weiming", {"Wei", "Weiwei", "Ming", "Mingming"}),
        ("Tangai", {"Tan", "Tantan", "Gai", "Gaigai"}),
        ("Ming", {"Mingming"}),
        ("Meimei", {"Mei"}),
        ("Charles", {"Charles"}),
        ("O'brien", {"O'brien"}),
    ],
)
def test_nicknames(name: str, said: set[str]) -> None:
    assert every(nickname, name) == said


@given(st.sampled_from(GIVEN_NAMES), DICE)
def test_every_given_name_has_a_nickname(name: str, die: int) -> None:
    assert nickname(name, die) != name


@given(LOCALS, DICE)
def test_a_mail_typo_is_one_edit_before_the_at(local: str, die: int) -> None:
    said = mail_typo(f"{local}@example.org", die)
    assert OSA.distance(f"{local}@example.org", said) == 1
    assert said.endswith("@example.org")
    assert msgspec.convert({"opened": 0, "mail": said}, Registration).mail == said
