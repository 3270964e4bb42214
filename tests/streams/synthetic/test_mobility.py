"""Where people are: home at night, at work by day, elsewhere again and again."""

import numpy as np

from streams.synthetic.mobility import Mobility
from streams.synthetic.population import make_population

POPULATION = make_population(5_000, seed=2)


def days(seed: int, hours: int) -> list[tuple[np.ndarray, float]]:
    mobility = Mobility(POPULATION, seed)
    out = []
    for block in range(hours):
        mobility.step(block)
        out.append((mobility.cell.copy(), float(mobility.at_home.mean())))
    return out


def test_nights_are_at_home_and_working_hours_are_not() -> None:
    hours = days(1, 24)
    assert hours[3][1] > 0.95
    assert hours[13][1] < 0.55
    assert hours[3][1] > hours[20][1] > hours[13][1]


def test_all_are_somewhere_on_the_grid_and_those_at_home_are_at_home() -> None:
    mobility = Mobility(POPULATION, 1)
    for block in range(30):
        mobility.step(block)
        assert mobility.cell.min() >= 0
        assert mobility.cell.max() < POPULATION.cells
        home = mobility.at_home
        assert (mobility.cell[home] == POPULATION.home[home]).all()


def test_people_return_to_where_they_were_rather_than_explore() -> None:
    cells = np.array([cell for cell, _ in days(1, 24 * 10)])
    distinct = np.mean([len(set(person)) for person in cells.T])
    away = (cells != POPULATION.home).sum(axis=0).mean()
    assert 3 < distinct < away / 3


def test_half_of_those_who_are_out_stay_where_they_are() -> None:
    mobility = Mobility(POPULATION, 1)
    stayed = []
    for block in range(24):
        before, was_out = mobility.cell.copy(), ~mobility.at_home
        mobility.step(block)
        if 18 <= block < 23:  # nobody goes to work any more
            still_out = was_out & ~mobility.at_home
            stayed.append((mobility.cell == before)[still_out].mean())
    assert 0.6 < np.mean(stayed) < 0.95


def test_a_seed_moves_people_the_same_way_and_another_does_not() -> None:
    a, b, c = (np.array([cell for cell, _ in days(seed, 20)]) for seed in (1, 1, 2))
    assert (a == b).all()
    assert not (a == c).all()
