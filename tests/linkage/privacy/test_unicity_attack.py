"""Unicity as an attack: unprotected it is p-point unicity, and what it counts."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest

from linkage.privacy.attack import load_attacks, publisher
from linkage.privacy.attacks import unicity
from linkage.privacy.defence import load_defences, unprotected
from tests.linkage.privacy.defence_worlds import material, rows, town

ATTACK = load_attacks()["unicity"]
DEFENCES = load_defences()


def plainly(given, _seed):
    return unprotected(given.traces)


def test_unprotected_it_is_p_point_unicity() -> None:
    """Exactly one person carries all known points: counted here for each person of a town."""
    given = town(people=120, days=1, width=2)
    traces = given.traces
    known = unicity.known_points(traces, given.people, unicity.POINTS, 7)
    carriers, of_target = defaultdict(set), defaultdict(list)
    for person, *point in rows(traces):
        carriers[tuple(point)].add(person)
    for number, *point in rows(known):
        of_target[number].append(carriers[tuple(point)])
    alone = [len(set.intersection(*sets)) == 1 for sets in of_target.values()]
    found = ATTACK.run(plainly, given, 7)
    assert found.value == pytest.approx(np.mean(alone))
    assert 0.1 < found.value < 0.95, "a town in which it is not all the same"


def test_two_alike_are_not_told_apart_and_the_third_is() -> None:
    world = [(p, 0, hour, 3) for p in (1, 2) for hour in range(4)]
    world += [(3, 0, hour, 9) for hour in range(4)]
    found = ATTACK.run(plainly, material(world), 1)
    assert found.value == pytest.approx(1 / 3)
    assert found.control == pytest.approx(1 / 9), "one in three is named, and is anybody"


def test_whoever_is_not_published_is_taken_for_somebody_else() -> None:
    """Best match, wrongly: the attacker does not know that his target is missing."""
    world = [(1, 0, hour, 3) for hour in range(4)] + [(2, 0, 0, 3)] + [(2, 0, 5, 9)]

    def without_first(given, _seed):
        return unprotected(given.traces.take(given.traces.person != 1))

    found = ATTACK.run(without_first, material(world), 1)
    assert found.value == 0.5, "of two people one is found; the other would be named instead"
    assert found.control == 0.5


def test_two_pseudonyms_of_one_person_are_both_theirs() -> None:
    pseudonymise = DEFENCES["pseudonymise"]
    world = [(1, 0, 1, 3), (1, 0, 2, 3), (1, 0, 25, 3), (1, 0, 26, 3), (2, 0, 1, 9), (2, 0, 30, 9)]
    assert ATTACK.run(publisher(pseudonymise, 7), material(world), 1).value == 1.0


@pytest.mark.parametrize("name", ["suppress", "generalise", "perturb", "pseudonymise", "budget"])
def test_more_protects_more(name) -> None:
    defence = DEFENCES[name]
    found = [ATTACK.run(publisher(defence, s), town(), 7).value for s in defence.strengths]
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.9
    assert found[-1] < 0.1


def test_sampling_protects_those_who_are_left_out_and_nobody_else() -> None:
    sample, given = DEFENCES["sample"], town()

    def of_the_published(material_, seed):
        chosen = sample.protect(material_, 4, seed).holder
        return np.isin(given.traces.person, chosen)

    rows_in = of_the_published(given, 7)
    inside = ATTACK.run(plainly, replace(given, traces=given.traces.take(rows_in)), 7)
    assert ATTACK.run(publisher(sample, 4), given, 7).value == pytest.approx(0.25, abs=0.01)
    assert inside.value > 0.98
