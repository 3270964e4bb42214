"""Who fits best what is known, beside a count by hand for every pseudonym."""

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy import fitting as module
from linkage.privacy.defence import Legend, load_defences, unprotected
from linkage.privacy.fitting import fitting, known_points, spread
from tests.linkage.privacy.defence_worlds import WORLDS, material, rows, traces

DEFENCES = load_defences()
LEGENDS = st.builds(
    Legend,
    hours=st.integers(1, 3),
    cells=st.integers(1, 3),
    moved_hours=st.integers(0, 3),
    moved_cells=st.integers(0, 2),
)


def by_hand(published, known):
    """The best-fitting pseudonyms of each target: those with most known points, at least one."""
    legend, width = published.legend, known.width
    hours, places = legend.stated(known.hour, known.place, width)
    found = defaultdict(Counter)
    stated = zip(known.person, known.source, hours, places, strict=True)
    for target, source, hour, place in stated:
        for pseudonym in range(len(published.holder)):
            found[target][pseudonym] += any(
                owner == pseudonym
                and of == source
                and abs(when - hour) <= legend.moved_hours
                and (where // width - place // width) ** 2 + (where % width - place % width) ** 2
                <= legend.moved_cells**2
                for owner, of, when, where in rows(published.traces)
            )
    return sorted(
        (int(target), pseudonym)
        for target, score in found.items()
        for pseudonym, carried in score.items()
        if carried and carried == max(score.values())
    )


@given(shown=WORLDS, known=WORLDS, legend=LEGENDS)
def test_the_best_are_those_who_carry_most(shown, known, legend) -> None:
    published = replace(unprotected(traces(shown)), legend=legend)
    people = np.unique([row[0] for row in known]).astype(np.int64)
    held = known_points(traces(known), people, 3, 1)
    found = fitting(published, held)
    assert list(zip(*(c.tolist() for c in found[:2]), strict=True)) == by_hand(published, held)


def test_the_likelihood_is_the_chance_to_have_drawn_the_known_points() -> None:
    # Both carry hour 1 and hour 2 of cell 0; the first shows them among four points, one of them
    # twice, the second among two.
    shown = [(0, 0, 1, 0), (0, 0, 1, 0), (0, 0, 2, 0), (0, 0, 3, 0), (1, 0, 1, 0), (1, 0, 2, 0)]
    found = fitting(unprotected(traces(shown)), traces([(0, 0, 1, 0), (0, 0, 2, 0)]))
    assert found.pseudonym.tolist() == [0, 1]
    assert found.likelihood.tolist() == pytest.approx([(2 / 4 * 1 / 4) / (1 / 2 * 1 / 2), 1.0])


@pytest.mark.parametrize("name", ["generalise", "perturb", "pseudonymise"])
@given(world=WORLDS, strength=st.integers(1, 9))
def test_what_somebody_is_known_by_fits_them_where_it_is_published(name, world, strength) -> None:
    """A point that was coarsened or moved as the legend says still fits: nobody gives up early."""
    given_material = material(world)
    published = DEFENCES[name].protect(given_material, strength, 2)
    people = np.unique(given_material.traces.person)
    found = fitting(published, known_points(given_material.traces, people, 1, 5))
    best = defaultdict(set)
    for target, pseudonym in zip(*found[:2], strict=True):
        best[people[target]].add(published.holder[pseudonym])
    assert all(person in best[person] for person in people)


@given(shown=WORLDS, known=WORLDS)
def test_points_moved_anywhere_fit_whoever_has_one_of_the_source(shown, known) -> None:
    """However far a legend says, the search ends: nothing is further away than from end to end."""
    people = np.unique([row[0] for row in known]).astype(np.int64)
    held = known_points(traces(known), people, 3, 1)
    found = [
        fitting(replace(unprotected(traces(shown)), legend=Legend(2, 2, far, far)), held)
        for far in (40, 10**12)
    ]
    for one, other in zip(*found, strict=True):
        assert one.tolist() == other.tolist()


def test_an_attacker_who_forgets_the_legend_would_find_fewer(monkeypatch) -> None:
    given_material = material([(p, 0, 5, 5 * p) for p in range(3)] + [(9, 0, 0, 0), (9, 0, 9, 15)])
    published = DEFENCES["perturb"].protect(given_material, 2, 3)
    people = np.array([0, 1, 2, 9])
    known = known_points(given_material.traces, people, 1, 5)
    assert set(fitting(published, known).target.tolist()) == {0, 1, 2, 3}
    monkeypatch.setattr(module, "spread", lambda places, _w, _r: (np.arange(len(places)), places))
    assert len(set(fitting(published, known).target.tolist())) < 4


@given(world=WORLDS, most=st.integers(1, 5), seed=st.integers(0, 3))
def test_known_are_so_many_different_points_of_each(world, most, seed) -> None:
    people = np.unique([row[0] for row in world]).astype(np.int64)
    known = known_points(traces(world), people, most, seed)
    named = [(people[row[0]], *row[1:]) for row in rows(known)]
    assert len(set(named)) == len(named)
    assert set(named) <= set(world)
    held = {p: len({row for row in world if row[0] == p}) for p in people}
    assert Counter(row[0] for row in named) == {p: min(n, most) for p, n in held.items()}


@given(place=st.integers(0, 24), width=st.integers(1, 5), reach=st.integers(0, 4))
def test_spread_is_a_disc_on_the_grid(place, width, reach) -> None:
    _, found = spread(np.array([place]), width, reach)
    expected = [
        cell
        for cell in range(width * 30)
        if (cell // width - place // width) ** 2 + (cell % width - place % width) ** 2 <= reach**2
    ]
    assert sorted(found.tolist()) == expected
