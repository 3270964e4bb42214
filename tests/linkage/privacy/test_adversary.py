import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.adversary import Knowledge, Target, load_adversaries
from linkage.privacy.points import PointIndex, shuffled

POINTS = st.dictionaries(
    st.integers(0, 2), st.lists(st.integers(1, 2**64 - 1), max_size=12), max_size=3
)


ADVERSARIES = load_adversaries()


def draw(profiles, sources, points, per_source=False, index=None, seed=3):
    adversary = ADVERSARIES["points_per_source" if per_source else "points"]
    lookup = (index or PointIndex()).lookup()
    return adversary.draw(Target(profiles, tuple(sources), lookup, Knowledge(points), seed))


def known(held, seed, person, points, per_source=False):
    """What is known of one person who holds these points by source."""
    rows = [(source, point) for source, points in held.items() for point in set(points)]
    profiles = shuffled(
        seed,
        np.array([person], dtype=np.int64),
        np.zeros(len(rows), dtype=np.int64),
        np.array([source for source, _ in rows], dtype=np.uint8),
        np.array([point for _, point in rows], dtype=np.uint64),
    )
    return tuple(draw(profiles, list(held), points, per_source, seed=seed).point.tolist())


@given(POINTS, st.integers(1, 5), st.integers(0, 9), st.booleans())
def test_draws_without_replacement_from_what_the_person_has(held, p, person, per_source):
    got = known(held, 3, person, p, per_source)
    everything = {point for points in held.values() for point in points}
    assert set(got) <= everything
    if not per_source:
        rows = {(source, point) for source, points in held.items() for point in points}
        assert len(got) == min(p, len(rows))
        return
    assert len(got) == sum(min(p, len(set(points))) for points in held.values())


@given(st.sets(st.integers(1, 2**64 - 1), min_size=1), st.integers(1, 2**64 - 1))
def test_one_point_more_displaces_at_most_one(points, extra):
    before = set(known({0: list(points)}, 1, 7, 4))
    after = set(known({0: [*points, extra]}, 1, 7, 4))
    assert len(before - after) <= 1
    assert after <= before | {extra}


def test_people_and_seeds_draw_differently_and_each_point_is_equally_likely():
    points = list(range(1, 11))
    draws = [known({0: points}, 1, person, 3) for person in range(4000)]
    counts = np.bincount(np.array(draws).ravel(), minlength=11)[1:]
    # Binomial(4000, .3): six standard errors are 174.
    assert np.abs(counts - 1200).max() < 174
    assert known({0: points}, 1, 5, 3) != known({0: points}, 2, 5, 3)


def test_one_draw_for_many_is_each_ones_own_draw():
    random = np.random.default_rng(4)
    person = random.integers(0, 30, 400)
    source = random.integers(0, 3, 400).astype(np.uint8)
    point = random.integers(1, 40, 400).astype(np.uint64) * 3 + source
    index = PointIndex(seed=9, sample=12)
    index.add(person, source, point, np.ones(400, dtype=np.int8))
    targets = index.targets()
    for sources in ((0,), (1, 2), (0, 1, 2)):
        for how in ((4, False), (2, True)):
            drawn = draw(index.profiles(targets), sources, *how, index=index)
            for number, target in enumerate(targets.tolist()):
                held = {s: p for s, p in index.points_of(target).items() if s in sources}
                assert sorted(drawn.point[drawn.owner == number].tolist()) == sorted(
                    known(held, 9, target, *how)
                )
