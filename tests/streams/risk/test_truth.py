"""Figures without the truth beside the truth: by hand, and on worlds full of errors."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from linkage.intervals import Z95
from linkage.privacy.each import Alike, adds
from linkage.privacy.estimate import census
from linkage.quality.accounts import NOBODY
from streams.quality.answers import Answer
from streams.risk.beside import SEEING, beside, calibrated
from streams.risk.more_tables import truth_text
from streams.risk.truth import wrongs_of
from tests.streams.risk.ran import Ran, ran

SIZE, TRUST = np.array([1, 1, 2, 2, 0]), np.array([0.9, 1.0, 0.5, 1.0, 1.0])
PEOPLE = Alike(SIZE, TRUST)
WRONG = np.array([True, False, True, False, False])


def measured(people: Alike):
    return {name: census(float(each.mean()), 5) for name, each in adds(people).items()}


def test_by_hand() -> None:
    """One of two who are alone is wrong, one of a pair is, and one person is absent."""
    found = beside(PEOPLE, WRONG, measured(PEOPLE))
    assert {name: one.true.value for name, one in found.items()} == pytest.approx(
        {
            "correct_identification": (1 + 0.5 + 1) / 5,
            "misidentification": 1 / 5,
            "contaminated": 2 / 5,
        }
    )
    assert found["misidentification"].error == pytest.approx(0.1 / 5 - 1 / 5)
    assert found["misidentification"].chance == pytest.approx(Z95 * (0.9 * 0.1) ** 0.5 / 5)
    chance = (0.9 * 0.1 + 0.5 * 0.5) ** 0.5
    assert found["contaminated"].chance == pytest.approx(Z95 * chance / 5)
    assert calibrated(PEOPLE, WRONG).pairs == 4


def test_what_chance_allows_is_what_chance_does() -> None:
    """Where m is right, 95 % of worlds differ from the measured figure by no more."""
    rng = np.random.default_rng(3)
    people = Alike(rng.integers(1, 4, 800), rng.beta(2, 1, 800))
    said = measured(people)
    found = [beside(people, rng.random(800) >= people.trust, said) for _ in range(2_000)]
    for name in SEEING:
        held = np.mean([abs(one[name].error) <= one[name].chance for one in found])
        assert 0.935 <= held <= 0.965, name


def test_somebody_absent_is_never_wrong() -> None:
    nobody = Alike(np.zeros(3, np.int64), np.ones(3))
    found = beside(nobody, np.ones(3, np.bool_), {name: census(0.0, 3) for name in SEEING})
    assert found["contaminated"].true.value == found["misidentification"].true.value == 0.0


def test_wrong_links_are_those_that_name_another(hard: Ran) -> None:
    stand, truth, answers = hard.stand, hard.truth, dict(hard.answers)
    before = wrongs_of(stand, answers, truth)
    key = next(k for k, a in answers.items() if right(hard, k, a) and a.person in stand.person)
    other = int(stand.person[stand.person != answers[key].person][5])
    answers[key] = answers[key]._replace(person=other)
    after = wrongs_of(stand, answers, truth)
    assert (after.links, after.wrong) == (before.links, before.wrong + 1)
    more = after.linked - before.linked
    row = int(np.searchsorted(stand.person, other))
    assert more[row, stand.sources.index(key[0])] == 1 and int(np.abs(more).sum()) == 1
    answers[key] = answers[key]._replace(status="review")
    assert wrongs_of(stand, answers, truth).links == before.links - 1


def right(ran: Ran, key, answer: Answer) -> bool:
    place = ran.truth.place[key]
    described = ran.truth.person[place]
    return answer.status == "linked" and described == answer.person == ran.truth.holder[place]


def test_a_link_that_is_right_of_an_account_that_is_anothers_is_told_apart(hard: Ran) -> None:
    wrongs = wrongs_of(hard.stand, hard.answers, hard.truth)
    assert wrongs.held.sum() > 0
    nobody_else = replace(hard.truth, holder=hard.truth.person)
    assert wrongs_of(hard.stand, hard.answers, nobody_else).held.sum() == 0
    everybody = replace(hard.truth, person=np.full(len(hard.truth), NOBODY))
    assert wrongs_of(hard.stand, hard.answers, everybody).wrong == wrongs.links


def test_figures_follow_the_truth_and_not_their_own_opinion(hard: Ran) -> None:
    """The same run beside another truth: what is measured stays, what is true moves."""
    as_it_is = hard.beside_truth()
    shuffled = replace(hard.truth, person=np.roll(hard.truth.person, 1))
    strange = replace_truth(hard, shuffled).beside_truth()
    for before, after in zip(as_it_is.views, strange.views, strict=True):
        for name in SEEING:
            assert before.figures[name].measured == after.figures[name].measured
        assert after.calibration.expected_error > 0.5 > before.calibration.expected_error
        assert after.figures["contaminated"].true.value > 0.3


def replace_truth(hard: Ran, truth) -> Ran:
    other = Ran(hard.world, hard.store, hard.stand, hard.said)
    other.__dict__["truth"] = truth
    return other


def assert_close(found, within: float, calibration: float) -> None:
    for view in found.views:
        for name in SEEING:
            assert abs(view.figures[name].error) <= within, (view.view, name)
        assert view.calibration.expected_error <= calibration, view.view


def test_errors_are_seen_without_the_truth(hard: Ran) -> None:
    found = hard.beside_truth()
    assert found.links > 1000
    assert_close(found, 0.005, 0.02)
    said = truth_text(found)
    assert "vulnerability, blind" in said and "ECE of m" in said


@pytest.mark.prove
@pytest.mark.parametrize("preset", ["typical", "hard"])
def test_at_twenty_thousand_people(preset: str, tmp_path: Path) -> None:
    found = ran(tmp_path, 20_000, preset).beside_truth()
    print(truth_text(found))
    assert_close(found, 0.005, 0.02)
