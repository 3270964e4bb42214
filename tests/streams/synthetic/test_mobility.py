"""Where people are: home at night, at work by day, elsewhere again and again."""

import numpy as np
import pytest

from streams.synthetic.mobility import RING, Mobility
from streams.synthetic.places import attraction, distance, nearby, reach, width_of
from streams.synthetic.population import Population, make_population

PEOPLE = 5_000
POPULATION = make_population(PEOPLE, seed=2)


def movers(seed: int, population: Population = POPULATION) -> Mobility:
    return Mobility(population, seed, 0, 0, len(population))


def days(seed: int, hours: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return cell, whether at home and whether at work, by hour and person."""
    mobility = movers(seed)
    out = []
    for block in range(hours):
        mobility.step(block)
        out.append((mobility.cell.copy(), mobility.at_home.copy(), mobility.at_work.copy()))
    cells, home, work = zip(*out, strict=True)
    return np.array(cells), np.array(home), np.array(work)


def test_nights_are_at_home_and_working_hours_are_not() -> None:
    _, home, _ = days(1, 24)
    at = home.mean(axis=1)
    assert at[3] > 0.9
    assert at[13] < 0.45
    assert at[3] > at[20] > at[13]


def test_weekends_are_without_work() -> None:
    _, _, work = days(1, 24 * 7)
    by_day = work.reshape(7, 24, -1).mean(axis=(1, 2))
    assert (by_day[:5] > 0.1).all()
    assert (by_day[5:] == 0).all()


def test_all_are_on_the_plane_and_those_at_home_or_work_are_there() -> None:
    mobility = movers(1)
    moved = POPULATION.life.moved
    for block in range(60):
        mobility.step(block)
        assert mobility.cell.min() >= 0
        assert mobility.cell.max() < POPULATION.cells
        assert not (mobility.at_home & mobility.at_work).any()
        lives = np.where(moved < (block + 1) * 3_600_000, POPULATION.home, POPULATION.former)
        home, work = mobility.at_home, mobility.at_work
        assert (mobility.cell[home] == lives[home]).all()
        assert (mobility.cell[work] == mobility.work[work]).all()
        employed = work & (POPULATION.employer >= 0)
        offices = POPULATION.businesses.cell[POPULATION.employer[employed]]
        assert (mobility.cell[employed] == offices).all()
    assert (moved < 60 * 3_600_000).any()


def test_people_return_to_where_they_were_rather_than_explore() -> None:
    cells, home, work = days(1, 24 * 10)
    away = np.where(home | work, -1, cells)
    went = np.diff(away, axis=0, prepend=-1) != 0
    visits = (went & (away >= 0)).sum(axis=0)
    distinct = np.array([len(set(person) - {-1}) for person in away.T])
    busy = visits >= 20
    assert busy.sum() > PEOPLE / 4
    assert 0.1 < (distinct[busy] / visits[busy]).mean() < 0.5


def test_six_in_ten_of_those_who_are_out_stay_and_more_where_they_return_to() -> None:
    cells, home, work = days(1, 24)
    out = ~home & ~work
    still = [
        (cells[hour] == cells[hour - 1])[out[hour] & out[hour - 1]].mean() for hour in range(19, 23)
    ]
    assert 0.6 < np.mean(still) < 0.95


def test_some_are_out_much_more_than_others() -> None:
    _, home, work = days(1, 24 * 5)
    out = np.sort((~home & ~work).mean(axis=0))
    low, high = out[: PEOPLE // 3].mean(), out[-PEOPLE // 3 :].mean()
    assert high > 4 * low


def test_a_seed_moves_people_the_same_way_and_another_does_not() -> None:
    a, b, c = (days(seed, 20)[0] for seed in (1, 1, 2))
    assert (a == b).all()
    assert not (a == c).all()


def test_a_shard_is_moved_alike_whoever_else_there_is() -> None:
    low, high = 1_000, 2_000
    alone, again = (Mobility(POPULATION, 3, 7, low, high) for _ in range(2))
    for block in range(5):
        alone.step(block)
    movers(3).step(0)
    for block in range(5):
        again.step(block)
    assert (alone.cell == again.cell).all()
    assert len(alone.cell) == high - low


@pytest.mark.parametrize("people", [1, 2, 7])
def test_a_hamlet_has_one_place(people: int) -> None:
    mobility = movers(1, make_population(people, seed=4))
    for block in range(RING + 24):
        mobility.step(block)
        assert mobility.cell.tolist() == [0] * people


def test_reach_falls_with_the_square_of_the_distance() -> None:
    cells, seed = 900, 5
    reached, draws, width = reach(cells, seed), attraction(cells, seed), width_of(cells)
    middle = width // 2 * width + width // 2
    far = distance(np.array([middle]), np.arange(cells), width)
    pull = np.where(far > 0, draws / np.maximum(far, 1) ** 2, 0)
    expected = pull / pull.sum() * reached.shape[1]
    found = np.bincount(reached[middle], minlength=cells)
    assert found.sum() == reached.shape[1]
    assert np.abs(found - expected).max() < 1  # a systematic sample is never further off
    assert (reached != np.arange(cells)[:, None]).all()


def test_what_is_nearby_lies_in_the_reach_if_anything_does() -> None:
    cells, seed = 400, 6
    reached, at = reach(cells, seed), np.repeat(np.arange(cells), 20)
    everywhere = np.arange(cells)[::-1].copy()
    found = everywhere[nearby(np.random.default_rng(1), at, everywhere, reached)]
    assert all(there in reached[here] for here, there in zip(at, found, strict=True))
    one = nearby(np.random.default_rng(1), at, np.array([17]), reached)
    assert (one == 0).all()
