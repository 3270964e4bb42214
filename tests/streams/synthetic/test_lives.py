"""A million people: their names, households and lives come out as the rates say, within a tenth."""

import numpy as np
import pytest

from streams.source import load_sources
from streams.synthetic.accounts import open_accounts
from streams.synthetic.calibration.unicity import share_alone
from streams.synthetic.corruption.errors import CLEAN
from streams.synthetic.life import EPOCH_DAYS, NEVER, TYPICAL_RATES
from streams.synthetic.names import SURNAMES
from streams.synthetic.particulars import surnames
from streams.synthetic.population import HOUSEHOLD_SIZES, TODAY, Population, make_population

PEOPLE = 1_000_000
RATES = TYPICAL_RATES
YEARS = EPOCH_DAYS / 365.25 * RATES.pace


@pytest.fixture(scope="module")
def town() -> Population:
    return make_population(PEOPLE, seed=7)


def within(rate: float) -> float:
    """The share of those to whom something of a yearly rate happens in the epoch."""
    return float(1 - np.exp(-rate * YEARS))


def test_one_in_six_has_a_name_of_their_own_and_nearly_all_with_the_birth_date(
    town: Population,
) -> None:
    assert share_alone((town.surname, town.given)) == pytest.approx(0.17, abs=0.01)
    assert share_alone((town.surname, town.given, town.born)) == pytest.approx(0.996, abs=0.001)
    assert np.bincount(town.surname).max() / PEOPLE == pytest.approx(0.07, abs=0.005)


def test_households_have_the_sizes_given(town: Population) -> None:
    sizes = np.bincount(np.bincount(town.household), minlength=7)[1:]
    assert sizes / sizes.sum() == pytest.approx(np.array(HOUSEHOLD_SIZES), rel=0.02)


def test_households_move_and_people_renew_as_often_as_said(town: Population) -> None:
    leads = town.first == np.arange(PEOPLE)
    moved = (town.life.moved[leads] < NEVER).mean()
    assert moved == pytest.approx(within(RATES.moves), rel=0.1)
    assert (town.life.renewed < NEVER).mean() == pytest.approx(within(RATES.renewals), rel=0.1)


def test_couples_marry_together_and_some_take_the_name(town: Population) -> None:
    partner = np.flatnonzero(town.partner)
    wedding = town.life.married[partner]
    assert (town.life.married[partner - 1] == wedding).all()
    assert (wedding < NEVER).mean() == pytest.approx(within(RATES.marriages), rel=0.1)
    others = np.setdiff1d(np.arange(PEOPLE), np.concatenate([partner, partner - 1]))
    assert (town.life.married[others] == NEVER).all()
    wed = partner[wedding < NEVER]
    assert town.life.renamed[wed].mean() == pytest.approx(RATES.takes_name, rel=0.1)
    assert town.life.renamed.sum() == town.life.renamed[wed].sum()


def test_who_takes_the_name_has_it_from_the_wedding_on(town: Population) -> None:
    rows = np.flatnonzero(town.life.renamed & (town.surname != town.surname[town.first]))
    assert len(rows) > 1_000
    wedding = town.life.married[rows]
    own = [SURNAMES[code] for code in town.surname[rows]]
    partners = [SURNAMES[code] for code in town.surname[rows - 1]]
    assert surnames(town, rows, wedding - 1).to_pylist() == own
    assert surnames(town, rows, wedding).to_pylist() == partners


@pytest.mark.parametrize("age", [44, 52, 60, 68, 76])
def test_deaths_double_with_every_eight_years(town: Population, age: int) -> None:
    years = (TODAY - town.born) / 365.25
    died = town.life.died[np.abs(years - age) < 2] < NEVER
    assert died.mean() == pytest.approx(within(RATES.deaths * 2 ** ((age - 60) / 8)), rel=0.1)


def test_what_comes_once_comes_evenly_over_the_epoch(town: Population) -> None:
    half = EPOCH_DAYS * 43_200_000
    for times, rate in ((town.life.moved, RATES.moves), (town.life.renewed, RATES.renewals)):
        came = times[times < NEVER]
        early = 1 - np.exp(-rate * YEARS / 2)
        assert (came < half).mean() == pytest.approx(early / within(rate), rel=0.02)


def test_sims_close_and_their_numbers_pass_to_somebody_else(town: Population) -> None:
    emit = load_sources()["phone"].emit
    a = open_accounts("phone", emit, town, RATES, CLEAN, seed=7)
    passed = np.flatnonzero(a.slot != np.arange(len(a)))
    before = a.slot[passed]
    assert (a.number[passed] == a.number[before]).all()
    assert (a.holder[passed] != a.holder[before]).all()
    assert (a.opened[passed] > a.closed[before]).all()
    assert len(np.unique(a.number)) == len(a) - len(passed)

    begun = np.flatnonzero(a.number < 2 * PEOPLE)  # successors have higher numbers
    begun = begun[a.slot[begun] == begun]
    survive = begun[town.life.died[a.holder[begun]] == NEVER]
    closes = within(emit.churn * RATES.churn)
    assert (a.closed[survive] < NEVER).mean() == pytest.approx(closes, rel=0.1)
    assert len(passed) / (closes * len(begun)) == pytest.approx(emit.recycled, rel=0.1)
    reopened = np.count_nonzero(a.number >= 2 * PEOPLE)
    assert reopened / (closes * len(begun)) == pytest.approx(emit.reopens, rel=0.1)
