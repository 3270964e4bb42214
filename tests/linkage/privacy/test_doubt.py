"""Doubt in whole numbers: what it says of a link, of a profile, and of who is named wrongly."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import RiskError
from linkage.privacy.doubt import doubt, doubt_of_weight, wrong, wrongs
from linkage.privacy.metric import figures, load_metrics
from linkage.quality.calibration import probability
from tests.linkage.privacy.worlds import WORLDS, contexts

UNIT = 1 << 20
MOST = 64 * UNIT
WEIGHTS = st.floats(-200, 200) | st.sampled_from([0.0, -1e6, 1e6])
NAMES = (
    *("vulnerability", "identified_share"),
    *("correct_identification", "misidentification", "contaminated"),
)
METRICS = {name: load_metrics()[name] for name in NAMES}


@given(WEIGHTS, WEIGHTS | st.just(-inf))
def test_doubt_of_weights_is_that_of_their_calibrated_probability(weight, runner_up):
    found = doubt_of_weight(weight, runner_up)
    p = float(probability(np.array([weight]), np.array([runner_up]))[0])
    assert 0 <= found <= MOST
    assert abs(found - doubt(p)) <= 1
    # More for the link never makes it more doubtful, more for the rival never less.
    assert doubt_of_weight(weight + 1.0, runner_up) <= found
    assert doubt_of_weight(weight, runner_up + 1.0) >= found


@given(st.lists(st.floats(1e-3, 1.0), max_size=5))
def test_doubts_add_up_to_that_all_are_right(probabilities):
    together = sum(map(doubt, probabilities))
    assert wrong(together) / UNIT == pytest.approx(1 - np.prod(probabilities), abs=3e-6)


@given(st.floats(0.0, 1.0))
def test_a_probability_comes_back(p):
    assert wrong(doubt(p)) / UNIT == pytest.approx(1.0 - p, abs=2e-6)


@given(st.lists(st.integers(-MOST, 9 * MOST), max_size=20))
def test_many_are_told_as_one_is(doubts):
    many = wrongs(np.array(doubts, dtype=np.int64)).tolist()
    assert many == [wrong(one) for one in doubts]
    assert all(0 <= one <= UNIT for one in many)


@pytest.mark.parametrize("p", [-0.001, 1.001, float("nan"), inf])
def test_what_is_no_probability_is_refused(p):
    with pytest.raises(RiskError, match="needs a number from 0 to 1"):
        doubt(p)


def doubtful(people, how):
    return [
        {name: figure.value for name, figure in figures(METRICS, context).items()}
        for context in contexts(people, doubts=how)
    ]


@given(WORLDS, st.data())
def test_the_law_of_doubt(people, data):
    """Wrong links can only hide somebody; whom they name wrongly are among the doubted."""
    chance = st.integers(0, UNIT)
    how = data.draw(st.lists(chance, min_size=len(people), max_size=len(people)))
    for found in doubtful(people, how):
        blind, right = found["vulnerability"], found["correct_identification"]
        named, touched = found["misidentification"], found["contaminated"]
        assert right <= blind + 1e-12
        assert named <= blind - right + 1e-12 <= touched + 2e-12
        assert named <= found["identified_share"] + 1e-12
        assert found["identified_share"] - named <= right + 1e-12
    for found in doubtful(people, [0] * len(people)):
        assert found["correct_identification"] == found["vulnerability"]
        assert found["misidentification"] == found["contaminated"] == 0
    for found in doubtful(people, [UNIT] * len(people)):
        assert found["misidentification"] == found["identified_share"]


@given(st.integers(1, 9), st.data())
def test_where_everybody_is_alone_all_doubt_names_wrongly(many, data):
    how = data.draw(st.lists(st.integers(0, UNIT), min_size=many, max_size=many))
    (*_, found) = doubtful([[(0, n), (1, n), (2, n)] for n in range(many)], how)
    share = sum(how) / UNIT / many
    assert found["misidentification"] == found["contaminated"] == pytest.approx(share)
    assert found["correct_identification"] == pytest.approx(1 - share)
