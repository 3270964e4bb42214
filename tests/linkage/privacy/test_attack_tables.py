"""Metrics of attacks by known points, and their controls, against sets and counts by hand."""

from collections import Counter, defaultdict
from itertools import combinations
from statistics import mean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.adversary import Knowledge
from linkage.privacy.hashing import seeded
from linkage.privacy.metric import load_metrics
from tests.linkage.privacy.worlds import SOURCES, WORLDS, contexts, point_of

METRICS = load_metrics()
POINTS = st.integers(1, 4)
ADVERSARIES = st.sampled_from(["points", "points_per_source", "operator", "noisy_points"])


class Attack:
    """What happened in a context, in sets of points."""

    def __init__(self, context, people, visible=None):
        names = [SOURCES.index(source) for source in context.view.sources]
        shown = people if visible is None else visible
        self.n = len(people)
        self.own = [{point_of(s, p) for s, p in person if s in names} for person in people]
        # A view without a budget looks things up in all points; other sources' never fit.
        self.shown = [{point_of(*at) for at in person} for person in shown]
        self.known = [set() for _ in people]
        for owner, point in zip(context.known.owner, context.known.point, strict=True):
            self.known[int(context.known.people[owner])].add(int(point))

    def crowd(self, person, known=None):
        """Who fits best what is known of a person, if they do."""
        suspects = self.suspects(self.known[person] if known is None else known)
        return suspects if person in suspects else set()

    def suspects(self, known):
        """Who fits best, whoever that is."""
        fits = [len(known & other) for other in self.shown]
        return {n for n, fit in enumerate(fits) if fit == max(fits) and fit > 0}

    def guess(self, person, known=None):
        crowd = self.crowd(person, known)
        return 1 / len(crowd) if crowd else 0

    def carriers(self, point):
        return sum(point in other for other in self.shown)


@st.composite
def attacks(draw):
    """A world, and every view's context with what happens in it."""
    people, visible = draw(WORLDS), None
    if draw(st.booleans()):
        visible = [[at for at in person if draw(st.booleans())] for person in people]
    how = {"knowledge": Knowledge(draw(POINTS), error=0.3), "adversary": draw(ADVERSARIES)}
    found = contexts(people, visible=visible, **how)
    return [(context, Attack(context, people, visible)) for context in found]


def measure(name, context):
    return METRICS[name].measure(context)


@given(attacks())
def test_a_guess_is_right_once_in_a_crowd(cases):
    for context, attack in cases:
        expected = mean(attack.guess(n) for n in range(attack.n))
        assert measure("guess", context).value == pytest.approx(expected)


@given(attacks())
def test_singling_out_and_how_often_chance_would(cases):
    for context, attack in cases:
        found = measure("singling_out", context)
        assert found.value == pytest.approx(
            mean(len(attack.crowd(n)) == 1 for n in range(attack.n))
        )
        # Without the person themselves a description of two people would isolate the other one.
        others = mean(len(attack.crowd(n)) == 2 for n in range(attack.n))
        assert found.control == pytest.approx(others)


@given(attacks())
def test_linkability_is_by_both_halves_and_its_control_by_the_better_one(cases):
    """However what is known is cut in halves: between the worst cut and the best."""
    for context, attack in cases:
        found = measure("linkability", context)
        alone = []
        for n, known in enumerate(attack.known):
            halves = [
                (set(half), known - set(half)) for half in combinations(known, len(known) // 2)
            ]
            alone.append(
                [max(1 / attack.n, *(attack.guess(n, half) for half in cut)) for cut in halves]
            )
        assert found.value == pytest.approx(mean(attack.guess(n) for n in range(attack.n)))
        assert mean(map(min, alone)) - 1e-12 <= found.control <= mean(map(max, alone)) + 1e-12


def test_linkability_by_hand():
    """Each half fits two people, both together fit one."""
    people = [[(0, a), (0, 2 + b)] for a in (0, 1) for b in (0, 1)]
    found = measure("linkability", next(iter(contexts(people))))
    assert (found.value, found.control) == (1, 0.5)


def better(one, other):
    return 1 if one > other else 0.5 if one == other else 0


def hidden_by_hand(context, attack):
    """What each has to hide, and a decoy: the hidden point of whom the seed puts before them."""
    order = defaultdict(list)
    sources = [SOURCES.index(source) for source in context.view.sources]
    rows = zip(*(getattr(context.profiles, c) for c in ("owner", "source", "point")), strict=True)
    for owner, source, point in rows:
        if source in sources:
            order[int(owner)].append(int(point))
    hidden = {n: points[-1] for n, points in order.items() if points[-1] not in attack.known[n]}
    asked = np.array(sorted(hidden), dtype=np.int64)
    turn = [int(n) for n in asked[np.argsort(seeded(context.seed, asked))]]
    decoys = {n: hidden[turn[at - 1]] for at, n in enumerate(turn)}
    return {n: (hidden[n], decoys[n]) for n in hidden if decoys[n] not in attack.own[n]}


@given(attacks())
def test_inference_tells_a_hidden_point_from_a_decoy_by_those_who_fit(cases):
    for context, attack in cases:
        found, told, naive = measure("inference", context), [], []
        asked = hidden_by_hand(context, attack)
        for n in range(attack.n):
            if n not in asked:
                told.append(0.5)
                naive.append(0.5)
                continue
            naive.append(better(*(attack.carriers(point) for point in asked[n])))
            crowd = attack.suspects(attack.known[n])
            votes = [sum(point in attack.shown[one] for one in crowd) for point in asked[n]]
            told.append(better(*votes) if crowd else naive[-1])
        assert found.value == pytest.approx(mean(told))
        assert found.control == pytest.approx(mean(naive))


def test_inference_by_hand():
    """Eight pairs: whom one point finds gives the other one away, and by numbers it is a coin."""
    people = [[(0, 2 * n), (0, 2 * n + 1)] for n in range(8) for _ in range(2)]
    found = measure("inference", next(iter(contexts(people, knowledge=Knowledge(1)))))
    assert found.control == 0.5
    # The few whose decoy is their own other point stay a coin.
    assert found.value > 0.8


def test_everybody_known_in_full_hides_nothing():
    found = measure("inference", next(iter(contexts([[(0, 1)], [(0, 2)]], knowledge=Knowledge(9)))))
    assert (found.value, found.control) == (0.5, 0.5)


@given(attacks())
def test_attribute_inference_is_the_most_frequent_value_of_those_who_fit(cases):
    for context, attack in cases:
        secret = dict(
            zip(context.secrets.person.tolist(), context.secrets.code.tolist(), strict=True)
        )
        found = measure("attribute_inference", context)
        all_modes = modes(secret.values())
        told, naive = [], []
        for n in range(attack.n):
            naive.append((secret[n] in all_modes) / len(all_modes))
            here = modes(secret[one] for one in attack.suspects(attack.known[n]))
            told.append((secret[n] in here) / len(here) if here else naive[-1])
        assert found.value == pytest.approx(mean(told))
        assert found.control == pytest.approx(mean(naive))


def modes(codes):
    counts = Counter(codes)
    return {code for code, n in counts.items() if n == max(counts.values())}


@given(WORLDS)
def test_time_to_identification_is_one_less_a_product_over_those_at_risk(people):
    for context in contexts(people):
        followed = list(zip(*(column.tolist() for column in context.followed), strict=True))
        left = 1.0
        for time in sorted({out for _, out, event in followed if event and out <= 24}):
            at_risk = sum(start <= 0 and out >= time for start, out, _ in followed)
            gone = sum(event and out == time for _, out, event in followed)
            left *= 1 - gone / at_risk
        found = measure("time_to_identification", context)
        assert found.value == pytest.approx(1 - left)
        assert found.n == len(people)
