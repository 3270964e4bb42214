"""Disparities of groups: by hand, as laws, and how often their intervals hold what is true."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import RiskError
from linkage.privacy.groups import Grouping, added, disparities, sampled_disparities

LABELS = ("young", "old", "nobody")
PEOPLE = st.lists(
    st.tuples(st.integers(-1, 1), st.floats(0, 1, width=32), st.integers(0, 4)), min_size=1
)


def columns(people):
    code, values, unit = zip(*people, strict=True)
    return np.array(code, np.int64), np.array(values, np.float64), np.array(unit, np.int64)


def of(code, values, unit, seed=1):
    """The disparities of values that depend on nobody else."""
    figure = added(lambda rows: {"it": values[rows]}, unit, seed)["it"]
    return disparities(Grouping("age", LABELS, code), figure)


def test_by_hand() -> None:
    code = np.array([0, 0, 0, 0, 1, 1, -1, -1])
    values = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    young, old = of(code, values, np.arange(8))
    assert (young.group, young.here.value, young.others.value) == ("young", 0.75, 0.25)
    assert (old.group, old.here.value, old.others.value) == ("old", 0.0, 4 / 6)
    assert (young.people, young.here.n, young.others.n, young.difference.n) == (4, 4, 4, 8)
    assert young.difference.value == 0.5
    assert {one.estimand for one in (young.here, young.others, young.difference)} == {"population"}


def test_a_household_that_acts_as_one_tells_as_much_as_one_person() -> None:
    values = np.repeat([1.0, 0.0, 1.0, 0.0], 5)
    code = np.zeros(20, np.int64)
    (together,) = of(code, values, np.repeat(np.arange(4), 5))
    (apart,) = of(code, values, np.arange(20))
    assert together.here.high - together.here.low > 1.5 * (apart.here.high - apart.here.low)


@given(people=PEOPLE)
def test_the_group_and_everybody_else_make_the_whole(people) -> None:
    code, values, unit = columns(people)
    for one in of(code, values, unit):
        n, others = one.here.n, one.others.n
        assert n == one.people > 0 and n + others == len(people)
        total = n * one.here.value + others * one.others.value
        assert total == pytest.approx(float(values.sum()), abs=1e-9)
        assert one.difference.value == one.here.value - one.others.value
        for each in (one.here, one.others):
            assert 0.0 <= each.low <= each.value <= each.high <= 1.0
        assert -1.0 <= one.difference.low <= one.difference.value <= one.difference.high <= 1.0


@given(people=PEOPLE, seed=st.integers(0, 99))
def test_the_order_of_people_does_not_matter(people, seed) -> None:
    order = np.random.default_rng(seed).permutation(len(people))
    code, values, unit = columns(people)
    found, again = of(code, values, unit), of(code[order], values[order], unit[order])
    for one, other in zip(found, again, strict=True):
        assert one.group == other.group
        assert one.difference.value == pytest.approx(other.difference.value, abs=1e-12)
        assert one.difference.high == pytest.approx(other.difference.high, abs=1e-6)


def test_each_household_is_left_out_once_and_whole() -> None:
    unit = np.repeat(np.arange(70), 3)
    seen = []

    def adds(rows):
        seen.append(rows)
        return {"it": np.ones(len(rows))}

    added(adds, unit, 5)
    whole, *parts = seen
    assert len(whole) == 210 and len(parts) == 30
    gone = [np.setdiff1d(whole, rows) for rows in parts]
    assert sorted(np.concatenate(gone).tolist()) == whole.tolist()
    assert all(len(rows) % 3 == 0 and len(np.unique(unit[rows])) == len(rows) // 3 for rows in gone)


def test_a_sample_is_of_this_world() -> None:
    """Of 100 young and 100 old, ten of each are attacked: eight and two are hit."""
    grouping = Grouping("age", LABELS, np.repeat([0, 1], 100))
    rows = np.concatenate((np.arange(10), np.arange(100, 110)))
    hit = np.array([True] * 8 + [False] * 2 + [True] * 2 + [False] * 8)
    young, old = sampled_disparities(grouping, rows, hit)
    assert (young.here.value, young.others.value, young.here.n, young.people) == (0.8, 0.2, 10, 100)
    assert young.here.estimand == young.difference.estimand == "sample"
    assert young.difference.value == pytest.approx(0.6) == -old.difference.value
    assert 0 < young.difference.low < 0.6 < young.difference.high < 1
    everybody = sampled_disparities(grouping, np.arange(200), np.arange(200) < 100)
    assert [(one.difference.low, one.difference.high) for one in everybody] == [(1, 1), (-1, -1)]
    nobody, _ = sampled_disparities(grouping, rows[10:], hit[10:])
    assert (nobody.here.n, nobody.here.low, nobody.here.high) == (0, 0.0, 1.0)


def test_everybody_in_one_group_leaves_nobody_to_compare_with() -> None:
    (one,) = of(np.zeros(3, np.int64), np.ones(3), np.arange(3))
    assert (one.others.n, one.others.low, one.others.high) == (0, 0.0, 1.0)
    assert one.difference.low <= 0.0  # nothing can be said
    assert of(np.array([], np.int64), np.ones(0), np.ones(0, np.int64)) == ()


def test_one_household_tells_nothing_of_others() -> None:
    (one,) = of(np.zeros(2, np.int64), np.ones(2), np.zeros(2, np.int64))
    assert (one.here.value, one.here.low, one.here.high) == (1.0, 0.0, 1.0)


def test_what_does_not_fit_is_refused_by_name() -> None:
    with pytest.raises(RiskError, match="grouping age: code 3 has no label; needs -1"):
        Grouping("age", LABELS, np.array([0, 3]))
    with pytest.raises(RiskError, match="grouping age: 2 codes for 3 people"):
        of(np.array([0, 1]), np.ones(3), np.arange(3))


def world(rng: np.random.Generator, households: int, rare: bool):
    """People of two groups, of whom the second is singled out more often; it may be a small one.

    Whether somebody is alone depends on everybody: on who else has the same of 2,400 looks, and
    those who live together look nearly the same.
    """
    unit = np.repeat(np.arange(households), rng.integers(1, 4, households))
    share = (0.03, 0.1) if rare else (0.2, 0.7)
    chance = np.where(rng.random(households) < 0.5, *share)[unit]
    code = (rng.random(len(unit)) < chance).astype(np.int64)
    home = rng.integers(0, 60, households)[unit]
    look = home * 40 + rng.integers(0, np.where(code == 0, 4, 40))
    return Grouping("group", LABELS[:2], code), look, unit


def covered(worlds: int, households: int, rare: bool) -> float:
    """How often the interval of a disparity holds its mean over all worlds."""
    rng = np.random.default_rng(11)
    found = []
    for seed in range(worlds):
        grouping, look, unit = world(rng, households, rare)

        def alone(rows, look=look):
            return {"alone": (np.bincount(look[rows])[look[rows]] == 1).astype(np.float64)}

        each = disparities(grouping, added(alone, unit, seed)["alone"])
        found += [one.difference for one in each if one.group == "old"]
    true = float(np.mean([one.value for one in found]))
    assert true > 0.3
    return float(np.mean([one.low <= true <= one.high for one in found]))


@pytest.mark.parametrize("rare", [False, True])
def test_intervals_of_disparities_hold_what_is_true_of_the_population(rare: bool) -> None:
    assert covered(60, 150, rare) >= 0.93


@pytest.mark.prove
@pytest.mark.parametrize("rare", [False, True])
@pytest.mark.parametrize("households", [150, 600])
def test_they_do_so_at_least_as_often_as_they_say(households: int, rare: bool) -> None:
    assert covered(2_000, households, rare) >= 0.965
