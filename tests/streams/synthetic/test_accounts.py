"""Who holds which account: as many as the source says, one holder at a time."""

import numpy as np

from streams.events import HOUR
from streams.source import load_sources
from streams.synthetic.accounts import EARLY, OPENING, open_accounts
from streams.synthetic.chance import chance
from streams.synthetic.emission import DAY_RHYTHM, Hour
from streams.synthetic.mobility import Mobility
from streams.synthetic.population import NEVER, make_population

POPULATION = make_population(5_000, seed=1)
PHONE = load_sources()["phone"]
ACCOUNTS = open_accounts("phone", PHONE.emit, POPULATION, seed=1, hours=48)


def test_adults_hold_as_many_as_the_source_says() -> None:
    mean = sum(n * p for n, p in enumerate(PHONE.emit.holdings))
    assert abs(len(ACCOUNTS) / POPULATION.holds().sum() - mean) < 0.05
    assert POPULATION.holds()[ACCOUNTS.holder].all()
    assert POPULATION.holds()[ACCOUNTS.described].all()


def test_the_first_sim_is_the_number_that_other_forms_give() -> None:
    first = ACCOUNTS.number < len(POPULATION)
    current = first & (ACCOUNTS.slot == np.arange(len(ACCOUNTS)))
    assert (ACCOUNTS.number[current] == ACCOUNTS.holder[current]).all()


def test_most_open_early_and_some_over_the_run() -> None:
    early = (ACCOUNTS.opened < OPENING * HOUR).mean()
    assert EARLY < early < 0.97
    assert (ACCOUNTS.opened > 40 * HOUR).any()
    assert (ACCOUNTS.opened < 48 * HOUR).all()


def test_a_recycled_number_is_closed_before_it_is_somebody_elses() -> None:
    again = np.flatnonzero(ACCOUNTS.slot != np.arange(len(ACCOUNTS)))
    old = ACCOUNTS.slot[again]
    assert len(again) == round(PHONE.emit.recycled * (len(ACCOUNTS) - len(again)))
    assert (ACCOUNTS.number[again] == ACCOUNTS.number[old]).all()
    assert (ACCOUNTS.holder[again] != ACCOUNTS.holder[old]).all()
    assert (ACCOUNTS.closed[old] < ACCOUNTS.opened[again]).all()
    assert (np.delete(ACCOUNTS.closed, old) == NEVER).all()


def test_nothing_happens_before_an_account_is_open_or_after_it_is_closed() -> None:
    for block in (1, 7, 20, 30, 40):
        hour = Hour(block, chance(1, "t"), POPULATION, ACCOUNTS, Mobility(POPULATION, 1))
        rows, times = hour.happen(5_000.0)
        assert len(rows) > 10_000
        assert (times > ACCOUNTS.opened[rows]).all()
        assert (times < ACCOUNTS.closed[rows]).all()
        assert (times // HOUR == block).all()


def test_it_happens_as_often_as_asked() -> None:
    hour = Hour(30, chance(1, "t"), POPULATION, ACCOUNTS, Mobility(POPULATION, 1))
    rows, _ = hour.happen(50.0)
    wanted = 50.0 * len(POPULATION) * DAY_RHYTHM[6] / sum(DAY_RHYTHM)
    assert abs(len(rows) / wanted - 1) < 0.05
