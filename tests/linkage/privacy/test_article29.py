"""The Article 29 three: their controls are what an attacker reaches, counted one by one."""

from random import Random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.adversary import Knowledge
from linkage.privacy.metric import load_metrics
from tests.linkage.privacy.worlds import SOURCES, VIEWS, WORLDS, contexts

METRICS = load_metrics()
EVERYTHING = Knowledge(99)
PAIRS = st.lists(
    st.sets(st.tuples(st.just(0), st.integers(0, 5)), min_size=2, max_size=2).map(list),
    min_size=1,
    max_size=14,
)


def figures(name, people, **how):
    return {c.view.name: METRICS[name].measure(c) for c in contexts(people, **how)}


def homes(people, number):
    """Somebody who is at home (of 60 homes, not equally full) for six hours: points depend."""
    draw = Random(number)
    found = []
    for _ in range(people):
        home, late = min(draw.randrange(60), draw.randrange(60)), draw.randrange(3)
        found.append([(0, 100 * (hour + late) + home) for hour in range(6)])
    return found


@given(WORLDS)
def test_the_control_of_singling_out_is_that_of_the_world_without_the_person(people):
    got = figures("singling_out", people, knowledge=EVERYTHING)
    for view in VIEWS:
        points = [{(s, p) for s, p in person if SOURCES[s] in view.sources} for person in people]
        isolated = [
            bool(mine) and sum(mine <= other for m, other in enumerate(points) if m != n) == 1
            for n, mine in enumerate(points)
        ]
        assert got[view.name].control == pytest.approx(mean(isolated))


@pytest.mark.parametrize("known", [1, 2, 3])
def test_the_control_of_singling_out_is_what_happens_to_people_held_out(known):
    """Not so if the weight of a description is the product of its points' shares."""
    stated, there, product = [], [], []
    for number in range(4):
        people, others = homes(400, 2 * number), homes(400, 2 * number + 1)
        (context, *_) = contexts(people, knowledge=Knowledge(known), seed=number)
        stated.append(METRICS["singling_out"].measure(context).control)
        draw = Random(number)
        for person in people:
            points = set(draw.sample(person, known))
            there.append(sum(points <= set(other) for other in others) == 1)
            weight = 1.0
            for point in points:
                weight *= sum(point in other for other in people) / 400
            product.append(400 * weight * (1 - weight) ** 399)
    assert mean(stated) == pytest.approx(mean(there), abs=0.02)
    assert 0.02 < mean(there) < 0.2
    if known == 3:
        assert mean(product) < mean(there) / 2


@given(PAIRS)
def test_the_control_of_linking_two_points_is_the_rarer_one_alone(people):
    got = figures("linkability", people, knowledge=EVERYTHING)["phone"]
    crowd = [[sum(x in other for other in people) for x in person] for person in people]
    both = [sum(set(person) <= set(other) for other in people) for person in people]
    assert got.value == pytest.approx(mean(1 / n for n in both))
    assert got.control == pytest.approx(mean(1 / min(pair) for pair in crowd))


@given(WORLDS, st.integers(1, 6))
def test_a_half_never_names_more_than_both(people, known):
    for context in contexts(people, knowledge=Knowledge(known)):
        got = METRICS["linkability"].measure(context)
        found = context.crowds > 0
        absent = 1.0 - mean(found.tolist())
        assert got.control <= got.value + absent / len(people) + 1e-12
        assert got.value == METRICS["guess"].measure(context).value


def test_a_single_point_has_no_other_half():
    people = [[(0, n % 7)] for n in range(40)]
    got = figures("linkability", people, knowledge=Knowledge(4))["phone"]
    assert got.control == got.value


def test_halves_are_halves_and_not_a_coin_for_each_point():
    """Six by six pairs of points, one person each: both points name, each alone fits six."""
    people = [[(0, n % 6), (0, 10 + n // 6)] for n in range(36)]
    got = figures("linkability", people, knowledge=Knowledge(2))["phone"]
    assert (got.value, got.control) == (1.0, pytest.approx(1 / 6))
