"""People: households, names and ID numbers as designed, the same for a seed."""

from collections import Counter
from dataclasses import fields

import numpy as np
import pytest
from stdnum.iso7064 import mod_11_2

from linkage.records import Record
from streams.synthetic.life import NEVER
from streams.synthetic.names import GIVEN_NAMES, SURNAMES
from streams.synthetic.particulars import records
from streams.synthetic.population import (
    PEOPLE_PER_CELL,
    SHARD,
    TODAY,
    Population,
    make_population,
)

PEOPLE = 20_000


@pytest.fixture(scope="module")
def population() -> Population:
    return make_population(PEOPLE, seed=3)


@pytest.fixture(scope="module")
def known(population: Population) -> list[Record]:
    return records(population, np.arange(PEOPLE), 0)


def test_everybody_has_an_id_number_of_their_own_that_says_birth_and_sex(
    known: list[Record],
) -> None:
    for record in known[::4]:
        number = record.id_number
        assert number and record.birth
        assert mod_11_2.is_valid(number)
        assert number[6:14] == record.birth.replace("-", "")
        assert int(number[16]) % 2 == (record.sex == "M")
    assert len({record.id_number for record in known}) == PEOPLE


def test_a_renewed_id_number_is_again_nobody_elses(population: Population) -> None:
    renewed = population.life.renewed < NEVER
    assert renewed.sum() > 50
    before = records(population, np.arange(PEOPLE), 0)
    after = records(population, np.arange(PEOPLE), NEVER - 1)
    changed = [a.id_number != b.id_number for a, b in zip(after, before, strict=True)]
    assert changed == renewed.tolist()
    assert len({r.id_number for r in [*before, *after]}) == PEOPLE + renewed.sum()


def test_households_are_rows_in_a_row_of_one_to_six_who_live_together(
    population: Population,
) -> None:
    sizes = np.bincount(population.household)
    assert set(sizes) == {1, 2, 3, 4, 5, 6}
    assert (population.size == sizes[population.household]).all()
    assert (population.household[population.first] == population.household).all()
    assert (np.diff(population.household) >= 0).all()
    for cells in (population.home, population.former, population.life.moved):
        assert (cells[population.first] == cells).all()


def test_couples_are_two_grown_ups_of_either_sex_and_children_are_younger(
    population: Population,
) -> None:
    age = (TODAY - population.born) / 365.25
    partner = np.flatnonzero(population.partner)
    lead = population.first[partner]
    assert (partner == lead + 1).all()
    assert (population.male[partner] != population.male[lead]).all()
    assert np.minimum(age[partner], age[lead]).min() >= 18
    child = np.flatnonzero(age < 18)
    assert (age[population.first[child]] - age[child]).min() > 19.9
    assert (population.surname[child] == population.surname[population.first[child]]).all()


def test_mates_are_the_others_of_the_household(population: Population) -> None:
    rows = np.arange(PEOPLE)
    for shift in range(6):
        mates = population.mates(rows, np.full(PEOPLE, shift))
        assert (population.household[mates] == population.household).all()
        assert ((mates != rows) == (population.size > 1)).all()


def test_shards_never_part_a_household() -> None:
    population = make_population(2 * SHARD + 5, seed=1)
    edges = population.shards()
    assert [low for low, _ in edges] == [0, *(high for _, high in edges[:-1])]
    assert edges[-1][1] == len(population)
    for number, (low, high) in enumerate(edges):
        assert (population.shard()[low:high] == number).all()
        assert population.first[low] == low


def test_names_are_as_common_as_zipf_mandelbrot_says(population: Population) -> None:
    top, second = np.sort(np.bincount(population.surname))[::-1][:2] / PEOPLE
    assert 0.06 < top < 0.08
    assert second < top
    assert (len(set(SURNAMES)), len(set(GIVEN_NAMES))) == (400, 4000)


def test_namesakes_are_told_apart_by_birth_date(known: list[Record]) -> None:
    names = Counter((r.surname, r.given) for r in known)
    births = Counter((r.surname, r.given, r.birth) for r in known)
    assert 0.6 < sum(c == 1 for c in names.values()) / PEOPLE < 0.9
    assert sum(c == 1 for c in births.values()) / PEOPLE > 0.999


def test_cells_hold_about_230_people(population: Population) -> None:
    assert abs(PEOPLE / population.cells - PEOPLE_PER_CELL) < 5
    assert np.bincount(population.former, minlength=population.cells).min() > 0


def test_some_move_and_their_address_changes_then(population: Population) -> None:
    movers = np.flatnonzero(population.life.moved < NEVER)
    assert 0 < len(movers) < PEOPLE
    row = movers[:1]
    time = int(population.life.moved[row[0]])
    before, then, later = (records(population, row, t)[0].address for t in (0, time, NEVER - 1))
    assert before == records(population, row, time - 1)[0].address
    assert before != then
    assert then == later


def test_children_hold_no_accounts_and_give_no_phone(
    population: Population, known: list[Record]
) -> None:
    for record, holds in zip(known, population.holds().tolist(), strict=True):
        assert (record.phone is not None) == holds


def test_businesses_have_a_place_owners_and_workers(population: Population) -> None:
    businesses = population.businesses
    assert len(businesses) == PEOPLE // 25
    assert set(businesses.cell.tolist()) <= set(range(population.cells))
    assert (businesses.shareholders[:, 0] == businesses.representative).all()
    assert population.holds()[businesses.shareholders].all()
    works = population.employer >= 0
    assert not works[~population.holds()].any()
    assert abs(works[population.holds()].mean() - 0.65) < 0.01
    assert population.employer.max() < len(businesses)


def test_a_seed_makes_the_same_people_and_another_does_not(population: Population) -> None:
    again, other = make_population(PEOPLE, seed=3), make_population(PEOPLE, seed=4)
    for field in fields(Population):
        one, two = getattr(population, field.name), getattr(again, field.name)
        if isinstance(one, np.ndarray):
            assert (one == two).all(), field.name
    assert not (population.given == other.given).all()


@pytest.mark.parametrize("people", [1, 2, 3, 10])
def test_a_hamlet_has_everything(people: int) -> None:
    population = make_population(people, seed=5)
    assert len(population) == len(records(population, np.arange(people), 0)) == people
    assert population.cells == 1
