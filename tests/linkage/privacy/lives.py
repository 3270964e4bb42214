"""Histories of people who gain and lose points and links, and what a lattice of them must say."""

from collections import Counter, defaultdict
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from linkage.privacy.histogram import DOUBT, ClassHistogram
from linkage.privacy.lattice import class_moves, lattice
from tests.linkage.privacy.journeys import state
from tests.linkage.privacy.worlds import point_of

LETTERS = tuple("abcdefghi")
DOUBTS = (3 << 18, 5 << 20, 64 << 20)


class Act(NamedTuple):
    """A person gains or loses a place at a source, or the doubt of a link there."""

    person: int
    source: int
    what: int
    sign: int
    doubts: bool = False


def play(live, acts):
    for act in acts:
        source = live.sources[act.source]
        if act.doubts:
            live.trust(act.person, source, act.sign * act.what)
        else:
            live.add(act.person, source, point_of(act.source, act.what), act.sign)
    return live


@st.composite
def lives(draw, sources=3, people=(0, 4), size=50):
    """Acts of which each takes back only what is there."""
    act = st.tuples(
        st.integers(*people),
        st.integers(0, sources - 1),
        st.integers(0, 2),
        st.sampled_from(["gain", "gain", "doubt", "undo"]),
    )
    acts, standing = [], Counter()
    for person, source, n, kind in draw(st.lists(act, max_size=size)):
        if kind == "undo":
            there = sorted(one for one, times in standing.items() if times)
            if there:
                undone = there[(7 * person + 3 * source + n) % len(there)]
                standing[undone] -= 1
                acts.append(undone._replace(sign=-1))
        else:
            doubts = kind == "doubt"
            acts.append(Act(person, source, DOUBTS[n] if doubts else n, 1, doubts))
            standing[acts[-1]] += 1
    return acts


def standing(acts):
    """What is left of everything: places by (person, source), and doubts."""
    places, doubts = defaultdict(Counter), Counter()
    for act in acts:
        if act.doubts:
            doubts[act.person, act.source] += act.sign * act.what
        else:
            places[act.person, act.source][act.what] += act.sign
    return {who: +places for who, places in places.items() if +places}, doubts


def by_hand(acts, sources):
    """For each view, the people and the doubt of each class, by what is seen of them."""
    places, doubts = standing(acts)
    people = sorted({person for person, _ in places})
    found = []
    for view in lattice(sources):
        numbers = [sources.index(source) for source in view.sources]
        classes = defaultdict(lambda: (0, 0))
        for person in people:
            seen = tuple(tuple(sorted(places.get((person, n), {}).items())) for n in numbers)
            if any(seen):
                bits = sum(doubts[person, n] for n in numbers) / 2**DOUBT
                count, doubt = classes[seen]
                classes[seen] = count + 1, doubt + round((1 - 2**-bits) * 2**DOUBT)
        found.append(sorted(classes.values()))
    return found


def profiles(acts, sources):
    """Everybody's sums and doubts by source, a row each for ten people."""
    places, doubts = standing(acts)
    sums, held = np.zeros((10, len(sources)), np.uint64), np.zeros((10, len(sources)), np.int64)
    for (person, n), points in places.items():
        sums[person, n] = sum(times * point_of(n, p) for p, times in points.items()) % 2**64
    for (person, n), doubt in doubts.items():
        held[person, n] = doubt
    return sums, held


def from_scratch(acts, sources):
    """The histogram of all views from everybody's sums, at once."""
    sums, held = profiles(acts, sources)
    views = lattice(sources)
    histogram = ClassHistogram(len(views))
    for moves in class_moves(views, sources, (sums * np.uint64(0), sums), (held * 0, held)):
        histogram.move(moves)
    return histogram


def whole_state(live):
    """All that a lattice tells: of every view, and how many are like each person."""
    views = [state(live.histogram, n) for n in range(len(live.views))]
    return views, live.histogram.digest(), len(live), [live.alike(n) for n in range(10)]
