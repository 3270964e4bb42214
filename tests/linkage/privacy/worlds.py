"""Small worlds for metrics: people with points, and the context that the stream would give."""

from collections import Counter
from functools import cache
from random import Random

import numpy as np
from hypothesis import strategies as st

from linkage.privacy.adversary import Knowledge, load_adversaries
from linkage.privacy.histogram import ClassHistogram, Moves
from linkage.privacy.lattice import lattice
from linkage.privacy.metric import Context, Followed, Secrets
from linkage.privacy.points import PointIndex
from linkage.privacy.view import View

SOURCES = ("phone", "bank", "internet")
VIEWS = lattice(SOURCES)
KNOWLEDGE = Knowledge(3, "hour x cell")
ADVERSARIES = load_adversaries()

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


def histogram_of(people, doubts=None):
    """Return the histogram of every view; `doubts` (2^-20) are one for each person."""
    rows = [
        (number, sum(point_of(s, place) for s, place in person if SOURCES[s] in view.sources))
        for number, view in enumerate(VIEWS)
        for person in people
    ]
    histogram = ClassHistogram(len(VIEWS))
    keys = np.array([key % 2**64 for _, key in rows], dtype=np.uint64)
    held = np.zeros(len(rows), dtype=np.int64)
    if doubts is not None:
        held = np.where(keys == 0, 0, np.tile(np.array(doubts, dtype=np.int64), len(VIEWS)))
    views = np.array([number for number, _ in rows], dtype=np.uint16)
    histogram.move(Moves(views, np.zeros_like(keys), keys, np.zeros_like(held), held))
    return histogram


def contexts(
    people, knowledge=KNOWLEDGE, sample=1000, visible=None, seed=5, adversary="points", doubts=None
):
    """Yield the context of every view of the lattice."""
    index, histogram = index_of(people, sample, seed), histogram_of(people, doubts)
    shown = index if visible is None else index_of(visible, sample, seed)
    profiles = index.profiles(index.targets())
    for number, view in enumerate(VIEWS):
        numbers = tuple(SOURCES.index(source) for source in view.sources)
        yield Context(
            view=view,
            number=number,
            sources=numbers,
            views=VIEWS,
            histogram=histogram,
            visible=shown,
            profiles=profiles,
            adversary=ADVERSARIES[adversary],
            knowledge=knowledge,
            seed=seed,
            population=len(people),
            followed=_followed(people, profiles.people),
            secrets=_secrets(people),
        )


def _followed(people, targets):
    """How long each attacked person was followed: made of their own points, not of their number."""
    hours = np.array([len(people[n]) for n in targets.tolist()], dtype=np.float64)
    return Followed(np.zeros(len(hours)), hours * 7, hours % 2 == 1)


def _secrets(people):
    everybody = np.array([n for n, person in enumerate(people) if person], dtype=np.int64)
    code = np.array([sum(p for _, p in people[n]) % 3 for n in everybody.tolist()], dtype=np.int64)
    return Secrets(everybody, code)


def seen(person, view: View):
    """Return what a view shows of a person, as a multiset."""
    return frozenset(
        Counter((s, place) for s, place in person if SOURCES[s] in view.sources).items()
    )
