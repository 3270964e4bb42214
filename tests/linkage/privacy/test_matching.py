import numpy as np
import pytest

from linkage.privacy.adversary import Known
from linkage.privacy.matching import suspects
from linkage.privacy.points import PointIndex


def test_a_large_random_world_against_sets():
    random = np.random.default_rng(2)
    person, point = random.integers(0, 500, 8000), random.integers(1, 60, 8000)
    index = PointIndex()
    zero = np.zeros(8000, dtype=np.uint8)
    index.add(person, zero, point.astype(np.uint64), np.ones(8000, dtype=np.int8))
    people = np.arange(0, 500, 5)
    owner = np.repeat(np.arange(100), 4)
    wanted = np.concatenate([random.choice(59, 4, replace=False) + 1 for _ in people])
    got = suspects(index.lookup(), Known(people, owner, wanted.astype(np.uint64)))
    carried = {n: set(point[person == n].tolist()) for n in range(500)}
    for number, target in enumerate(people.tolist()):
        mine = set(wanted[4 * number : 4 * number + 4].tolist())
        overlap = {n: len(mine & points) for n, points in carried.items()}
        best = {n for n, k in overlap.items() if k == max(overlap.values())}
        assert got.size[number] == (len(best) if target in best else 0)
        found = set(got.person[got.owner == number].tolist())
        assert found == best


def test_nobody_known_and_numbers_out_of_range():
    index = PointIndex()
    none = Known(np.array([1, 2]), np.empty(0, np.int64), np.empty(0, np.uint64))
    assert suspects(index.lookup(), none).size.tolist() == [0, 0]
    one = np.array([1], dtype=np.uint64)
    index.add(np.array([2**40]), np.zeros(1, np.uint8), one, np.ones(1, np.int8))
    with pytest.raises(ValueError, match="2\\*\\*40"):
        suspects(index.lookup(), Known(np.array([2**40]), np.array([0]), one))
