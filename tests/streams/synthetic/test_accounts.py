"""Who holds which account: as many as the source says, one holder at a time."""

import numpy as np
import pytest

from streams.events import HOUR
from streams.source import load_sources
from streams.synthetic.accounts import EARLY, OPENING, open_accounts
from streams.synthetic.chance import chance
from streams.synthetic.corruption.errors import CLEAN, HARD
from streams.synthetic.emission import DAY_RHYTHM, Accounts, Hour, Roster
from streams.synthetic.life import NEVER, TYPICAL_RATES
from streams.synthetic.lottery import lottery
from streams.synthetic.mobility import Mobility
from streams.synthetic.population import make_population

PEOPLE = 20_000
POPULATION = make_population(PEOPLE, seed=1)
SOURCES = load_sources()
PHONE = SOURCES["phone"].emit


def opened(name: str, seed: int = 1) -> Accounts:
    return open_accounts(name, SOURCES[name].emit, POPULATION, TYPICAL_RATES, HARD, seed)


ACCOUNTS = opened("phone")
ROWS = np.arange(len(ACCOUNTS))
BEGUN = (ACCOUNTS.number < 2 * PEOPLE) & (ACCOUNTS.slot == ROWS)
"""Neither a successor, which has a higher number, nor a number's second holder."""


def hour(block: int) -> Hour:
    roster = Roster(ROWS, lottery(ACCOUNTS.weight))
    mobility = Mobility(POPULATION, 1, 0, 0, PEOPLE)
    return Hour(block, chance(1, "t"), POPULATION, ACCOUNTS, roster, mobility)


@pytest.mark.parametrize("name", ["phone", "bank", "internet"])
def test_adults_hold_as_many_as_the_source_says(name: str) -> None:
    a, holdings = opened(name), SOURCES[name].emit.holdings
    begun = (a.number < 4 * PEOPLE) & (a.slot == np.arange(len(a)))
    begun &= np.arange(len(a)) < np.flatnonzero(np.diff(a.holder, append=-1) < 0)[0] + 1
    held = np.bincount(a.holder[begun], minlength=PEOPLE)[POPULATION.holds()]
    shares = np.bincount(held, minlength=len(holdings)) / len(held)
    assert shares == pytest.approx(np.array(holdings) / sum(holdings), abs=0.015)
    assert POPULATION.holds()[a.holder].all()


def test_the_first_sim_is_the_number_that_other_forms_give() -> None:
    first = BEGUN & (ACCOUNTS.number < PEOPLE)
    assert (ACCOUNTS.number[first] == ACCOUNTS.holder[first]).all()
    assert len(np.unique(ACCOUNTS.number[BEGUN])) == BEGUN.sum()


def test_most_open_early_and_some_over_the_run() -> None:
    times = ACCOUNTS.opened[BEGUN & (ACCOUNTS.opened < NEVER)]
    # Of the rest, whose wait is exponential, some open in those hours too.
    expected = EARLY + (1 - EARLY) * (1 - np.exp(-OPENING / 24))
    assert (times < OPENING * HOUR).mean() == pytest.approx(expected, abs=0.005)
    assert (times > 40 * HOUR).any()


def test_a_recycled_number_is_closed_before_it_is_somebody_elses() -> None:
    again = np.flatnonzero(ACCOUNTS.slot != ROWS)
    old = ACCOUNTS.slot[again]
    assert len(again) > 500
    assert (ACCOUNTS.number[again] == ACCOUNTS.number[old]).all()
    assert (ACCOUNTS.holder[again] != ACCOUNTS.holder[old]).all()
    assert (ACCOUNTS.closed[old] + TYPICAL_RATES.quarantine <= ACCOUNTS.opened[again]).all()
    assert len(np.unique(old)) == len(old)


def test_who_closes_an_account_opens_another_soon() -> None:
    after = np.flatnonzero(ACCOUNTS.number >= 2 * PEOPLE)
    closed = BEGUN & (ACCOUNTS.closed < NEVER)
    assert np.isin(ACCOUNTS.holder[after], ACCOUNTS.holder[closed]).all()
    first = {}
    for row in np.flatnonzero(closed).tolist():
        first.setdefault(int(ACCOUNTS.holder[row]), int(ACCOUNTS.closed[row]))
    begins = ACCOUNTS.opened[after].tolist()
    pairs = zip(ACCOUNTS.holder[after].tolist(), begins, strict=True)
    alone = np.bincount(ACCOUNTS.holder[BEGUN], minlength=PEOPLE) == 1
    waits = [begin - first[who] for who, begin in pairs if alone[who] and begin < NEVER]
    assert min(waits) >= 0
    assert np.mean(waits) == pytest.approx(HOUR, rel=0.1)


def test_the_dead_have_no_accounts() -> None:
    died = POPULATION.life.died[ACCOUNTS.holder]
    live = ACCOUNTS.opened < NEVER
    assert (ACCOUNTS.opened[live] < died[live]).all()
    assert (ACCOUNTS.closed <= died).all()


def test_some_sims_are_in_a_relatives_name_and_some_ids_borrowed() -> None:
    a = open_accounts("phone", PHONE, POPULATION, TYPICAL_RATES, CLEAN, 1)
    relative = a.described != a.holder
    assert relative.mean() == pytest.approx(PHONE.relative, rel=0.1)
    assert (
        POPULATION.household[a.described[relative]] == POPULATION.household[a.holder[relative]]
    ).all()
    assert (a.claimed == a.described).all()
    strata = np.bincount(ACCOUNTS.stratum, minlength=4) / len(ACCOUNTS)
    assert strata == pytest.approx(HARD.claimed, abs=0.015)
    borrowed = ACCOUNTS.stratum == 3
    assert (ACCOUNTS.claimed[borrowed] != ACCOUNTS.holder[borrowed]).mean() > 0.95
    whole = ACCOUNTS.claimed[borrowed] == ACCOUNTS.described[borrowed]
    assert whole.mean() == pytest.approx(0.5, abs=0.08)


def test_shared_accounts_are_used_by_two_of_a_household() -> None:
    bank = opened("bank")
    shared = bank.mate != bank.holder
    assert shared.mean() == pytest.approx(SOURCES["bank"].emit.shared, rel=0.1)
    assert (POPULATION.household[bank.mate] == POPULATION.household[bank.holder]).all()
    assert (ACCOUNTS.mate == ACCOUNTS.holder).all()


def test_weights_add_up_to_the_people() -> None:
    assert ACCOUNTS.weight[BEGUN].sum() == pytest.approx(PEOPLE)


def test_nothing_happens_before_an_account_is_open_or_after_it_is_closed() -> None:
    for block in (1, 7, 20, 30, 400):
        uses = hour(block).happen(100.0)
        rows, times = uses.account, uses.time
        assert len(rows) > 1_000
        assert (times > ACCOUNTS.opened[rows]).all()
        assert (times < ACCOUNTS.closed[rows]).all()
        assert (times // HOUR == block).all()
        assert (times < POPULATION.life.died[uses.actor]).all()


def test_it_happens_as_often_as_asked() -> None:
    uses = hour(30).happen(2_000.0)
    wanted = 2_000.0 * PEOPLE * DAY_RHYTHM[6] / sum(DAY_RHYTHM)
    assert len(uses) / wanted == pytest.approx(0.98, abs=0.03)  # some are not open yet
    busy = np.bincount(uses.actor, minlength=PEOPLE)[POPULATION.holds()]
    activity = POPULATION.activity[POPULATION.holds()]
    assert np.corrcoef(busy, activity)[0, 1] > 0.9
