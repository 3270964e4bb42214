"""The likeliest: one guess where unicity gives up, and how much more that finds."""

from dataclasses import replace

import numpy as np
import pytest

from linkage.privacy.attack import load_attacks, publisher
from linkage.privacy.attacks import likeliest
from linkage.privacy.defence import Legend, load_defences, unprotected
from tests.linkage.privacy.defence_worlds import material, town

ATTACK, UNICITY = load_attacks()["likeliest"], load_attacks()["unicity"]
DEFENCES = load_defences()
OF_TRACES = [d for d in DEFENCES.values() if d.publishes == "traces"]


def plainly(given, _seed):
    return unprotected(given.traces)


def test_of_two_who_fit_the_one_with_fewer_points_is_named() -> None:
    """Person 1 has two points, person 2 the same and two more; each is known by two of theirs.

    Two drawn of the four are the common pair in one of six draws; then person 1 is named instead.
    """
    common = [(p, 0, hour, 3) for p in (1, 2) for hour in (0, 1)]
    given = material([*common, (2, 0, 2, 3), (2, 0, 3, 3)])
    found = [_with_two_points(given, seed) for seed in range(300)]
    assert {(one.value, one.control) for one in found} == {(1.0, 0.5), (0.5, 0.5)}
    missed = sum(one.value == 0.5 for one in found)
    # Binomial: 50 expected, standard deviation 6.5.
    assert abs(missed - 50) < 33


def _with_two_points(given, seed):
    known = likeliest.known_points
    two = pytest.MonkeyPatch()
    two.setattr(likeliest, "known_points", lambda traces, people, _, s: known(traces, people, 2, s))
    with two.context():
        found = ATTACK.run(plainly, given, seed)
    two.undo()
    return found


def test_who_is_as_likely_is_drawn_by_lot() -> None:
    world = [(p, 0, hour, 3) for p in range(4) for hour in range(5)]
    assert ATTACK.run(plainly, material(world), 1).value == pytest.approx(0.25)


@pytest.mark.parametrize("defence", OF_TRACES, ids=lambda d: d.name)
def test_it_finds_whom_unicity_finds_and_more(defence) -> None:
    """At every strength: giving up where two fit makes a defence look better than it is."""
    for strength in defence.strengths:
        publish = publisher(defence, strength)
        one, other = (attack.run(publish, town(), 7) for attack in (ATTACK, UNICITY))
        assert one.value >= other.value


def test_moved_points_hide_from_unicity_what_one_guess_still_finds() -> None:
    publish = publisher(DEFENCES["perturb"], 4)
    assert UNICITY.run(publish, town(), 7).high < 0.1
    assert ATTACK.run(publish, town(), 7).low > 0.3


def test_a_mutant_for_whom_all_who_fit_are_alike_finds_fewer(monkeypatch) -> None:
    publish, whole = publisher(DEFENCES["perturb"], 4), likeliest.fitting
    assert ATTACK.run(publish, town(), 7).low > 0.3
    monkeypatch.setattr(
        likeliest, "fitting", lambda *a: (f := whole(*a))._replace(likelihood=f.likelihood * 0 + 1)
    )
    assert ATTACK.run(publish, town(), 7).high < 0.2


def test_without_the_legend_perturbation_would_look_like_protection() -> None:
    def silent(given, seed):
        return replace(DEFENCES["perturb"].protect(given, 2, seed), legend=Legend())

    told = ATTACK.run(publisher(DEFENCES["perturb"], 2), town(), 7)
    assert ATTACK.run(silent, town(), 7).high < 0.5 * told.low


def test_it_guesses_in_the_window_where_it_is_surest() -> None:
    """By day five share the place, by night nobody: there the target is known for sure."""
    world = [(p, 0, hour, 5) for p in range(5) for hour in range(10, 12)]
    world += [(p, 0, hour, p) for p in range(5) for hour in range(30, 32)]
    assert ATTACK.run(publisher(DEFENCES["pseudonymise"], 7), material(world), 1).value == 1.0


def test_nobody_known_and_nobody_published() -> None:
    pseudonymise = publisher(DEFENCES["pseudonymise"], 7)
    assert ATTACK.run(pseudonymise, material([]), 1).n == 0

    def nobody(given, _seed):
        return unprotected(given.traces.take(given.traces.person < 0))

    found = ATTACK.run(nobody, replace(town()), 1)
    assert (found.value, found.n) == (0.0, 300)
    assert found.control == pytest.approx(1 / len(np.unique(town().traces.person)))
