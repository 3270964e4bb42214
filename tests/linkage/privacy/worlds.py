"""Small worlds for metrics: people with points, and the context that the stream would give."""

from collections import Counter
from functools import cache
from random import Random

import numpy as np
from hypothesis import strategies as st

from linkage.privacy.adversary import Knowledge
from linkage.privacy.metric import Context
from linkage.privacy.points import PointIndex
from linkage.privacy.view import ClassHistogram, View, lattice

SOURCES = ("phone", "bank", "internet")
VIEWS = lattice(SOURCES)
KNOWLEDGE = Knowledge(3, False, "hour x cell", "three points of anybody")

# A world is a list of people, a person a list of (source number, place) pairs, repeats allowed.
PERSON = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=6)
WORLDS = st.lists(PERSON, min_size=1, max_size=12)


@cache
def point_of(source, place):
    return Random(f"{source} {place}").getrandbits(64)


def index_of(people, sample=1000, seed=5):
    rows = [(n, source, place) for n, person in enumerate(people) for source, place in person]
    index = PointIndex(seed=seed, sample=sample)
    index.add(
        np.array([n for n, _, _ in rows], dtype=np.int64),
        np.array([source for _, source, _ in rows], dtype=np.uint8),
        np.array([point_of(source, place) for _, source, place in rows], dtype=np.uint64),
        np.ones(len(rows), dtype=np.int8),
    )
    return index


def histogram_of(people):
    rows = [
        (number, sum(point_of(s, place) for s, place in person if SOURCES[s] in view.sources))
        for number, view in enumerate(VIEWS)
        for person in people
    ]
    histogram = ClassHistogram(len(VIEWS))
    histogram.move(
        np.array([number for number, _ in rows], dtype=np.uint8),
        np.zeros(len(rows), dtype=np.uint64),
        np.array([key % 2**64 for _, key in rows], dtype=np.uint64),
    )
    return histogram


def contexts(people, knowledge=KNOWLEDGE, sample=1000, visible=None, seed=5):
    """Yield the context of every view of the lattice."""
    index, histogram = index_of(people, sample, seed), histogram_of(people)
    shown = index if visible is None else index_of(visible, sample, seed)
    profiles = index.profiles(index.targets())
    for number, view in enumerate(VIEWS):
        numbers = tuple(SOURCES.index(source) for source in view.sources)
        yield Context(
            view, number, numbers, histogram, shown, profiles, knowledge, seed, len(people)
        )


def seen(person, view: View):
    """Return what a view shows of a person, as a multiset."""
    return frozenset(
        Counter((s, place) for s, place in person if SOURCES[s] in view.sources).items()
    )
