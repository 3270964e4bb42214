"""People: households, names and ID numbers as designed, the same for a seed."""

from collections import Counter

import numpy as np
import pytest
from stdnum.iso7064 import mod_11_2

from streams.synthetic.names import GIVEN_NAMES, SURNAMES
from streams.synthetic.population import PEOPLE_PER_CELL, Population, make_population

PEOPLE = 20_000


@pytest.fixture(scope="module")
def population() -> Population:
    return make_population(PEOPLE, seed=3)


def test_everybody_has_an_id_number_of_their_own_that_says_birth_and_sex(
    population: Population,
) -> None:
    seen = set()
    for row in range(0, PEOPLE, 4):
        record = population.record(row)
        number = record.id_number
        assert number and record.birth
        assert mod_11_2.is_valid(number)
        assert number[6:14] == record.birth.replace("-", "")
        assert int(number[16]) % 2 == (record.sex == "M")
        seen.add(number)
    assert len(seen) == PEOPLE / 4


def test_households_are_rows_in_a_row_of_one_to_six_who_live_together(
    population: Population,
) -> None:
    sizes = np.bincount(population.household)
    assert set(sizes) == {1, 2, 3, 4, 5, 6}
    assert (population.size == sizes[population.household]).all()
    assert (population.household[population.first] == population.household).all()
    assert (population.home[population.first] == population.home).all()


def test_names_are_as_common_as_zipf_mandelbrot_says(population: Population) -> None:
    top, second = np.sort(np.bincount(population.surname))[::-1][:2] / PEOPLE
    assert 0.06 < top < 0.08
    assert second < top
    assert (len(set(SURNAMES)), len(set(GIVEN_NAMES))) == (400, 4000)


def test_namesakes_are_told_apart_by_birth_date(population: Population) -> None:
    records = [population.record(row) for row in range(PEOPLE)]
    names = Counter((r.surname, r.given) for r in records)
    births = Counter((r.surname, r.given, r.birth) for r in records)
    assert 0.6 < sum(c == 1 for c in names.values()) / PEOPLE < 0.9
    assert sum(c == 1 for c in births.values()) / PEOPLE > 0.999


def test_cells_hold_about_230_people(population: Population) -> None:
    assert abs(PEOPLE / population.cells - PEOPLE_PER_CELL) < 5
    assert np.bincount(population.home, minlength=population.cells).min() > 0


def test_some_move_and_their_address_changes_then() -> None:
    population = make_population(PEOPLE, seed=3, horizon=1000)
    moved = np.flatnonzero(population.moved >= 0)
    assert 0 < len(moved) < PEOPLE / 100
    row, time = int(moved[0]), int(population.moved[moved[0]])
    assert population.record(row, time - 1).address == population.former_address(row)
    assert population.record(row, time).address == population.address(row)


def test_children_hold_no_accounts_and_give_no_phone(population: Population) -> None:
    child = int(np.flatnonzero(~population.holds())[0])
    assert population.record(child).phone is None


def test_a_seed_makes_the_same_people_and_another_does_not(population: Population) -> None:
    rows = range(0, PEOPLE, 500)
    assert [population.record(r) for r in rows] == [
        make_population(PEOPLE, seed=3).record(r) for r in rows
    ]
    assert population.record(9) != make_population(PEOPLE, seed=4).record(9)
