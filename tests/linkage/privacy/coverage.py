"""Counting how often intervals hold the truth, and worlds of classes to count it in."""

from collections import defaultdict

import numpy as np
from scipy.stats import binom

from linkage.privacy.adversary import Knowledge
from linkage.privacy.doubt import doubt
from linkage.privacy.histogram import ClassHistogram
from linkage.privacy.lattice import class_moves
from linkage.privacy.metric import Context
from linkage.privacy.points import PointIndex
from tests.linkage.privacy.worlds import ADVERSARIES, SOURCES, VIEWS

NOBODY = np.empty(0, np.int64)


def tolerated(trials: int) -> tuple[float, float]:
    """Return what coverage of 93 to 97 % gives, but for less than one chance in a million."""
    low, high = binom.ppf(5e-7, trials, 0.93), binom.isf(5e-7, trials, 0.97)
    return float(low) / trials, float(high) / trials


class Tally:
    """How often each metric's intervals held the truth, how wide they were, how far off."""

    def __init__(self) -> None:
        self.held, self.widths, self.errors = (defaultdict(list) for _ in range(3))

    def add(self, name, estimate, truth):
        self.held[name].append(estimate.low - 1e-9 <= truth <= estimate.high + 1e-9)
        self.widths[name].append(estimate.high - estimate.low)
        self.errors[name].append(estimate.value - truth)

    def share(self, name):
        return float(np.mean(self.held[name]))

    def standard_errors_off(self, name):
        """Return by how many of its standard errors the mean error is off 0."""
        errors = np.array(self.errors[name])
        return float(errors.mean() / max(errors.std() / np.sqrt(len(errors)), 1e-300))

    def print(self):
        print(f"\n{'metric':26} {'held':>6} {'width':>8} {'bias':>9} {'n':>6}")
        for name in sorted(self.held):
            width, bias = np.mean(self.widths[name]), np.mean(self.errors[name])
            held = f"{self.share(name):6.3f} {width:8.3f} {bias:+9.4f} {len(self.held[name]):6}"
            print(f"{name:26} {held}")


def traces(rng, most=1000, kinds=(0.2, 2.0)):
    """Return the sums and doubts of people x sources, some kinds of trace shared by many."""
    people = int(rng.integers(most // 4, most))
    sums = np.zeros((people, 3), np.uint64)
    for source in range(3):
        count = int(people * rng.uniform(*kinds))
        weights = 1.0 / np.arange(1, count + 1) ** rng.uniform(0, 1.2)
        kind = rng.choice(count, people, p=weights / weights.sum())
        keys = rng.integers(1, 2**64, count, dtype=np.uint64)
        sums[:, source] = np.where(rng.random(people) < rng.uniform(0.5, 1), keys[kind], 0)
    sure = rng.beta(rng.uniform(1, 9), rng.uniform(0.2, 2), 50).tolist()
    units = np.array([doubt(probability) for probability in sure])
    doubts = np.where(rng.random(sums.shape) < 0.5, rng.choice(units, sums.shape), 0)
    here = sums.any(axis=1)
    return sums[here], doubts[here]


def histogram_of(sums, doubts):
    histogram = ClassHistogram(len(VIEWS))
    for moves in class_moves(VIEWS, SOURCES, (sums * np.uint64(0), sums), (doubts * 0, doubts)):
        histogram.move(moves)
    return histogram


def context_of(histogram, number, people):
    """Return a view without any attack."""
    index = PointIndex()
    return Context(
        view=VIEWS[number],
        number=number,
        sources=tuple(SOURCES.index(source) for source in VIEWS[number].sources),
        views=VIEWS,
        histogram=histogram,
        visible=index,
        profiles=index.profiles(NOBODY),
        adversary=ADVERSARIES["points"],
        knowledge=Knowledge(3),
        seed=1,
        population=people,
    )
