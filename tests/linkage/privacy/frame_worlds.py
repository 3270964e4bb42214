"""Frames of points for tests: few people, few hours and places, so that many look alike."""

from collections import Counter
from typing import Any

import pandas as pd
from hypothesis import strategies as st

SOURCES = ("bank", "internet", "phone")
POINT = st.tuples(st.sampled_from(SOURCES), st.integers(0, 5), st.integers(0, 8))
PERSON = st.lists(POINT, min_size=1, max_size=5)
WORLDS = st.lists(PERSON, min_size=1, max_size=9)
World = list[list[tuple[str, int, int]]]


def frame_of(people: World, **more: Any) -> pd.DataFrame:
    """Return the frame of some people, numbered from 1; `more` are constant columns."""
    rows = [(n, *point) for n, person in enumerate(people, 1) for point in person]
    frame = pd.DataFrame(rows, columns=["person", "source", "hour", "place"])
    frame["source"] = pd.Categorical(frame["source"], SOURCES)
    return frame.assign(**more)


def classes(people: World, sources: tuple[str, ...]) -> Counter[Any]:
    """How many people show which multiset of points in a view, everybody counted."""
    return Counter(seen(person, sources) for person in people)


def seen(person: list[tuple[str, int, int]], sources: tuple[str, ...]) -> Any:
    return frozenset(Counter(p for p in person if p[0] in sources).items())
