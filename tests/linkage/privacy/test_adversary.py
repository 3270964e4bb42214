import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.adversary import Knowledge, draw, known
from linkage.privacy.points import PointIndex

POINTS = st.dictionaries(
    st.integers(0, 2), st.lists(st.integers(1, 2**64 - 1), max_size=12), max_size=3
)


def knowledge(points, per_source=False):
    return Knowledge(points, per_source, "hour x cell", "test")


@given(POINTS, st.integers(0, 5), st.integers(0, 9), st.booleans())
def test_draws_without_replacement_from_what_the_person_has(held, p, person, per_source):
    got = known(held, 3, person, knowledge(p, per_source))
    everything = {point for points in held.values() for point in points}
    assert set(got) <= everything
    if not per_source:
        rows = {(source, point) for source, points in held.items() for point in points}
        assert len(got) == min(p, len(rows))
        return
    assert len(got) == sum(min(p, len(set(points))) for points in held.values())


@given(st.sets(st.integers(1, 2**64 - 1), min_size=1), st.integers(1, 2**64 - 1))
def test_one_point_more_displaces_at_most_one(points, extra):
    before = set(known({0: list(points)}, 1, 7, knowledge(4)))
    after = set(known({0: [*points, extra]}, 1, 7, knowledge(4)))
    assert len(before - after) <= 1
    assert after <= before | {extra}


def test_people_and_seeds_draw_differently_and_each_point_is_equally_likely():
    points = list(range(1, 11))
    draws = [known({0: points}, 1, person, knowledge(3)) for person in range(4000)]
    counts = np.bincount(np.array(draws).ravel(), minlength=11)[1:]
    # Binomial(4000, .3): six standard errors are 174.
    assert np.abs(counts - 1200).max() < 174
    assert known({0: points}, 1, 5, knowledge(3)) != known({0: points}, 2, 5, knowledge(3))


def test_one_draw_for_many_is_each_ones_own_draw():
    random = np.random.default_rng(4)
    person = random.integers(0, 30, 400)
    source = random.integers(0, 3, 400).astype(np.uint8)
    point = random.integers(1, 40, 400).astype(np.uint64) * 3 + source
    index = PointIndex(seed=9, sample=12)
    index.add(person, source, point, np.ones(400, dtype=np.int8))
    targets = index.targets()
    for sources in ((0,), (1, 2), (0, 1, 2)):
        for how in (knowledge(4), knowledge(2, per_source=True)):
            drawn = draw(index.profiles(targets), sources, how)
            for number, target in enumerate(targets.tolist()):
                held = {s: p for s, p in index.points_of(target).items() if s in sources}
                assert sorted(drawn.point[drawn.owner == number].tolist()) == sorted(
                    known(held, 9, target, how)
                )
