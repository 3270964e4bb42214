"""A control is what an attack comes to where names are dealt at random; over many deals it is."""

import msgspec
import numpy as np
import pytest

from linkage.privacy.attack import load_attacks
from linkage.privacy.attacks import homogeneity
from linkage.privacy.defence import Material, Published, load_defences
from tests.linkage.privacy.defence_worlds import dealt_anew, town

ATTACKS, DEFENCES = load_attacks(), load_defences()
SEEDS = range(40)


def assert_met(run, defence: str, strength: int) -> None:
    """Over many deals of the names the attack succeeds as often as its control says."""

    def anew(given: Material, seed: int) -> Published:
        return dealt_anew(DEFENCES[defence].protect(given, strength, seed), seed + 1)

    found = [run(anew, town(), seed) for seed in SEEDS]
    hits = sum(one.value * one.n for one in found)
    expected = sum(one.control * one.n for one in found)
    # Rare and nearly independent: Poisson, and within five standard deviations of that.
    assert abs(hits - expected) < 5 * np.sqrt(expected) + 1


@pytest.mark.parametrize("name", ["unicity", "likeliest", "relinking"])
@pytest.mark.parametrize(
    ("defence", "strength"),
    [("suppress", 1), ("generalise", 2), ("perturb", 2), ("pseudonymise", 7)],
)
def test_it_is_met_where_names_tell_nothing(name: str, defence: str, strength: int) -> None:
    assert_met(ATTACKS[name].run, defence, strength)


def test_a_control_that_is_three_times_as_large_is_seen() -> None:
    def boastful(*given):
        found = ATTACKS["likeliest"].run(*given)
        return msgspec.structs.replace(found, control=3 * found.control)

    with pytest.raises(AssertionError):
        assert_met(boastful, "suppress", 1)


def test_the_control_of_a_home_is_the_census() -> None:
    _, home = homogeneity.homes(town().traces)
    most = np.unique(home, return_counts=True)[1].max() / len(home)
    found = ATTACKS["homogeneity"].run(
        lambda given, seed: DEFENCES["suppress"].protect(given, 1, seed), town(), 7
    )
    assert found.n == len(home) == 300
    assert found.control == pytest.approx(most)
