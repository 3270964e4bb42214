"""Averaging: fresh noise gives the true count away; one noise, asked again, does not."""

import numpy as np
import pytest
from scipy.stats import norm

from linkage.privacy.attack import publisher
from linkage.privacy.attacks.averaging import ATTACK, averaged
from linkage.privacy.cells import asked, counted, distinct, judged, without
from linkage.privacy.defence import load_defences
from linkage.privacy.defences.noisy_counts import rho_of, sigma_of
from tests.linkage.privacy.defence_worlds import material, town, traces

COUNTS = load_defences()["noisy_counts"]
WORLD = [(1, 0, 3, 4), (1, 0, 3, 4), (2, 0, 3, 4), (2, 1, 5, 6), (1, 0, 3, 7)]


def test_counts_are_of_people_not_of_points() -> None:
    assert counted(traces(WORLD)) == {(0, 3, 4): 2, (1, 5, 6): 1, (0, 3, 7): 1}
    assert len(distinct(traces(WORLD))) == 4
    assert COUNTS.protect(material(WORLD), 1, 0).counts == counted(traces(WORLD))
    assert counted(traces([])) == {}


def test_noise_is_on_every_cell_of_a_box_and_of_the_scale_that_rho_needs() -> None:
    found = COUNTS.protect(town(), 4, 3).counts
    true = counted(town().traces)
    assert found is not None
    assert len(found) == 2 * 72 * 64
    assert set(true) < set(found)
    noise = np.array([n - true.get(cell, 0) for cell, n in found.items()])
    assert sigma_of(4, 2) == pytest.approx(np.sqrt(2 / (2 * rho_of(4))))
    # 9,216 draws: the standard deviation is known to .7 %, six times that is 4.5 %.
    assert noise.std() == pytest.approx(sigma_of(4, 2), rel=0.045)
    assert COUNTS.protect(material([]), 4, 3).counts == {}


def test_somebody_in_two_places_within_an_hour_counts_once_there() -> None:
    crowd = [(p, 0, 3, place) for p in range(4000) for place in (4, 9)]
    found = COUNTS.protect(material(crowd), 2, 1).counts
    assert found is not None
    assert abs(found[0, 3, 4] + found[0, 3, 9] - 4000) < 60
    assert abs(found[0, 3, 4] - 2000) < 200


def test_questions_are_fair() -> None:
    questions = asked(town().traces, 50, 3)
    once = distinct(town().traces)
    own = set(zip(once.person, once.source, once.hour, once.place, strict=True))
    assert len(questions.person) == 100 == 2 * questions.there.sum()
    assert len(set(questions.cells)) == 100
    for person, cell, there in zip(questions.person, questions.cells, questions.there, strict=True):
        assert ((person, *cell) in own) == there
    gone = counted(without(town(), questions.rows).traces)
    before = counted(town().traces)
    for cell, there in zip(questions.cells, questions.there, strict=True):
        assert before.get(cell, 0) - gone.get(cell, 0) == there
    assert judged(questions, np.zeros(100)).value == 0.5
    assert judged(questions, questions.there.astype(float)).value == 1.0


@pytest.mark.parametrize(("strength", "times"), [(2, 1), (2, 16), (4, 64)])
def test_success_grows_with_repetition_as_the_mean_of_noise_shrinks(strength, times) -> None:
    found = averaged(publisher(COUNTS, strength), town(), 5, times)
    expected = norm.cdf(0.5 / (sigma_of(strength, 2) * np.sqrt(2 / times)))
    # 200 questions: four standard deviations of a share.
    assert found.value == pytest.approx(expected, abs=4 * 0.5 / np.sqrt(200))
    assert found.low <= found.value <= found.high


def test_an_answer_that_is_kept_and_repeated_gives_nothing_more() -> None:
    """What a ledger does: the same question has the stored answer, whatever the attacker's seed."""
    kept = averaged(lambda given, _: COUNTS.protect(given, 4, 77), town(), 5, 64)
    once = averaged(lambda given, _: COUNTS.protect(given, 4, 77), town(), 5, 1)
    assert kept == once


def test_exact_counts_tell_all() -> None:
    found = ATTACK.run(publisher(COUNTS, 1), town(100, 1), 5)
    assert found.value == 1.0
    assert found.control == 0.5
