"""What each defence of traces promises holds in every world; and worlds counted by hand."""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.defence import Defence, Material, Published, load_defences, unprotected
from linkage.privacy.defences import budget
from tests.linkage.privacy.defence_worlds import WIDTH, WORLDS, looks, material, rows, told, town

DEFENCES = load_defences()
SUPPRESS, GENERALISE = DEFENCES["suppress"], DEFENCES["generalise"]
PSEUDONYMISE, PERTURB = DEFENCES["pseudonymise"], DEFENCES["perturb"]
SAMPLE, BUDGET = DEFENCES["sample"], DEFENCES["budget"]


def carried_by_enough(world, found: Published, strength: int) -> bool:
    """Exactly the points that `strength` people carry are there."""
    carriers = defaultdict(set)
    for person, *point in world:
        carriers[tuple(point)].add(person)
    return told(found) == Counter(r for r in world if len(carriers[r[1:]]) >= strength)


def no_point_is_finer(world, found: Published, strength: int) -> bool:
    """What is stated is the same for all of a window and all of a square."""
    stated = Counter(
        (
            *(person, source, hour // strength * strength),
            place // WIDTH // strength * strength * WIDTH + place % WIDTH // strength * strength,
        )
        for person, source, hour, place in world
    )
    return told(found) == stated


def no_pseudonym_is_in_two_windows(world, found: Published, strength: int) -> bool:
    lasts = max(1, 168 // strength) if strength > 1 else 10**9
    windows = defaultdict(set)
    for pseudonym, _, hour, _ in rows(found.traces):
        windows[pseudonym].add(hour // lasts)
    return all(len(some) == 1 for some in windows.values()) and told(found) == Counter(world)


def moved_within_reach(world, found: Published, strength: int) -> bool:
    """Every point has one of its own that it was moved to, as a matching of the two."""
    reach, of_person = strength - 1, defaultdict(lambda: ([], []))
    for side, points in enumerate((world, told(found).elements())):
        for person, source, hour, place in points:
            of_person[person, source][side].append((hour, place // WIDTH, place % WIDTH))
    return all(
        len(true) == len(moved) and matched([[_near(a, b, reach) for b in moved] for a in true])
        for true, moved in of_person.values()
    )


def _near(a, b, reach: int) -> bool:
    return abs(a[0] - b[0]) <= reach and (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2 <= reach**2


def matched(fits: list[list[bool]]) -> bool:
    """Can each row have a column of its own that fits it? By augmenting paths."""
    taken: dict[int, int] = {}

    def place(row: int, seen: set[int]) -> bool:
        for column in range(len(fits[row])):
            if fits[row][column] and column not in seen:
                seen.add(column)
                if column not in taken or place(taken[column], seen):
                    taken[column] = row
                    return True
        return False

    return all(place(row, set()) for row in range(len(fits)))


def one_person_in_so_many(world, found: Published, strength: int) -> bool:
    """Whole people are published, one in `strength`, rounded up."""
    people = {row[0] for row in world}
    chosen = set(found.holder.tolist())
    whole = Counter(row for row in world if row[0] in chosen)
    return len(chosen) == -(-len(people) // strength) and told(found) == whole


def no_pair_shows_more(world, found: Published, strength: int) -> bool:
    """Pairs are over all sources that there are, and nothing is shown that is not there."""
    sources, shown = {row[1] for row in world}, Counter(row[:2] for row in told(found).elements())
    pairs = ((p, s, t) for p in range(7) for s, t in combinations(sources, 2))
    capped = all(shown[p, s] + shown[p, t] <= 16 // strength for p, s, t in pairs)
    return told(found) <= Counter(world) and (capped or strength == 1)


HOLDS = {
    "suppress": carried_by_enough,
    "generalise": no_point_is_finer,
    "pseudonymise": no_pseudonym_is_in_two_windows,
    "perturb": moved_within_reach,
    "sample": one_person_in_so_many,
    "budget": no_pair_shows_more,
}


def test_every_defence_of_traces_has_its_promise_checked() -> None:
    assert set(HOLDS) == {d.name for d in DEFENCES.values() if d.publishes == "traces"}


@pytest.mark.parametrize("name", HOLDS)
@given(world=WORLDS, strength=st.integers(1, 9), seed=st.integers(0, 3))
def test_it_holds(name, world, strength, seed) -> None:
    assert HOLDS[name](world, DEFENCES[name].protect(material(world), strength, seed), strength)


@pytest.mark.parametrize("name", HOLDS)
def test_strong_is_more_than_the_raw_points_would_pass_for(name) -> None:
    """Unprotected traces break each promise, so the checks can fail."""
    world = [(p, s, h, (5 * p + s + h) % 16) for p in range(6) for s in range(2) for h in range(9)]
    strength = DEFENCES[name].strengths[1 if name == "perturb" else -1]
    found = unprotected(material(world).traces)
    broken = {"perturb": replace(found, holder=found.holder[::-1])}.get(name, found)
    assert not HOLDS[name](world, broken, strength)


@pytest.mark.parametrize("defence", [SUPPRESS, GENERALISE], ids=["suppress", "generalise"])
@given(world=WORLDS, strength=st.integers(1, 9))
def test_twice_is_once(defence: Defence, world, strength) -> None:
    once = defence.protect(material(world), strength, 0)
    again = defence.protect(Material(once.traces), strength, 0)
    assert rows(again.traces) == rows(once.traces)


def test_generalise_states_the_window_and_the_square() -> None:
    # On a grid four wide, cells 5 and 0 share the square of side 2 at 0; cell 10 is in that at 10.
    world = [(1, 0, 7, 5), (1, 0, 6, 0), (2, 1, 9, 10), (3, 0, 8, 15)]
    got = told(GENERALISE.protect(material(world), 2, 0))
    assert got == Counter([(1, 0, 6, 0), (1, 0, 6, 0), (2, 1, 8, 10), (3, 0, 8, 10)])


def test_pseudonyms_change_at_the_end_of_a_window() -> None:
    # Seven a week: a day each.
    found = PSEUDONYMISE.protect(material([(5, 0, 3, 1), (5, 0, 23, 1), (5, 0, 24, 1)]), 7, 0)
    assert looks(found) == Counter(
        {(5, frozenset({((0, 3, 1), 1), ((0, 23, 1), 1)})): 1, (5, frozenset({((0, 24, 1), 1)})): 1}
    )


def test_neighbouring_pseudonyms_are_no_more_often_one_persons_than_chance_has_it() -> None:
    holder = PSEUDONYMISE.protect(town(), 168, 4).holder
    together = int((holder[1:] == holder[:-1]).sum())
    # Some 24 pseudonyms for each of 300 people: one pair in 300 is expected.
    assert together / len(holder) < 3 / 300


@pytest.mark.parametrize(
    ("place", "there"), [(5, {1, 4, 5, 6, 9}), (0, {0, 1, 4}), (14, {10, 13, 14})]
)
def test_perturb_goes_anywhere_within_reach_and_stays_on_the_grid(place, there) -> None:
    world = [(p, 0, 4, place) for p in range(2_000)] + [(3_000, 0, 0, 0), (3_001, 0, 9, 14)]
    found = PERTURB.protect(material(world), 2, 1).traces
    hours, places = Counter(found.hour[:2_000].tolist()), Counter(found.place[:2_000].tolist())
    assert set(places) == there
    assert set(hours) == {3, 4, 5}
    for counts in (hours, places):
        # Uniform: each within five standard deviations.
        expected = 2_000 / len(counts)
        assert all(abs(n - expected) < 5 * expected**0.5 for n in counts.values())


def test_equal_points_are_moved_apart_and_another_seed_moves_anew() -> None:
    given = material([(1, 0, 5, 5)] * 60 + [(2, 0, 0, 0), (2, 0, 9, 15)])
    one, other = (PERTURB.protect(given, 4, seed).traces for seed in (1, 2))
    assert len(set(rows(one))) > 20
    assert rows(one) != rows(other)


def test_averaging_defeats_perturbation() -> None:
    """What its docstring says: of many publications the mean is where somebody was."""
    given = material([(1, 0, 50, 27), (2, 0, 0, 0), (2, 0, 99, 63)], width=8)
    found = [PERTURB.protect(given, 4, seed).traces for seed in range(400)]
    own = [(t.hour[0], t.place[0] // 8, t.place[0] % 8) for t in found]
    assert np.round(np.mean(own, axis=0)).tolist() == [50.0, 3.0, 3.0]


def test_sample_chooses_anew_with_each_seed_and_everybody_in_the_end() -> None:
    given = material([(p, 0, 1, p) for p in range(7)])
    chosen = [frozenset(SAMPLE.protect(given, 4, seed).holder.tolist()) for seed in range(40)]
    assert {len(some) for some in chosen} == {2}
    assert frozenset().union(*chosen) == frozenset(range(7))
    assert len(set(chosen)) > 10


def test_budget_shows_the_first_points_of_each_person() -> None:
    # Strength 8 lets two points of each pair through: one of each source, or two of one alone.
    world = [(1, 0, 1, 0), (1, 1, 2, 0), (1, 2, 3, 0), (1, 2, 4, 0), (1, 0, 5, 0)]
    world += [(2, 2, 9, 3), (2, 2, 8, 3), (2, 0, 9, 3)]
    shown = [(1, 0, 1, 0), (1, 1, 2, 0), (1, 2, 3, 0), (2, 2, 8, 3), (2, 0, 9, 3)]
    assert told(BUDGET.protect(material(world), 8, 0)) == Counter(shown)


def test_budget_of_one_source_has_no_pair_and_refuses_nothing() -> None:
    world = [(1, 0, hour, 0) for hour in range(40)]
    assert told(BUDGET.protect(material(world), 16, 0)) == Counter(world)


def test_a_budget_that_charges_only_the_first_pair_is_caught(monkeypatch) -> None:
    whole = budget.admit

    def forgetful(purpose, account, number):
        return whole(purpose, account, number) if number < 2 else account

    monkeypatch.setattr(budget, "admit", forgetful)
    world = [(1, s, h, 0) for s in range(3) for h in range(9)]
    assert not no_pair_shows_more(world, BUDGET.protect(material(world), 8, 0), 8)
