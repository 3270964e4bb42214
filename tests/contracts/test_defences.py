"""Laws of every defence in the catalogue, dropped-in ones included."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import CatalogueError
from linkage.privacy.defence import Defence, Traces, load_defences

DEFENCES = load_defences()
EVERY = pytest.mark.parametrize("defence", DEFENCES.values(), ids=list(DEFENCES))
WIDTH = 4

POINT = st.tuples(st.integers(0, 6), st.integers(0, 2), st.integers(0, 9), st.integers(0, 15))
WORLDS = st.lists(POINT, max_size=30)
STRENGTHS = st.integers(1, 5)

DROPPED = '''"""Publish nothing."""
from dataclasses import replace

from linkage.privacy.defence import Defence

def _protect(traces, strength):
    if strength == 1:
        return traces
    names = ("person", "source", "hour", "place")
    return replace(traces, **{name: getattr(traces, name)[:0] for name in names})

DEFENCE = Defence(
    name="silence",
    promise="Nothing is published.",
    must_not_be_read_as="a useful defence",
    protect=_protect,
)
'''


def traces(rows) -> Traces:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return Traces(columns[0], columns[1].astype(np.uint8), columns[2], columns[3], WIDTH)


def rows(found: Traces) -> list[tuple[int, ...]]:
    columns = (found.person, found.source, found.hour, found.place)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def classes(found: list[tuple[int, ...]]) -> int:
    """Return how many different looks people have, the absent not counted."""
    looks: dict[int, Counter] = {}
    for person, *point in found:
        looks.setdefault(person, Counter())[tuple(point)] += 1
    return len({frozenset(look.items()) for look in looks.values()})


def assert_explains_itself(defence: Defence) -> None:
    assert defence.promise.endswith(".")
    assert len(defence.must_not_be_read_as) > 10


def assert_invents_nothing(defence: Defence, world, strength: int) -> None:
    """Everybody keeps at most as many points of each source as they had."""
    before = Counter((person, source) for person, source, _, _ in world)
    after = Counter(row[:2] for row in rows(defence.protect(traces(world), strength)))
    assert all(count <= before[key] for key, count in after.items())


def assert_never_tells_more(defence: Defence, world, strength: int) -> None:
    """An attacker with the full trace cannot tell more looks apart than before."""
    after = rows(defence.protect(traces(world), strength))
    absent = {row[0] for row in world} - {row[0] for row in after}
    assert classes(after) + bool(absent) <= classes(world)


def assert_strength_one_changes_nothing(defence: Defence, world) -> None:
    assert Counter(rows(defence.protect(traces(world), 1))) == Counter(world)


@EVERY
def test_it_explains_itself(defence: Defence) -> None:
    assert_explains_itself(defence)


@EVERY
@given(world=WORLDS, strength=STRENGTHS)
def test_it_invents_nothing_and_never_tells_more(defence: Defence, world, strength: int) -> None:
    assert_invents_nothing(defence, world, strength)
    assert_never_tells_more(defence, world, strength)


@EVERY
@given(world=WORLDS)
def test_strength_one_changes_nothing(defence: Defence, world) -> None:
    assert_strength_one_changes_nothing(defence, world)


@EVERY
@given(world=WORLDS, strength=STRENGTHS)
def test_twice_is_once_and_its_input_stays(defence: Defence, world, strength: int) -> None:
    given_traces = traces(world)
    once = defence.protect(given_traces, strength)
    assert rows(defence.protect(once, strength)) == rows(once)
    assert rows(given_traces) == world


@EVERY
@given(world=WORLDS, strength=STRENGTHS, random=st.randoms(use_true_random=False))
def test_order_of_points_does_not_matter(defence: Defence, world, strength: int, random) -> None:
    shuffled = list(world)
    random.shuffle(shuffled)
    one, other = (defence.protect(traces(w), strength) for w in (world, shuffled))
    assert Counter(rows(one)) == Counter(rows(other))


@EVERY
def test_a_strength_below_one_is_refused(defence: Defence) -> None:
    with pytest.raises(ValueError, match="strength: got 0"):
        defence.protect(traces([(0, 0, 0, 0)]), 0)


def test_a_new_file_is_a_new_defence(tmp_path: Path) -> None:
    (tmp_path / "silence.py").write_text(DROPPED)
    silence = load_defences(tmp_path, "dropped_defences")["silence"]
    world = [(1, 0, 3, 4), (2, 0, 3, 4)]
    assert rows(silence.protect(traces(world), 2)) == []
    assert_explains_itself(silence)
    assert_strength_one_changes_nothing(silence, world)
    assert_never_tells_more(silence, world, 2)


def test_a_constant_of_the_wrong_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "quiet.py").write_text(DROPPED)
    with pytest.raises(CatalogueError, match=r"DEFENCE\.name is 'silence'"):
        load_defences(tmp_path, "misnamed_defences")


def mutant(protect) -> Defence:
    return Defence("mutant", "It is caught.", "a working defence", protect)


def test_the_laws_catch_a_pseudonym_that_is_the_persons_number() -> None:
    def by_person(found: Traces, strength: int) -> Traces:
        return replace(found, place=found.person) if strength > 1 else found

    with pytest.raises(AssertionError):
        assert_never_tells_more(mutant(by_person), [(1, 0, 3, 4), (2, 0, 3, 4)], 2)


def test_the_laws_catch_points_that_are_given_to_somebody_else() -> None:
    def rotated(found: Traces, strength: int) -> Traces:
        return replace(found, person=np.roll(found.person, strength - 1))

    with pytest.raises(AssertionError):
        assert_invents_nothing(mutant(rotated), [(1, 0, 3, 4), (2, 1, 3, 4)], 2)
