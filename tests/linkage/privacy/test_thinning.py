"""Thinned views: which classes stay, and what is told of all from those that stayed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.classes import ClassTable
from linkage.privacy.histogram import ClassHistogram
from linkage.privacy.metric import figures, load_metrics
from tests.linkage.privacy.coverage import Tally, context_of, tolerated, traces
from tests.linkage.privacy.coverage import histogram_of as histogram_of_people
from tests.linkage.privacy.journeys import (
    VIEWS,
    applied,
    histogram_of,
    journeys,
    recount,
    shifted,
    state,
    states,
)

METRICS = load_metrics()
LEVELS = st.lists(st.integers(0, 3), min_size=VIEWS, max_size=VIEWS)
PLAIN = (
    *("vulnerability", "identified_share", "small_classes", "classes", "leakage"),
    *("correct_identification", "misidentification", "contaminated"),
)
"""Metrics that are one sum over classes, each worth no more than a few people."""
WIDE = ("bits", "join_lift", "shapley", "synergy")
"""Metrics whose intervals are wide on purpose: nothing is known of how their parts go together."""


def thinned(histogram, levels):
    for view, level in enumerate(levels):
        histogram.thin(view, level)
    return histogram


@given(journeys(), LEVELS, st.integers(0, 60), st.sampled_from([applied, shifted]))
def test_what_stays_is_what_its_key_says_whenever_it_is_thinned(journey, levels, cut, how):
    steps, at = journey
    histogram = how(ClassHistogram(VIEWS), steps[:cut])
    how(thinned(histogram, levels), steps[cut:])
    for view, level in enumerate(levels):
        assert state(histogram, view) == recount(at, view, (1 << level) - 1)
    assert states(histogram) == states(thinned(histogram_of(journey), levels))


@given(journeys(), journeys((6, 9)), LEVELS, LEVELS)
def test_parts_that_are_thinned_differently_merge_at_the_higher_level(few, others, one, other):
    merged = thinned(histogram_of(few), one)
    merged.merge(thinned(histogram_of(others), other))
    levels = [max(pair) for pair in zip(one, other, strict=True)]
    assert states(merged) == states(thinned(histogram_of(few, others), levels))


@given(journeys(), LEVELS)
def test_thinning_less_than_before_changes_nothing(journey, levels):
    histogram = thinned(histogram_of(journey), levels)
    before = states(histogram)
    assert states(thinned(histogram, [max(0, level - 1) for level in levels])) == before


@given(journeys(), LEVELS)
def test_undo_goes_on_after_thinning(journey, levels):
    histogram = thinned(histogram_of(journey), levels)
    applied(histogram, [step.back() for step in reversed(journey[0])])
    assert histogram.digest() == ClassHistogram(VIEWS).digest()
    assert [histogram.people(view) for view in range(VIEWS)] == [0] * VIEWS


def simulated(worlds, names, seed, **how) -> Tally:
    """Thin one view of each world to a half, a quarter or an eighth, and ask for the whole."""
    asked, tally = {name: METRICS[name] for name in names}, Tally()
    for world in range(worlds):
        rng = np.random.default_rng([seed, world])
        sums, doubts = traces(rng, **how)
        histogram, number = histogram_of_people(sums, doubts), world % 7
        true = figures(asked, context_of(histogram, number, len(sums)))
        thinned(histogram, [1 + world // 7 % 3] * 7)
        for name, estimate in figures(asked, context_of(histogram, number, len(sums))).items():
            assert estimate.estimand == "sample"
            tally.add(name.partition("/")[0], estimate, true[name].value)
    return tally


def test_intervals_hold_the_truth_in_400_worlds():
    tally = simulated(400, PLAIN, seed=1)
    low, high = tolerated(400)
    assert all(low <= tally.share(name) <= high for name in PLAIN)


@pytest.mark.prove
def test_intervals_hold_the_truth_in_2000_worlds():
    tally = simulated(2_000, (*PLAIN, *WIDE), seed=2, most=3_000)
    tally.print()
    assert all(0.93 <= tally.share(name) <= 0.97 for name in PLAIN)
    assert all(tally.share(name) >= 0.93 for name in WIDE)


def test_away_from_their_bounds_estimates_are_unbiased():
    names = [name for name in PLAIN if name != "leakage"]
    tally = simulated(400, names, seed=3, most=500, kinds=(0.05, 0.3))
    assert all(abs(tally.standard_errors_off(name)) < 5 for name in names)


def test_the_laws_catch_who_keeps_the_first_that_came(monkeypatch):
    def first(self, level):
        if (1 << level) - 1 > self.low:
            keys, people, doubts = self.arrays()
            kept = np.arange(len(keys)) < len(keys) >> level
            self.low, self._alone, self._crowds, self._sizes = (1 << level) - 1, set(), {}, {}
            packed = people[kept] | doubts[kept] << 24
            self.write(keys[kept].tolist(), np.zeros_like(packed), packed)

    monkeypatch.setattr(ClassTable, "thin", first)
    with pytest.raises(AssertionError):
        test_parts_that_are_thinned_differently_merge_at_the_higher_level()


def test_the_laws_catch_who_takes_the_kept_for_all(monkeypatch):
    monkeypatch.setattr("linkage.privacy.histogram.ClassHistogram.level", lambda *_: 1)
    tally = simulated(100, PLAIN, seed=1)
    assert tally.share("vulnerability") < tolerated(100)[0]
