"""Every metric against a count that anybody could do by hand, at small N."""

from collections import Counter
from itertools import combinations
from math import log2
from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.adversary import Knowledge
from linkage.privacy.metric import load_metrics
from tests.linkage.privacy.worlds import SOURCES, VIEWS, WORLDS, contexts, point_of, seen

METRICS = load_metrics()
EVERYTHING = Knowledge(99)


def values(name, people, **how):
    return {c.view.name: METRICS[name].measure(c) for c in contexts(people, **how)}


def sets_of(people, view):
    """Return the distinct points that a view shows of each person."""
    return [{(s, p) for s, p in person if SOURCES[s] in view.sources} for person in people]


@given(WORLDS)
def test_vulnerability_is_one_right_guess_per_class(people):
    measured = values("vulnerability", people)
    for view in VIEWS:
        classes = {seen(person, view) for person in people}
        got = measured[view.name]
        assert got.value == pytest.approx(len(classes) / len(people))
        assert (got.low, got.high, got.estimand) == (got.value, got.value, "census")


@given(WORLDS)
def test_bits_are_the_mean_over_people(people):
    got = values("bits", people)
    for view in VIEWS:
        classes = Counter(seen(person, view) for person in people)
        each = [log2(len(people) / classes[seen(person, view)]) for person in people]
        assert got[view.name].value == pytest.approx(mean(each), abs=1e-9)
        assert -1e-9 <= got[view.name].value <= log2(len(people)) + 1e-9


@given(WORLDS)
def test_small_classes_count_people_who_are_seen_with_few_others(people):
    got = values("small_classes", people)
    for view in VIEWS:
        classes = Counter(seen(person, view) for person in people)
        few = [p for p in people if seen(p, view) and classes[seen(p, view)] < 5]
        assert got[view.name].value == pytest.approx(len(few) / len(people))


@given(WORLDS)
def test_attacks_with_every_point_equal_the_exhaustive_count(people):
    unique = values("unicity", people, knowledge=EVERYTHING)
    hidden = values("hidden_among", people, knowledge=EVERYTHING)
    for view in VIEWS:
        points = sets_of(people, view)
        crowds = [sum(mine <= other for other in points) for mine in points]
        alone = [bool(mine) and crowd == 1 for mine, crowd in zip(points, crowds, strict=True)]
        assert unique[view.name].value == pytest.approx(mean(alone))
        assert unique[view.name].estimand == "census"
        assert hidden[view.name].value == median(crowds)


@given(WORLDS, st.data())
def test_under_a_budget_only_the_right_single_best_match_counts(people, data):
    visible = [
        [x for x in person if data.draw(st.booleans())] if len(person) > 1 else person
        for person in people
    ]
    (*_, context) = contexts(people, knowledge=EVERYTHING, visible=visible)
    hits, crowds = [], []
    for number, person in enumerate(people):
        overlap = [len(set(person) & set(shown)) for shown in visible]
        best = [n for n, found in enumerate(overlap) if found == max(overlap) and found]
        hits.append(best == [number])
        crowds.append(len(best) if number in best else len(people))
    assert METRICS["unicity"].measure(context).value == pytest.approx(mean(hits))
    assert METRICS["hidden_among"].measure(context).value == median(crowds)


def test_unicity_at_p_points_averages_to_the_exhaustive_one():
    """Over many seeds the drawn points stand for all subsets of p points."""
    people = [[(0, (n * k + n // 3) % 9) for k in range(4)] for n in range(12)]
    points = [set(person) for person in people]
    chances = []
    for mine in points:
        subsets = list(combinations(sorted(mine), min(2, len(mine))))
        chances.append(mean(sum(set(s) <= other for other in points) == 1 for s in subsets))
    two = Knowledge(2)
    got = [values("unicity", people, knowledge=two, seed=s)["phone"].value for s in range(300)]
    assert 0.2 < mean(chances) < 0.8
    assert mean(got) == pytest.approx(mean(chances), abs=0.03)


def test_points_per_source_meet_a_joined_view_with_more():
    people = [[(s, (n >> (2 * s)) % 4) for s in range(3)] for n in range(64)]
    same = values("unicity", people, knowledge=Knowledge(1))
    each = values("unicity", people, knowledge=Knowledge(1), adversary="points_per_source")
    assert same["phone"].value == each["phone"].value == 0
    assert same["phone+bank+internet"].value == 0
    assert each["phone+bank+internet"].value == 1


def test_the_absent_are_not_singled_out_and_not_found():
    people = [[(0, 1)], [(0, 2)], [(1, 0)], [(1, 0)]]
    unique, hidden = values("unicity", people), values("hidden_among", people)
    assert unique["phone"].value == 0.5
    assert hidden["phone"].value == 2.5
    assert unique["internet"].value == 0
    assert hidden["internet"].value == 4


def test_a_sample_has_an_interval_and_a_census_has_none():
    people = [[(0, n % 4), (1, n % 3), (2, n % 5)] for n in range(50)]
    sampled = values("unicity", people, sample=20)["phone+bank+internet"]
    assert (sampled.estimand, sampled.n) == ("sample", 20)
    assert sampled.low < sampled.high
    crowd = values("hidden_among", people, sample=20)["phone"]
    assert crowd.low <= crowd.value <= crowd.high


def test_points_carry_their_source():
    assert point_of(0, 1) != point_of(1, 1)


@given(WORLDS)
def test_full_trace_figures_never_fall_when_a_source_is_joined(people):
    for name in ("vulnerability", "bits"):
        got = values(name, people)
        for view in VIEWS:
            for wider in VIEWS:
                if set(view.sources) < set(wider.sources):
                    assert got[wider.name].value >= got[view.name].value - 1e-12
