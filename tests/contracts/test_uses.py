"""Laws of every use in the catalogue, dropped-in ones included."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.attack import publisher
from linkage.privacy.defence import Material, load_defences, unprotected
from linkage.privacy.use import Use, load_uses
from tests.linkage.privacy.defence_worlds import WORLDS, material, town

USES, DEFENCES = load_uses(), load_defences()
EVERY = pytest.mark.parametrize("use", USES.values(), ids=list(USES))
OF_TRACES = pytest.mark.parametrize(
    "use", [u for u in USES.values() if "traces" in u.reads], ids=lambda u: u.name
)
AGAINST = [
    (use, defence)
    for use in USES.values()
    for defence in DEFENCES.values()
    if defence.publishes in use.reads
]
PAIRS = pytest.mark.parametrize(
    ("use", "defence"), AGAINST, ids=[f"{u.name}-{d.name}" for u, d in AGAINST]
)


def plainly(material: Material, _seed: int):
    """Publish traces as they are."""
    return unprotected(material.traces)


def silently(material: Material, _seed: int):
    """Publish nothing."""
    return unprotected(material.traces.take(material.traces.person[:0]))


def assert_explains_itself(use: Use) -> None:
    assert use.question.endswith("?")
    assert use.reads
    assert min(map(len, (use.formula, use.unit, use.paper, use.must_not_be_read_as))) > 4


def assert_whole_without_defence(use: Use, world) -> None:
    assert use.kept(plainly, material(world), 0) == pytest.approx(1.0, abs=1e-12)


def assert_nothing_is_left_of_nothing(use: Use) -> None:
    assert use.kept(silently, town(), 0) == 0.0


def assert_between_nothing_and_all(use: Use, defence, world, strength: int) -> None:
    if defence.publishes == "encodings" and not world:
        return
    kept = use.kept(publisher(defence, strength), material(world), 1)
    assert 0.0 <= kept <= 1.0 + 1e-12


def assert_order_and_numbers_do_not_matter(use: Use, world, strength: int, seed: int) -> None:
    """Neither the order of points nor the numbers of pseudonyms change what is kept."""
    defence = DEFENCES["suppress"]
    draw = np.random.default_rng(seed)

    def shuffled(some: Material, seed: int):
        found = defence.protect(some, strength, seed)
        rows = draw.permutation(len(found.traces))
        number = draw.permutation(len(found.holder))
        holder = np.empty_like(found.holder)
        holder[number] = found.holder
        shown = found.traces.take(rows)
        return replace(found, traces=replace(shown, person=number[shown.person]), holder=holder)

    plain = use.kept(publisher(defence, strength), material(world), 0)
    assert use.kept(shuffled, material(world[::-1]), 0) == pytest.approx(plain, abs=1e-12)


@EVERY
def test_it_explains_itself(use: Use) -> None:
    assert_explains_itself(use)


@OF_TRACES
@given(world=WORLDS)
def test_it_is_whole_without_defence(use: Use, world) -> None:
    assert_whole_without_defence(use, world)


@OF_TRACES
def test_nothing_is_left_of_nothing(use: Use) -> None:
    assert_nothing_is_left_of_nothing(use)


@PAIRS
@given(world=WORLDS, strength=st.integers(1, 9))
def test_it_is_between_nothing_and_all(use: Use, defence, world, strength: int) -> None:
    assert_between_nothing_and_all(use, defence, world, strength)


@OF_TRACES
@given(world=WORLDS, strength=st.integers(1, 3), seed=st.integers(0, 9))
def test_order_and_numbers_do_not_matter(use: Use, world, strength: int, seed: int) -> None:
    assert_order_and_numbers_do_not_matter(use, world, strength, seed)


@cache
def kept(use: Use, strength: int) -> float:
    return use.kept(publisher(DEFENCES["suppress"], strength), town(), 0)


@OF_TRACES
def test_the_more_is_suppressed_the_less_is_left(use: Use) -> None:
    found = [kept(use, strength) for strength in (1, 2, 4, 8, 32)]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1] + 0.05, "it can tell that most points are gone"
