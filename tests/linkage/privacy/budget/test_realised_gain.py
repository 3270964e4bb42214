"""What a join brings on somebody is never negative, and adds up along a chain of joins."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.errors import PolicyError, RiskError
from linkage.privacy.budget.exposure import (
    ExposureAccount,
    Purpose,
    admit,
    admit_all,
    check_spent,
    opened,
    realised_gain,
)
from linkage.privacy.live import LiveLattice
from linkage.privacy.view import mix_points, salt_of

SOURCES = ("phone", "bank", "internet")
PURPOSE = Purpose("security", SOURCES, (10, 12, 7), 40)
People = dict[int, dict[str, list[int]]]


def people() -> st.SearchStrategy[People]:
    """A few people with few points, so that many look alike."""
    points = st.lists(st.integers(0, 2), max_size=2)
    each = st.fixed_dictionaries(dict.fromkeys(SOURCES, points))
    return st.dictionaries(st.integers(0, 9), each, min_size=1, max_size=8)


def alike_by_hand(world: People, person: int, view: frozenset[str]) -> int:
    def key(who: int) -> list[tuple[str, Counter[int]]]:
        return [(source, Counter(world[who][source])) for source in sorted(view)]

    return sum(key(other) == key(person) for other in world)


@given(people())
@settings(max_examples=200, deadline=None)
def test_gains_are_not_negative_and_telescope_along_every_chain(world: People) -> None:
    for person in world:
        whole = realised_gain(len(world), alike_by_hand(world, person, frozenset(SOURCES)))
        for order in permutations(SOURCES):
            joined, size, gained = frozenset[str](), len(world), 0.0
            for source in order:
                joined |= {source}
                after = alike_by_hand(world, person, joined)
                step = realised_gain(size, after)
                assert step >= 0
                gained, size = gained + step, after
            assert gained == pytest.approx(whole, abs=1e-12)


@given(people())
@settings(max_examples=60, deadline=None)
def test_the_lattice_of_the_operator_says_the_same_of_who_is_in_every_view(world: People) -> None:
    lattice = LiveLattice(SOURCES)
    for person, held in world.items():
        for source, places in held.items():
            for place in places:
                point = mix_points(salt_of(source), np.array([0]), np.array([place]))
                lattice.add(person, source, int(point[0]))
    for person, held in world.items():
        if all(held.values()):
            sizes = lattice.alike(person)
            for view in lattice.views:
                assert sizes[view.name] == alike_by_hand(world, person, frozenset(view.sources))
                for larger in lattice.views:
                    if set(view.sources) < set(larger.sources):
                        assert realised_gain(sizes[view.name], sizes[larger.name]) >= 0


def test_views_that_are_not_nested_have_no_gain() -> None:
    assert realised_gain(8, 2) == 2.0
    for before, after in ((2, 3), (2, 0)):
        with pytest.raises(RiskError, match=f"{before} people look like them and then {after}"):
            realised_gain(before, after)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=40),
    st.lists(st.integers(0, 20), min_size=3, max_size=3),
    st.integers(0, 60),
)
def test_many_at_once_are_admitted_as_one_by_one(
    asked: list[tuple[int, int]], tariffs: list[int], cap: int
) -> None:
    purpose = Purpose("security", SOURCES, tuple(tariffs), cap)
    accounts = [opened(purpose)] * 3 + [ExposureAccount((1, 2, 0), (5, 6, 7))]
    granted, after = admit_all(purpose, accounts, asked)
    one_by_one, said = list(accounts), []
    for place, source in asked:
        now = admit(purpose, one_by_one[place], source)
        said.append(now is not None)
        one_by_one[place] = now or one_by_one[place]
    assert (granted, after) == (said, one_by_one)
    worth = sum(purpose.worth[s] for (_, s), yes in zip(asked, granted, strict=True) if yes)
    assert worth == sum(sum(a.spent) - sum(b.spent) for a, b in zip(after, accounts, strict=True))


def test_another_tariff_is_fine_and_a_lower_cap_or_other_sources_are_not() -> None:
    dearer = Purpose("security", SOURCES, (99, 99, 99), 40)
    check_spent(dearer, SOURCES, (40, 0, 40))
    with pytest.raises(PolicyError, match=r"40 is below .* for bank\+internet \(41 millibits\)"):
        check_spent(PURPOSE, SOURCES, (40, 0, 41))
    with pytest.raises(PolicyError, match="give it another name"):
        check_spent(PURPOSE, ("bank", "phone", "internet"), (0, 0, 0))
