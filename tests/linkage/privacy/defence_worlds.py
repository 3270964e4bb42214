"""Material to defend: small worlds by hand or by Hypothesis, and a town of people with habits."""

from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
from hypothesis import strategies as st

from linkage.privacy.defence import Material, Published, Traces

WIDTH = 4
# A world is a list of points: person, source, hour, place of a grid that is WIDTH cells wide.
POINT = st.tuples(st.integers(0, 6), st.integers(0, 2), st.integers(0, 9), st.integers(0, 15))
WORLDS = st.lists(POINT, max_size=30)

_FAMILY = ("wang", "li", "zhang", "liu", "chen", "yang", "zhao", "huang", "zhou", "wu", "xu", "sun")
_GIVEN = ("wei", "fang", "na", "min", "jing", "lei", "yan", "jie", "tao", "xin", "hao", "mei")


def traces(rows, width=WIDTH) -> Traces:
    columns = np.array(list(rows), dtype=np.int64).reshape(-1, 4).T
    return Traces(columns[0], columns[1].astype(np.uint8), columns[2], columns[3], width)


def rows(found: Traces) -> list[tuple[int, ...]]:
    columns = (found.person, found.source, found.hour, found.place)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def material(world, width=WIDTH) -> Material:
    """Return points with a record for each person: two names and a birth date."""
    found = traces(world, width)
    people = np.unique(found.person)
    return Material(found, people, tuple(record(person) for person in people.tolist()))


def record(person: int) -> tuple[str, str, str]:
    draw = np.random.default_rng(person + 1)
    given = "".join(draw.choice(_GIVEN, 2))
    day = np.datetime64("1940-01-01") + draw.integers(0, 25_000)
    return str(draw.choice(_FAMILY)), given, str(day)


def told(published: Published) -> Counter:
    """Return every published point with the person behind it."""
    owner = published.holder[published.traces.person]
    return Counter(rows(replace(published.traces, person=owner)))


def looks(published: Published) -> Counter:
    """Return what each pseudonym shows, with the person behind it: all but the numbers given."""
    shown: list[Counter] = [Counter() for _ in published.holder]
    for pseudonym, *point in rows(published.traces):
        shown[pseudonym][tuple(point)] += 1
    holders = published.holder.tolist()
    return Counter((p, frozenset(s.items())) for p, s in zip(holders, shown, strict=True))


def everything(published: Published) -> tuple:
    """Return all that is published, the order of rows and the numbers of pseudonyms left out."""
    encodings = published.encodings if published.encodings is not None else np.empty((0, 0))
    pairs = zip(published.encoded.tolist(), map(bytes, encodings.astype(np.uint8)), strict=True)
    counts = None if published.counts is None else dict(published.counts)
    return looks(published), Counter(pairs), counts, published.legend


def dealt_anew(published: Published, seed: int) -> Published:
    """Return the same publication of which nobody knows any more whose is whose."""
    draw = np.random.default_rng(seed)
    holder, encoded = draw.permutation(published.holder), draw.permutation(published.encoded)
    return replace(published, holder=holder, encoded=encoded)


def scattered(found: Traces, seed: int) -> Traces:
    """Return the same points, each of them somebody's at random: nothing is anybody's habit."""
    return replace(found, person=np.random.default_rng(seed).permutation(found.person))


@cache
def town(people=300, days=3, seed=7, width=8) -> Material:
    """Return people with a home, a workplace and two other places, as phones and shops see them.

    Home is where they are at night; some cells have many more homes than others.
    """
    draw = np.random.default_rng(seed)
    cells = width * width
    favour = draw.dirichlet(np.full(cells, 0.5))
    own = np.column_stack(
        [draw.choice(cells, people, p=favour), draw.integers(0, cells, (people, 3))]
    )
    person, hour = (a.ravel() for a in np.meshgrid(np.arange(people), np.arange(24 * days)))
    day = (hour % 24 >= 8) & (hour % 24 < 20)
    choice = np.where(day, draw.choice(4, len(hour), p=[0.2, 0.5, 0.2, 0.1]), 0)
    place = own[person, choice]
    calls, pays = draw.random(len(hour)) < 0.3, day & (draw.random(len(hour)) < 0.1)
    found = [
        np.column_stack((person, np.full_like(person, source), hour, place))[seen]
        for source, seen in ((0, calls), (1, pays))
    ]
    return material(np.concatenate(found), width)
