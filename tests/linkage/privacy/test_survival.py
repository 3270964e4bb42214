"""Kaplan-Meier: a textbook's table, counting by hand, brute force, and how often the band holds."""

from math import exp, inf, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from linkage.privacy import survival
from linkage.privacy.estimate import wilson
from linkage.privacy.survival import identified_within, kaplan_meier, sustained

# Weeks in remission under 6-MP (Freireich et al. 1963, Blood 21:699; Kalbfleisch and Prentice).
SEEN = [6, 6, 6, 7, 10, 13, 16, 22, 23]
LOST = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
# Time, at risk, surviving, its 95 % band on the log(-log) scale.
TABLE = [
    (6, 21, 0.8571, 0.6197, 0.9516),
    (7, 17, 0.8067, 0.5631, 0.9228),
    (10, 15, 0.7529, 0.5032, 0.8894),
    (13, 12, 0.6902, 0.4316, 0.8491),
    (16, 11, 0.6275, 0.3675, 0.8049),
    (22, 7, 0.5378, 0.2678, 0.7468),
    (23, 6, 0.4482, 0.1881, 0.6801),
]


def curve_of(rows):
    """Return the curve of (entry, exit, event) rows."""
    entry, exit_, event = (list(column) for column in zip(*rows, strict=True)) if rows else [[]] * 3
    return kaplan_meier(np.array(entry, float), np.array(exit_, float), np.array(event, bool))


def remission():
    return curve_of([(0, t, True) for t in SEEN] + [(0, t, False) for t in LOST])


def test_it_gives_the_textbooks_table() -> None:
    c = remission()
    got = zip(c.times, c.at_risk, c.surviving, c.low, c.high, strict=True)
    assert [(t, n, *(round(x, 4) for x in rest)) for t, n, *rest in got] == TABLE
    assert (c.people, c.until) == (21, 35.0)


def test_late_entries_count_from_when_they_came() -> None:
    """At 2: A, B of three (C comes at 2). At 4: B, C, D, E. At 6: D, E and F, who came at 5."""
    c = curve_of(
        [(0, 2, True), (0, 4, True), (2, 4, True), (1, 6, True), (3, 7, False), (5, 8, False)]
    )
    assert c.times.tolist() == [2, 4, 6]
    assert c.at_risk.tolist() == [3, 4, 3]
    assert c.surviving.tolist() == pytest.approx([2 / 3, 2 / 3 * 2 / 4, 2 / 3 * 2 / 4 * 2 / 3])
    error = sqrt(1 / (3 * 2) + 2 / (4 * 2) + 1 / (3 * 2)) / abs(log(2 / 9))
    assert c.low[2] == pytest.approx((2 / 9) ** exp(1.959964 * error))
    assert c.high[2] == pytest.approx((2 / 9) ** exp(-1.959964 * error))


@st.composite
def rows(draw, most=25):
    out = []
    for _ in range(draw(st.integers(0, most))):
        entry = draw(st.sampled_from([0, 0, 0, 1, 2, 5]))
        exit_ = draw(st.integers(entry + (entry > 0), 12))
        out.append((entry, exit_, draw(st.booleans())))
    return out


@given(rows())
def test_it_is_the_product_over_whoever_is_at_risk(people) -> None:
    c, share = curve_of(people), 1.0
    times = sorted({exit_ for _, exit_, event in people if event})
    assert c.times.tolist() == times
    for number, t in enumerate(times):
        at_risk = [p for p in people if (p[0] < t or p[0] == 0) and t <= p[1]]
        share *= 1 - sum(p[1] == t and p[2] for p in at_risk) / len(at_risk)
        assert c.at_risk[number] == len(at_risk)
        assert c.surviving[number] == pytest.approx(share, abs=1e-12)
        assert 0 <= c.low[number] <= c.surviving[number] <= c.high[number] <= 1


@given(st.lists(st.integers(0, 20), min_size=1, max_size=40), st.integers(0, 25))
def test_without_losses_it_is_the_share_of_those_identified(exits, hours) -> None:
    e = identified_within(curve_of([(0, t, True) for t in exits]), hours)
    assert e.value == pytest.approx(sum(t <= hours for t in exits) / len(exits), abs=1e-12)
    assert e.low <= e.value <= e.high


@given(rows(), st.floats(0, 15), st.floats(0, 15))
def test_the_share_identified_grows_and_keeps_its_interval(people, one, other) -> None:
    c = curve_of(people)
    early, late = (identified_within(c, hours) for hours in sorted((one, other)))
    assert early.value <= late.value
    for e in (early, late):
        assert 0 <= e.low <= e.value <= e.high <= 1
        assert (e.n, e.estimand) == (len(people), "sample")


def test_what_was_not_watched_is_not_known() -> None:
    c = remission()
    assert identified_within(c, 35).high < 1
    past = identified_within(c, 36)
    assert (past.value, past.low, past.high) == (1 - c.surviving[-1], 1 - c.high[-1], 1.0)
    nobody = identified_within(curve_of([]), 5)
    assert (nobody.value, nobody.low, nobody.high, nobody.n) == (0, 0, 1, 0)


def test_before_anybody_is_identified_it_is_none_of_those_watched_until_then() -> None:
    c = curve_of([(0, 5, False)] * 10 + [(0, 9, False)] * 20 + [(4, 9, False)] * 30)
    assert identified_within(c, 5).high == wilson(0, 30).high
    assert identified_within(c, 6).high == wilson(0, 20).high
    late = curve_of([(4, 9, False)] * 30)
    assert identified_within(late, 6).high == 1


def test_where_all_at_risk_are_identified_there_is_still_doubt() -> None:
    c = curve_of([(0, 1, True)] * 3 + [(0, 2, True)] * 9 + [(3, 4, True), (3, 5, False)])
    assert c.surviving.tolist() == [0.75, 0, 0]
    assert c.low.tolist()[1:] == [0, 0]
    assert c.high[1] == c.high[2] == pytest.approx(c.high[0] * wilson(0, 9).high)
    alone = curve_of([(0, 1, True)])
    assert (alone.surviving[0], alone.high[0]) == (0, wilson(0, 1).high)


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ([(0, 1, True), (-1, 1, True)], "row 1: entry is -1.0, needs a time from 0 on"),
        ([(0, -2, True)], "row 0: exit is -2.0"),
        ([(0, inf, True)], "row 0: exit is inf"),
        ([(3, 2, False)], "row 0: exit 2.0 is not after entry 3.0"),
        ([(3, 0, False)], "row 0: exit 0.0 is not after entry 3.0"),
        ([(2, 2, True)], "row 0: exit 2.0 is not after entry 2.0"),
    ],
)
def test_impossible_times_are_refused(people, words) -> None:
    with pytest.raises(ValueError, match=words):
        curve_of(people)


def test_other_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="2 entries, 1 exits and 1 events: needs one of each"):
        kaplan_meier(np.zeros(2), np.ones(1), np.ones(1, bool))
    for hours in (-1.0, float("nan")):
        with pytest.raises(ValueError, match=f"hours {hours}: needs a number from 0 on"):
            identified_within(remission(), hours)


STEPS = st.lists(st.tuples(st.integers(1, 4), st.booleans()), max_size=20)


@given(STEPS, st.integers(0, 12))
def test_sustained_is_the_first_time_that_looking_ahead_confirms(steps, window) -> None:
    times = np.cumsum([gap for gap, _ in steps]).tolist()
    holds = [held for _, held in steps]
    confirmed = []
    for number, time in enumerate(times):
        broken = [t for t, held in zip(times, holds, strict=True) if t > time and not held]
        end = min(broken, default=times[-1])
        if holds[number] and end - time >= window:
            confirmed.append(time)
    assert sustained(times, holds, window) == min(confirmed, default=None)


@pytest.mark.parametrize(
    ("times", "holds", "window", "words"),
    [
        ([1, 2], [True], 1, "2 times for 1 conditions"),
        ([1, 1], [True, True], 1, "times: 1 comes after 1; they must rise"),
        ([1, float("nan")], [True, True], 1, "times: nan comes after 1"),
        ([1], [True], -1, "window -1: needs a number from 0 on"),
    ],
)
def test_sustained_refuses_what_is_no_history(times, holds, window, words) -> None:
    with pytest.raises(ValueError, match=words):
        sustained(times, holds, window)


def held(worlds: int, seed: int) -> float:
    """Return how often the interval at some time holds the truth, with late entries and losses."""
    hits = 0
    for world in range(worlds):
        rng = np.random.default_rng([seed, world])
        shape, n = rng.uniform(0.6, 2.0), int(rng.integers(80, 400))
        identified = 10 * rng.weibull(shape, n)
        entry = np.where(rng.random(n) < 0.6, 0.0, rng.uniform(0, 8, n))
        lost = entry + rng.exponential(20, n)
        late = identified > entry
        exit_ = np.minimum(identified, np.minimum(lost, 30.0))
        curve = kaplan_meier(entry[late], exit_[late], (identified == exit_)[late])
        share = rng.uniform(0.1, 0.85)
        e = identified_within(curve, 10 * (-log(1 - share)) ** (1 / shape))
        hits += e.low <= share <= e.high
    return hits / worlds


def test_the_band_holds_the_truth_in_300_worlds() -> None:
    """Outside these bounds with less than one chance in a million, if it does so 93 to 97 %."""
    assert binom.ppf(1e-6, 300, 0.93) / 300 <= held(300, seed=1)


@pytest.mark.prove
def test_the_band_holds_the_truth_in_2000_worlds() -> None:
    assert 0.93 <= held(2_000, seed=2) <= 0.97


def test_it_catches_who_counts_late_entries_from_the_start(monkeypatch) -> None:
    original = survival.kaplan_meier

    def from_the_start(entry, exit_, event):
        return original(np.zeros(len(entry)), exit_, event)

    monkeypatch.setitem(globals(), "kaplan_meier", from_the_start)
    assert held(300, seed=1) < binom.ppf(1e-6, 300, 0.93) / 300
