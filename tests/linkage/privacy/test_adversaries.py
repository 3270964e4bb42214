"""The laws that every adversary keeps, and what each one of them holds."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import RiskError
from linkage.privacy.adversary import Adversary, Knowledge, Known, Target, load_adversaries
from tests.linkage.privacy.worlds import WORLDS, index_of, point_of

ALL = load_adversaries()
EVERY = pytest.mark.parametrize("adversary", ALL.values(), ids=list(ALL))
VIEWS = st.sampled_from([(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)])
CROWD = [[(0, n % 7), (0, 7 + n % 3), (1, n % 5), (1, 5 + n % 2), (2, n % 2)] for n in range(400)]
"""People who have two points of phone and of bank, and one of internet."""


def target_of(people, sources, knowledge, seed=3):
    index = index_of(people, seed=seed)
    return Target(index.profiles(index.targets()), sources, index.lookup(), knowledge, seed)


def held(adversary, people, sources, knowledge, seed=3):
    """What is known of each person, by number."""
    known = adversary.draw(target_of(people, sources, knowledge, seed))
    sets = {int(person): set() for person in known.people}
    for owner, point in zip(known.owner, known.point, strict=True):
        sets[int(known.people[owner])].add(int(point))
    return sets


def true(people, sources):
    return {n: {point_of(s, p) for s, p in one if s in sources} for n, one in enumerate(people)}


def assert_known_is_true(adversary, people, sources, knowledge):
    own = true(people, sources)
    for person, known in held(adversary, people, sources, knowledge).items():
        assert known <= own[person]


def assert_more_is_more(adversary, people, sources, less, more):
    few, many = (held(adversary, people, sources, each) for each in (less, more))
    assert few.keys() == many.keys()
    assert all(few[person] <= many[person] for person in few)


def assert_seeded(adversary, people, sources, knowledge):
    one, other = (adversary.draw(target_of(people, sources, knowledge)) for _ in range(2))
    for column in ("people", "owner", "point"):
        assert getattr(one, column).tolist() == getattr(other, column).tolist()


@EVERY
@given(people=WORLDS, sources=VIEWS, points=st.integers(1, 5), coverage=st.floats(0, 1))
def test_what_is_known_is_true_unless_the_attacker_errs(
    adversary, people, sources, points, coverage
):
    assert_known_is_true(adversary, people, sources, Knowledge(points, coverage=coverage))


@EVERY
@given(people=WORLDS, sources=VIEWS, points=st.integers(1, 5), error=st.floats(0, 1))
def test_the_seed_alone_decides_and_rows_are_well_formed(adversary, people, sources, points, error):
    knowledge = Knowledge(points, error=error, coverage=1 - error)
    assert_seeded(adversary, people, sources, knowledge)
    target = target_of(people, sources, knowledge)
    known = adversary.draw(target)
    assert known.people.tolist() == target.profiles.people.tolist()
    assert (np.diff(known.owner) >= 0).all()
    # Who errs takes one person's point for another's, and none that nobody has.
    everything = set().union(*true(people, sources).values())
    assert set(known.point.tolist()) <= everything


@EVERY
@given(people=WORLDS, sources=VIEWS, points=st.integers(1, 4), more=st.integers(0, 3))
def test_who_knows_more_still_knows_the_same(adversary, people, sources, points, more):
    less = Knowledge(points, error=0.3, coverage=0.4)
    assert_more_is_more(adversary, people, sources, less, replace(less, points=points + more))
    assert_more_is_more(adversary, people, sources, less, replace(less, coverage=0.4 + more / 5))


@EVERY
@given(people=WORLDS, sources=VIEWS, random=st.randoms(use_true_random=False))
def test_with_everything_to_hold_numbers_do_not_matter(adversary, people, sources, random):
    order = list(range(len(people)))
    random.shuffle(order)
    before = held(adversary, people, sources, Knowledge(99))
    after = held(adversary, [people[n] for n in order], sources, Knowledge(99))
    assert [before[n] for n in order] == [after[n] for n in range(len(people))]


@EVERY
def test_it_says_what_it_holds(adversary):
    knowledge = Knowledge(4, "hour x cell", error=0.25, coverage=0.6)
    says = adversary.says(knowledge)
    assert "{" not in says and "}" not in says
    filled = {"points": "4", "resolution": "hour x cell", "error": "25%", "coverage": "60%"}
    for name, value in filled.items():
        assert (value in says) == (f"{{{name}}}" in adversary.holds)
    assert len(adversary.must_not_be_read_as) > 20


@EVERY
def test_nobody_and_nothing_in_the_view(adversary):
    assert held(adversary, [], (0,), Knowledge(3)) == {}
    assert held(adversary, [[(0, 1)], [(0, 2)]], (1, 2), Knowledge(3)) == {0: set(), 1: set()}


@given(WORLDS, VIEWS, st.integers(1, 5))
def test_points_are_as_many_as_it_says(people, sources, points):
    knowledge, own = Knowledge(points), true(people, sources)
    for person, known in held(ALL["points"], people, sources, knowledge).items():
        assert len(known) == min(points, len(own[person]))
    for person, known in held(ALL["points_per_source"], people, sources, knowledge).items():
        for source in sources:
            mine = true(people, (source,))[person]
            assert len(known & mine) == min(points, len(mine))


@given(WORLDS, VIEWS)
def test_the_operator_holds_all_and_a_leak_the_first_source(people, sources):
    assert held(ALL["operator"], people, sources, Knowledge(1)) == true(people, sources)
    assert held(ALL["leaked_source"], people, sources, Knowledge(1)) == true(people, sources[:1])


@given(WORLDS, VIEWS, st.integers(1, 4))
def test_an_acquaintance_holds_what_most_others_share(people, sources, points):
    own = true(people, (0, 1, 2))
    company = defaultdict(int)
    for one in own.values():
        for point in one:
            company[point] += 1
    for person, known in held(ALL["acquaintance"], people, sources, Knowledge(points)).items():
        mine = true(people, sources)[person]
        assert len(known) == min(points, len(mine))
        for point in known:
            assert all(company[point] >= company[other] for other in mine - known)


def test_a_phone_book_lists_whole_people_in_every_view_alike():
    whole = {}
    for sources in ((0,), (0, 1), (0, 1, 2)):
        found = held(ALL["phone_book"], CROWD, sources, Knowledge(1, coverage=0.7))
        own = true(CROWD, (0,))
        assert all(known in (set(), own[n]) for n, known in found.items())
        whole[sources] = {n for n, known in found.items() if known}
    assert whole[0,] == whole[0, 1] == whole[0, 1, 2]
    # Binomial(400, .7): five standard errors are 46.
    assert abs(len(whole[0,]) - 280) < 46
    assert not any(held(ALL["phone_book"], CROWD, (0,), Knowledge(1, coverage=0.0)).values())


def test_who_errs_is_wrong_as_often_as_it_says():
    own = true(CROWD, (0, 1))
    assert held(ALL["noisy_points"], CROWD, (0, 1), Knowledge(3)) == held(
        ALL["points"], CROWD, (0, 1), Knowledge(3)
    )
    target = target_of(CROWD, (0, 1), Knowledge(3, error=0.4))
    right, noisy = ALL["points"].draw(target), ALL["noisy_points"].draw(target)
    other = int((right.point != noisy.point).sum())
    # 1200 points, of which .4 are redrawn, and of those some hit the same point: about a twelfth.
    assert abs(other - 1200 * 0.4 * 11 / 12) < 100
    wrong = held(ALL["noisy_points"], CROWD, (0, 1), Knowledge(3, error=1.0))
    assert sum(known <= own[n] for n, known in wrong.items()) < 60


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"points": 0}, "points: got 0, needs 1 or more"),
        ({"points": 2, "error": 1.5}, "error: got 1.5, needs a share from 0 to 1"),
        ({"points": 2, "coverage": -0.1}, "coverage: got -0.1, needs a share from 0 to 1"),
        ({"points": 2, "error": float("nan")}, "error: got nan"),
    ],
)
def test_impossible_knowledge_is_refused(how, says):
    with pytest.raises(RiskError, match=says):
        Knowledge(**how)


def adversary_of(draw):
    return Adversary("mutant", "something", "an adversary", draw)


def a_neighbours_point(target: Target) -> Known:
    known = target.known(target.rows())
    return replace(known, point=np.roll(known.point, 1))


def the_last_points(target: Target) -> Known:
    rows = target.rows()
    return target.known(rows[-target.knowledge.points :][: 1 + len(rows) // 2])


class Moody:
    """One point fewer every other time."""

    times = 0

    def __call__(self, target: Target) -> Known:
        self.times += 1
        return target.known(target.rows()[self.times % 2 :])


PEOPLE = [[(0, 1), (0, 2), (0, 3)], [(0, 4), (0, 5)]]


def test_the_laws_catch_who_invents_forgets_or_throws_dice():
    known = Knowledge(2)
    with pytest.raises(AssertionError):
        assert_known_is_true(adversary_of(a_neighbours_point), PEOPLE, (0,), known)
    with pytest.raises(AssertionError):
        assert_more_is_more(adversary_of(the_last_points), PEOPLE, (0,), known, Knowledge(5))
    with pytest.raises(AssertionError):
        assert_seeded(adversary_of(Moody()), PEOPLE, (0,), known)
