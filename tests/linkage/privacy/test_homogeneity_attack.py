"""Homogeneity: what a crowd shares is told of everybody in it, whoever they are."""

import numpy as np
import pytest
from hypothesis import given

from linkage.privacy.attack import load_attacks, publisher
from linkage.privacy.attacks import homogeneity
from linkage.privacy.attacks.homogeneity import homes
from linkage.privacy.defence import load_defences, unprotected
from tests.linkage.privacy.defence_worlds import WORLDS, material, rows, town, traces

ATTACK = load_attacks()["homogeneity"]
DEFENCES = load_defences()


def plainly(given_material, _seed):
    return unprotected(given_material.traces)


def crowd(home_of, people=6):
    """People who are all in cell 5 by day; `home_of` says where each is at night."""
    return [
        (person, 0, hour, 5 if 8 <= hour < 20 else home_of(person))
        for person in range(people)
        for hour in range(24)
    ]


def test_a_crowd_that_shares_its_home_hides_nobody() -> None:
    found = ATTACK.run(plainly, material(crowd(lambda _: 9)), 1)
    assert (found.value, found.control) == (1.0, 1.0), "and so does the census"
    two = crowd(lambda _: 9) + [(p, 0, h, 3) for p in range(6, 16) for h in range(24)]
    found = ATTACK.run(plainly, material(two), 1)
    assert found.value == 1.0, "six fit, none is singled out, and all are told"
    assert found.control == pytest.approx(10 / 16)
    assert load_attacks()["unicity"].run(plainly, material(crowd(lambda _: 9)), 1).value == 0.0


def test_a_crowd_of_many_homes_is_named_the_most_frequent() -> None:
    """Three of six live in 9, the others each elsewhere: the majority is right for three."""
    found = ATTACK.run(plainly, material(crowd(lambda p: 9 if p < 3 else p)), 1)
    assert (found.value, found.control) == (0.5, 0.5)


def test_a_minority_of_the_town_is_a_majority_of_its_crowd() -> None:
    mixed = crowd(lambda p: 9 if p < 4 else 3)
    far = [(p, 0, h, 3) for p in range(6, 16) for h in range(24)]
    found = ATTACK.run(plainly, material(mixed + far), 1)
    assert found.value == pytest.approx(14 / 16), "the two of the crowd who live in 3 are missed"
    assert found.control == pytest.approx(12 / 16)


def test_of_cells_that_a_square_leaves_open_the_one_with_most_homes_is_named() -> None:
    # Cells 10, 11, 14 and 15 share a square of side 2; three live in 11, one in 14.
    world = crowd(lambda p: 11 if p < 3 else 14, people=4)
    found = ATTACK.run(publisher(DEFENCES["generalise"], 2), material(world), 1)
    assert found.value == pytest.approx(3 / 4)


def test_the_home_of_moved_points_is_the_cell_that_explains_most_of_them() -> None:
    given_material = town()
    people, home = homes(given_material.traces)
    published = DEFENCES["perturb"].protect(given_material, 2, 3)
    cells, living = np.unique(home, return_counts=True)
    everybody = np.arange(len(published.holder))
    guess = homogeneity._guessed(published, everybody, cells, living / (len(home) + 1))
    right = cells[guess] == home[np.searchsorted(people, published.holder)]
    assert right.mean() > 0.9
    naive = dict(zip(*homes(published.traces), strict=True))
    named = np.array([naive.get(p, -1) for p in range(len(published.holder))])
    assert (named == home[np.searchsorted(people, published.holder)]).mean() < right.mean() - 0.1


def test_windows_that_part_day_and_night_leave_the_census() -> None:
    found = ATTACK.run(publisher(DEFENCES["pseudonymise"], 168), town(), 7)
    assert found.value == found.control


def test_nobody_seen_at_night_is_no_target() -> None:
    found = ATTACK.run(plainly, material([(1, 0, 12, 3), (2, 0, 12, 3), (2, 0, 23, 4)]), 1)
    assert found.n == 1


@given(WORLDS)
def test_home_is_where_somebody_is_most_at_night(world) -> None:
    night = {}
    for person, _, hour, place in world:
        if hour % 24 >= 22 or hour % 24 < 6:
            night.setdefault(person, []).append(place)
    expected = {p: min(places, key=lambda x: (-places.count(x), x)) for p, places in night.items()}
    people, home = homes(traces(world))
    assert dict(zip(people.tolist(), home.tolist(), strict=True)) == expected


def test_a_mutant_that_never_asks_the_crowd_is_seen(monkeypatch) -> None:
    """Votes that are thrown away leave the census: so the success above is the crowd's."""
    monkeypatch.setattr(
        homogeneity, "_guessed", lambda _published, fits, *_: np.full(len(fits), -1)
    )
    found = ATTACK.run(plainly, town(), 7)
    assert found.value == found.control
    assert len(rows(town().traces)) > 5_000
