"""Re-linking under new pseudonyms: whom it finds, window by window, and what it must not use."""

from dataclasses import replace

import numpy as np
import pytest

from linkage.privacy.attack import load_attacks, publisher
from linkage.privacy.attacks import relinking
from linkage.privacy.defence import Material, load_defences, unprotected
from tests.linkage.privacy.defence_worlds import material, town, traces

ATTACK = load_attacks()["relinking"]
DEFENCES = load_defences()


def plainly(given, _seed):
    return unprotected(given.traces)


def everywhere(place_of, hours=range(48)):
    """People who are where `place_of` says in every hour."""
    return [(person, 0, hour, place_of(person, hour)) for person in range(4) for hour in hours]


def test_habits_of_their_own_find_everybody_and_no_habits_nobody() -> None:
    found = ATTACK.run(plainly, material(everywhere(lambda person, _: person)), 1)
    assert (found.value, found.n, found.control) == (1.0, 4, 0.25)
    alike = ATTACK.run(plainly, material(everywhere(lambda _, hour: hour % 3)), 1)
    assert alike.value == pytest.approx(0.25), "all fit as well, and one of four is taken"


def test_habits_change_in_the_middle_and_nobody_is_found() -> None:
    """What is published is the second half alone; the first half's points would give all away."""
    found = ATTACK.run(plainly, material(everywhere(lambda p, hour: (p + (hour >= 24)) % 4)), 1)
    assert found.value == 0.0


def test_only_the_later_half_is_published() -> None:
    seen = []

    def noted(given: Material, seed: int):
        seen.append((int(given.traces.hour.min()), int(given.traces.hour.max())))
        return plainly(given, seed)

    ATTACK.run(noted, town(), 1)
    assert seen == [(36, 71)]


def test_each_window_is_one_guess() -> None:
    """On the fourth day person 0 is somewhere new: there all three fit as well."""

    def place(person, hour):
        return person if hour < 72 or person else 7

    world = [(p, 0, hour, place(p, hour)) for p in range(3) for hour in range(96)]
    windows = ATTACK.run(publisher(DEFENCES["pseudonymise"], 7), material(world), 1)
    assert windows.value == pytest.approx(((1 + 1 / 3) / 2 + 1 + 1) / 3)
    assert windows.control == pytest.approx(1 / 3)


def test_pseudonyms_that_change_do_not_hide_habits() -> None:
    """Tournier and de Montjoye's finding: a new pseudonym each day leaves most people findable."""
    pseudonymise = DEFENCES["pseudonymise"]
    day = ATTACK.run(publisher(pseudonymise, 7), town(), 7)
    assert day.low > 0.5 > 100 * day.control
    hour = ATTACK.run(publisher(pseudonymise, 168), town(), 7)
    assert hour.low > 10 * hour.control
    assert hour.high < day.low


def test_it_blurs_what_it_knows_as_the_publication_is_blurred(monkeypatch) -> None:
    perturbed = publisher(DEFENCES["perturb"], 3)
    whole = ATTACK.run(perturbed, town(), 7).value
    monkeypatch.setattr(relinking, "spread", lambda p, _w, _r: (np.arange(len(p)), p))
    assert ATTACK.run(perturbed, town(), 7).value < whole


def test_people_of_one_half_only_are_no_targets() -> None:
    world = [(1, 0, 0, 3), (2, 0, 0, 3), (2, 0, 9, 3), (3, 0, 9, 4), (3, 0, 1, 4)]
    assert ATTACK.run(plainly, material(world), 1).n == 2


def test_who_is_not_published_is_not_found() -> None:
    def nobody(given, _seed):
        return unprotected(given.traces.take(given.traces.person < 0))

    found = ATTACK.run(nobody, town(), 1)
    assert (found.value, found.control) == (0.0, 0.0)
    assert found.n == 300


def test_a_mutant_that_knows_the_second_half_is_seen(monkeypatch) -> None:
    """With the later half as its knowledge it would find people whose habits changed."""
    given = material(everywhere(lambda p, hour: (p + (hour >= 24)) % 4))
    honest, later = relinking._known, traces(everywhere(lambda p, _: (p + 1) % 4))
    assert ATTACK.run(plainly, given, 1).value == 0.0
    monkeypatch.setattr(relinking, "_known", lambda before, *rest: honest(later, *rest))
    assert ATTACK.run(plainly, replace(given), 1).value == 1.0
