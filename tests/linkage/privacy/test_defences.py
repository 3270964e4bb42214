"""What each defence promises, on worlds that are counted by hand."""

from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.defence import Traces, load_defences

SUPPRESS = load_defences()["suppress"]
GENERALISE = load_defences()["generalise"]
POINT = st.tuples(st.integers(0, 5), st.integers(0, 1), st.integers(0, 2), st.integers(0, 2))


def traces(rows):
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return Traces(columns[0], columns[1].astype(np.uint8), columns[2], columns[3], 4)


def rows(found):
    columns = (found.person, found.source, found.hour, found.place)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(st.lists(POINT, max_size=40), st.integers(1, 4))
def test_suppress_keeps_exactly_the_points_of_enough_people(world, strength):
    carriers = defaultdict(set)
    for person, *point in world:
        carriers[tuple(point)].add(person)
    expected = [row for row in world if len(carriers[row[1:]]) >= strength]
    assert rows(SUPPRESS.protect(traces(world), strength)) == expected


def test_generalise_states_the_window_and_the_square():
    # On a grid four wide, cells 5 and 0 share the square of side 2 at 0; cell 10 is in that at 10.
    world = [(1, 0, 7, 5), (1, 0, 6, 0), (2, 1, 9, 10), (3, 0, 8, 15)]
    got = rows(GENERALISE.protect(traces(world), 2))
    assert got == [(1, 0, 6, 0), (1, 0, 6, 0), (2, 1, 8, 10), (3, 0, 8, 10)]


@given(st.integers(0, 100), st.integers(0, 15), st.integers(1, 4))
def test_generalise_tells_a_window_and_a_square_and_no_more(hour, cell, strength):
    stated = {
        rows(GENERALISE.protect(traces([(0, 0, h, c)]), strength))[0]
        for h in range(hour - hour % strength, hour - hour % strength + strength)
        for c in range(16)
        if (c // 4 // strength, c % 4 // strength) == (cell // 4 // strength, cell % 4 // strength)
    }
    assert len(stated) == 1
