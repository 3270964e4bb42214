"""What each person adds to a figure: the mean over everybody is what the metric says."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.each import Alike, adds, alike
from linkage.privacy.histogram import ClassHistogram, Moves
from linkage.privacy.lattice import class_moves
from linkage.privacy.metric import figures, load_metrics
from tests.linkage.privacy.worlds import SOURCES, VIEWS, WORLDS, contexts, point_of

METRICS = load_metrics()
NAMES = adds(Alike(np.array([1]), np.array([1.0]))).keys()
BIT = 1 << 20


def profiles(people, doubted):
    """Sums of points and doubts, people x sources; `doubted` is cycled through."""
    totals = [[0] * len(SOURCES) for _ in people]
    for total, person in zip(totals, people, strict=True):
        for source, place in person:
            total[source] = (total[source] + point_of(source, place)) % 2**64
    sums = np.array(totals, np.uint64)
    doubts = np.resize(np.array(doubted, np.int64), sums.shape)
    return sums, doubts


def histogram_of(sums, doubts):
    histogram = ClassHistogram(len(VIEWS))
    nothing = np.zeros_like(sums), np.zeros_like(doubts)
    moves = class_moves(VIEWS, SOURCES, (nothing[0], sums), (nothing[1], doubts))
    histogram.move(Moves(*(np.concatenate(parts) for parts in zip(*moves, strict=True))))
    return histogram


def columns(view):
    return [SOURCES.index(source) for source in view.sources]


@given(people=WORLDS, doubted=st.lists(st.integers(0, 3 * BIT), min_size=1, max_size=40))
def test_the_mean_over_everybody_is_the_metric(people, doubted) -> None:
    sums, doubts = profiles(people, doubted)
    histogram = histogram_of(sums, doubts)
    for context in contexts(people):
        chosen = columns(context.view)
        each = adds(alike(sums[:, chosen], doubts[:, chosen]))
        chosen_metrics = {name: METRICS[name] for name in NAMES}
        found = figures(chosen_metrics, replace(context, histogram=histogram))
        for name in NAMES:
            assert abs(float(each[name].mean()) - found[name].value) <= 1e-12, name
            assert (each[name] >= 0).all() and (each[name] <= 1).all()


@given(people=WORLDS)
def test_those_who_look_alike_are_those_whom_the_histogram_counts(people) -> None:
    sums, doubts = profiles(people, [0])
    histogram = histogram_of(sums, doubts)
    for number, view in enumerate(VIEWS):
        chosen = columns(view)
        keys = sums[:, chosen].sum(axis=1, dtype=np.uint64).tolist()
        sizes = alike(sums[:, chosen], doubts[:, chosen]).size.tolist()
        assert sizes == [histogram.size(number, key) if key else 0 for key in keys]


def test_by_hand() -> None:
    """Two alone, one of them sure to a half; a pair; two absent, whose doubt is nobody's."""
    sums = np.array([[1], [2], [3], [3], [0], [0]], np.uint64)
    doubts = np.array([[0], [BIT], [0], [2 * BIT], [0], [9 * BIT]])
    people = alike(sums, doubts)
    assert people.size.tolist() == [1, 1, 2, 2, 0, 0]
    assert people.trust.tolist() == [1.0, 0.5, 1.0, 0.25, 1.0, 1.0]
    means = {name: float(each.mean()) for name, each in adds(people).items()}
    assert means == {
        "identified_share": 2 / 6,
        "vulnerability": 4 / 6,
        "correct_identification": pytest.approx((1 + 0.5 + 0.5 + 0.125 + 1) / 6),
        "misidentification": pytest.approx(0.5 / 6),
        "contaminated": pytest.approx((0.5 + 0.75) / 6),
    }


def test_who_is_absent_counted_as_alone_would_be_seen() -> None:
    people = Alike(np.array([1, 0, 0]), np.ones(3))
    alone = people._replace(size=np.array([1, 1, 1]))
    assert adds(people)["vulnerability"].tolist() == [1.0, 0.5, 0.5]
    assert adds(alone)["vulnerability"].tolist() == [1.0, 1.0, 1.0]


def test_nobody() -> None:
    nobody = alike(np.empty((0, 2), np.uint64), np.empty((0, 2), np.int64))
    assert all(len(each) == 0 for each in adds(nobody).values())
