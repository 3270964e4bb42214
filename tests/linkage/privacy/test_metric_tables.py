"""Metrics of the full trace against what a count by hand gives, at small N."""

from collections import Counter
from dataclasses import replace
from itertools import chain, combinations, permutations
from math import log2
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.privacy.metric import load_metrics
from tests.linkage.privacy.worlds import SOURCES, VIEWS, WORLDS, contexts, seen

METRICS = load_metrics()
UNIT = 1 << 20
SMALL = [
    [(0, 1), (1, 1)],
    [(0, 1), (1, 2)],
    [(0, 1), (1, 1), (2, 3)],
    [(2, 3)],
]
"""Four people. Phone tells two kinds apart, bank three, internet two, all of them four."""


def measured(name, people, **how):
    return {c.view.name: METRICS[name].measure(c) for c in contexts(people, **how)}


def values(name, people, **how):
    return {view: estimate.value for view, estimate in measured(name, people, **how).items()}


def classes_of(people, view):
    """Everybody's view of themselves, and how many have it."""
    each = [seen(person, view) for person in people]
    return each, Counter(each)


def view_of(sources):
    names = tuple(source for source in SOURCES if source in sources)
    (found,) = [view for view in VIEWS if view.sources == names]
    return found


def guessed(people, sources):
    """How often one guess is right by the full trace in some sources."""
    return (
        len(classes_of(people, view_of(sources))[1]) / len(people) if sources else 1 / len(people)
    )


def bits(people, sources):
    if not sources:
        return 0.0
    each, sizes = classes_of(people, view_of(sources))
    return mean(log2(len(people) / sizes[one]) for one in each)


def subsets(sources):
    return chain.from_iterable(combinations(sources, n) for n in range(len(sources) + 1))


def test_a_table_by_hand():
    whole = "phone+bank+internet"
    assert values("classes", SMALL) == {
        **{"phone": 2, "bank": 3, "internet": 2, "phone+bank": 3, "phone+internet": 3},
        **{"bank+internet": 4, whole: 4},
    }
    assert values("leakage", SMALL)["phone"] == 1 and values("leakage", SMALL)[whole] == 2
    assert values("prosecutor", SMALL)["phone"] == pytest.approx(1 / 3)
    assert values("prosecutor", SMALL)["internet"] == 0.5
    assert values("prosecutor", SMALL)["bank"] == 1
    shares = {"phone": 0, "bank": 0.25, "internet": 0, "phone+bank": 0.25, "bank+internet": 1}
    assert shares.items() <= values("identified_share", SMALL).items()
    lifts = {"phone": 0.25, "bank": 0.5, "phone+bank": 0, "phone+internet": 0.25, whole: 0}
    assert lifts.items() <= values("join_lift", SMALL).items()
    # Bank and internet alone make a guess right .75 and .5 of the time, together always.
    shares = measured("shapley", SMALL)["bank+internet"]
    assert {name: share.value for name, share in shares.items()} == {"bank": 0.5, "internet": 0.25}


@given(WORLDS)
def test_counts_of_classes(people):
    found = {name: values(name, people) for name in ("classes", "leakage", "prosecutor")}
    alone = values("identified_share", people)
    for view in VIEWS:
        each, sizes = classes_of(people, view)
        here = {one: size for one, size in sizes.items() if one}
        assert found["classes"][view.name] == pytest.approx(len(sizes))
        assert found["leakage"][view.name] == pytest.approx(log2(len(sizes)))
        worst = 1 / min(here.values()) if here else 0
        assert found["prosecutor"][view.name] == worst
        assert alone[view.name] == pytest.approx(mean(here.get(one) == 1 for one in each))


@given(WORLDS)
def test_join_lift_is_what_the_last_source_adds_and_never_negative(people):
    found = measured("join_lift", people)
    for view in VIEWS:
        best = max(guessed(people, set(view.sources) - {source}) for source in view.sources)
        lift = found[view.name]
        assert lift.value == pytest.approx(guessed(people, view.sources) - best)
        assert lift.low == lift.value == lift.high >= 0
        assert lift.estimand == "census"


@given(WORLDS)
def test_synergy_is_inclusion_and_exclusion_of_bits(people):
    found = values("synergy", people)
    for view in VIEWS:
        signed = [
            (-1) ** (len(view.sources) - len(some)) * bits(people, some)
            for some in subsets(view.sources)
        ]
        assert found[view.name] == pytest.approx(sum(signed), abs=1e-9)


@given(WORLDS)
def test_synergies_add_up_to_the_bits_of_the_join(people):
    found = values("synergy", people)
    for view in VIEWS:
        parts = sum(found[view_of(some).name] for some in subsets(view.sources) if some)
        assert parts == pytest.approx(bits(people, view.sources), abs=1e-9)


@given(WORLDS)
def test_shapley_is_the_mean_over_all_orders_and_adds_up(people):
    found = measured("shapley", people)
    for view in VIEWS:
        shares = {source: share.value for source, share in found[view.name].items()}
        for source in view.sources:
            added = []
            for order in permutations(view.sources):
                before = order[: order.index(source)]
                added.append(guessed(people, {*before, source}) - guessed(people, before))
            assert shares[source] == pytest.approx(mean(added), abs=1e-12)
        total = guessed(people, view.sources) - 1 / len(people)
        assert abs(sum(shares.values()) - total) <= 1e-12


TWINS = st.lists(
    st.tuples(st.lists(st.integers(0, 3), max_size=3), st.lists(st.integers(0, 3), max_size=3)),
    min_size=1,
    max_size=12,
)


@given(TWINS)
def test_sources_that_tell_the_same_apart_get_equal_shares(people):
    """Whoever is seen by the phone is seen by the bank, at a place of the same number."""
    world = [
        [(2, 9), *((source, place) for place in both for source in (0, 1)), *((2, p) for p in own)]
        for both, own in people
    ]
    found = measured("shapley", world)
    for name in ("phone+bank", "phone+bank+internet"):
        assert found[name]["phone"] == found[name]["bank"]


@given(WORLDS, st.data())
def test_doubt_by_hand(people, data):
    how = data.draw(st.lists(st.integers(0, UNIT), min_size=len(people), max_size=len(people)))
    right = values("correct_identification", people, doubts=how)
    named = values("misidentification", people, doubts=how)
    touched = values("contaminated", people, doubts=how)
    for view in VIEWS:
        each, sizes = classes_of(people, view)
        wrong = [doubt / UNIT if one else 0 for one, doubt in zip(each, how, strict=True)]
        rows = list(zip(each, wrong, strict=True))
        expected = mean((1 - w) / sizes[one] for one, w in rows)
        assert right[view.name] == pytest.approx(expected)
        alone = mean(w if sizes[one] == 1 else 0 for one, w in rows)
        assert named[view.name] == pytest.approx(alone)
        assert touched[view.name] == pytest.approx(mean(wrong))


@given(WORLDS)
@settings(max_examples=30)
def test_a_view_with_a_budget_has_no_lattice_and_no_doubts(people):
    context = next(iter(contexts(people)))
    bought = replace(context, view=replace(context.view, purpose="security"))
    for name in ("join_lift", "synergy", "shapley", "misidentification"):
        assert all(context.has(need) for need in METRICS[name].needs)
        assert not all(bought.has(need) for need in METRICS[name].needs)
