"""Laws of every defence in the catalogue, dropped-in ones included.

What each one promises beyond them is held to in tests/linkage/privacy/test_defences.py, and how far
that reaches against attackers in test_attacks.py.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import CatalogueError
from linkage.privacy.defence import Defence, Legend, Published, load_defences, unprotected
from tests.linkage.privacy.defence_worlds import (
    WORLDS,
    everything,
    looks,
    material,
    rows,
    told,
)

DEFENCES = load_defences()
EVERY = pytest.mark.parametrize("defence", DEFENCES.values(), ids=list(DEFENCES))
OF_TRACES = pytest.mark.parametrize(
    "defence", [d for d in DEFENCES.values() if d.publishes == "traces"], ids=lambda d: d.name
)
STRENGTHS, SEEDS = st.integers(1, 9), st.integers(0, 3)

DROPPED = '''"""Publish nothing."""
from linkage.privacy.defence import Defence, unprotected

def _protect(material, strength, seed):
    traces = material.traces
    return unprotected(traces if strength == 1 else traces.take(traces.person[:0]))

DEFENCE = Defence(
    name="silence",
    promise="Nothing is published.",
    must_not_be_read_as="a useful defence",
    protect=_protect,
)
'''


def assert_explains_itself(defence: Defence) -> None:
    assert defence.promise.endswith(".")
    assert len(defence.must_not_be_read_as) > 10
    assert defence.strengths[0] == 1
    assert list(defence.strengths) == sorted(set(defence.strengths))


def assert_chance_comes_from_the_seed(defence: Defence, world, strength: int, seed: int) -> None:
    """The same seed is the same publication, whatever the order of points; the input stays."""
    given_material = material(world)
    once = defence.protect(given_material, strength, seed)
    assert rows(given_material.traces) == list(world)
    other = defence.protect(material(world[::-1]), strength, seed)
    assert everything(once) == everything(other)


def assert_invents_nobody(defence: Defence, world, strength: int, seed: int) -> None:
    """Whoever stands behind what is published is there, and numbers fit what they number."""
    found = defence.protect(material(world), strength, seed)
    people = {row[0] for row in world}
    assert set(found.holder.tolist()) | set(found.encoded.tolist()) <= people
    assert set(found.traces.person.tolist()) == set(range(len(found.holder)))
    assert len(set(found.encoded.tolist())) == len(found.encoded)
    if found.encodings is not None:
        assert len(found.encodings) == len(found.encoded)
        assert set(np.unique(found.encodings).tolist()) <= {0, 1}


def assert_publishes_its_form(defence: Defence, world, strength: int) -> None:
    """What it does not say it publishes, it does not publish."""
    found = defence.protect(material(world), strength, 0)
    assert (found.encodings is not None) == (defence.publishes == "encodings")
    assert (found.counts is not None) == (defence.publishes == "counts")
    assert defence.publishes == "traces" or not len(found.traces)


def assert_points_are_as_its_legend_says(defence: Defence, world, strength: int, seed: int) -> None:
    """Every published point is one that its holder has, stated and moved as the legend tells."""
    given_material = material(world)
    found = defence.protect(given_material, strength, seed)
    width, legend = given_material.traces.width, found.legend
    of_person = Counter(row[:2] for row in world)
    assert all(n <= of_person[key] for key, n in Counter(r[:2] for r in told(found)).items())
    true = given_material.traces
    hours, places = legend.stated(true.hour, true.place, width)
    for person, source, hour, place in told(found):
        near = (true.person == person) & (true.source == source)
        near &= np.abs(hours - hour) <= legend.moved_hours
        far = np.hypot(places // width - place // width, places % width - place % width)
        assert (near & (far <= legend.moved_cells)).any()


def assert_pseudonyms_last_as_its_legend_says(defence: Defence, world, strength: int) -> None:
    """Nobody has two pseudonyms in one window, and no pseudonym is in two windows."""
    found = defence.protect(material(world), strength, 0)
    window = found.traces.hour // (found.legend.lasts or 10**9)
    pairs = set(zip(found.traces.person.tolist(), window.tolist(), strict=True))
    assert len(pairs) == len(found.holder)
    owned = {(found.holder[pseudonym], w) for pseudonym, w in pairs}
    assert len(owned) == len(pairs)


def assert_strength_one_changes_nothing(defence: Defence, world, seed: int) -> None:
    found, plain = defence.protect(material(world), 1, seed), unprotected(material(world).traces)
    assert looks(found) == looks(plain)
    assert found.legend == Legend()


@EVERY
def test_it_explains_itself(defence: Defence) -> None:
    assert_explains_itself(defence)


@EVERY
@given(world=WORLDS, strength=STRENGTHS, seed=SEEDS)
def test_its_chance_comes_from_the_seed(defence: Defence, world, strength: int, seed: int) -> None:
    assert_chance_comes_from_the_seed(defence, world, strength, seed)


@EVERY
@given(world=WORLDS, strength=STRENGTHS, seed=SEEDS)
def test_it_invents_nobody_and_publishes_its_form(
    defence: Defence, world, strength: int, seed: int
) -> None:
    assert_invents_nobody(defence, world, strength, seed)
    assert_publishes_its_form(defence, world, strength)


@OF_TRACES
@given(world=WORLDS, strength=STRENGTHS, seed=SEEDS)
def test_its_legend_is_true(defence: Defence, world, strength: int, seed: int) -> None:
    assert_points_are_as_its_legend_says(defence, world, strength, seed)
    assert_pseudonyms_last_as_its_legend_says(defence, world, strength)


@OF_TRACES
@given(world=WORLDS, seed=SEEDS)
def test_strength_one_changes_nothing(defence: Defence, world, seed: int) -> None:
    assert_strength_one_changes_nothing(defence, world, seed)


@EVERY
def test_a_strength_below_one_is_refused(defence: Defence) -> None:
    for strength in (0, -3):
        with pytest.raises(ValueError, match=f"strength: got {strength}, needs 1 or more"):
            defence.protect(material([(0, 0, 0, 0)]), strength, 0)


def test_a_new_file_is_a_new_defence(tmp_path: Path) -> None:
    (tmp_path / "silence.py").write_text(DROPPED)
    silence = load_defences(tmp_path, "dropped_defences")["silence"]
    world = [(1, 0, 3, 4), (2, 0, 3, 4)]
    assert told(silence.protect(material(world), 2, 0)) == Counter()
    assert_explains_itself(silence)
    assert_strength_one_changes_nothing(silence, world, 0)
    assert_invents_nobody(silence, world, 2, 0)


def test_a_constant_of_the_wrong_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "quiet.py").write_text(DROPPED)
    with pytest.raises(CatalogueError, match=r"DEFENCE\.name is 'silence'"):
        load_defences(tmp_path, "misnamed_defences")


def mutant(change, publishes="traces") -> Defence:
    """Return a defence that changes an unprotected publication; `change` gets traces and seed."""

    def protect(given_material, strength: int, seed: int) -> Published:
        return change(unprotected(given_material.traces), given_material, seed)

    return Defence("mutant", "It is caught.", "a working defence", protect, publishes)


WORLD = [(1, 0, 3, 4), (2, 1, 3, 4), (2, 1, 7, 9)]


def test_the_laws_catch_chance_that_is_not_the_seeds() -> None:
    draw = np.random.default_rng(1)

    def shuffled(found: Published, _m, _s) -> Published:
        return replace(found, traces=replace(found.traces, place=draw.integers(0, 16, 3)))

    with pytest.raises(AssertionError):
        assert_chance_comes_from_the_seed(mutant(shuffled), WORLD, 2, 0)


def test_the_laws_catch_chance_that_hangs_on_the_order_of_points() -> None:
    def first_hour(found: Published, given_material, _s) -> Published:
        first = np.full(3, given_material.traces.hour[0])
        return replace(found, traces=replace(found.traces, hour=first))

    with pytest.raises(AssertionError):
        assert_chance_comes_from_the_seed(mutant(first_hour), WORLD, 2, 0)


def test_the_laws_catch_somebody_who_is_not_there() -> None:
    with pytest.raises(AssertionError):
        assert_invents_nobody(
            mutant(lambda found, _m, _s: replace(found, holder=found.holder + 90)), WORLD, 2, 0
        )


def test_the_laws_catch_points_that_are_given_to_somebody_else() -> None:
    with pytest.raises(AssertionError):
        assert_points_are_as_its_legend_says(
            mutant(lambda found, _m, _s: replace(found, holder=found.holder[::-1])), WORLD, 2, 0
        )


def test_the_laws_catch_points_moved_further_than_is_told() -> None:
    def moved(found: Published, _m, _s) -> Published:
        traces = replace(found.traces, hour=found.traces.hour + 2)
        return replace(found, traces=traces, legend=Legend(moved_hours=1))

    with pytest.raises(AssertionError):
        assert_points_are_as_its_legend_says(mutant(moved), WORLD, 2, 0)


def test_the_laws_catch_pseudonyms_that_last_longer_than_is_told() -> None:
    def stay(found: Published, _m, _s) -> Published:
        return replace(found, legend=Legend(lasts=4))

    with pytest.raises(AssertionError):
        assert_pseudonyms_last_as_its_legend_says(mutant(stay), WORLD, 2)


def test_the_laws_catch_another_form_than_is_told() -> None:
    def counted(found: Published, _m, _s) -> Published:
        return replace(found, counts={(0, 3, 4): 1})

    for publishes in ("traces", "encodings", "counts"):
        with pytest.raises(AssertionError):
            assert_publishes_its_form(mutant(counted, publishes), WORLD, 2)


def test_the_laws_catch_a_strength_of_one_that_does_something() -> None:
    def fewer(found: Published, _m, _s) -> Published:
        return replace(found, traces=replace(found.traces, place=found.traces.place * 0))

    with pytest.raises(AssertionError):
        assert_strength_one_changes_nothing(mutant(fewer), WORLD, 0)
