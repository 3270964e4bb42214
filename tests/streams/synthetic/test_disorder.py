"""Every rate of the disorder is realised: within 10 % at a million events."""

from collections.abc import Callable

import numpy as np
import pytest

from streams.events import HOUR
from streams.synthetic.chance import Dice, mix
from streams.synthetic.disorder import IN_ORDER, TYPICAL_DISORDER, Disorder

N = 1_000_000
D = TYPICAL_DISORDER
WORDS: Dice = mix(np.arange(N, dtype=np.uint64))
LAGS = D.lags(WORDS)
FILING = D.filing(WORDS)
TWICE, SAME, AFTER = D.twice(WORDS)
FIXED, WITHDRAWN, DELAY = D.fixed(WORDS)
MINUTE = HOUR / 60

REALISED: dict[str, tuple[Callable[[], float], float]] = {
    # The network's own delay is over after five seconds, but for one event in 200,000.
    "late": (lambda: float((LAGS > 5_200).mean()), D.late * np.exp(-5_000 / D.late_mean)),
    # Of the rest that is late by minutes one in e**12 is late by two hours.
    "by_hours": (
        lambda: float((LAGS > 2 * HOUR).mean()),
        D.by_hours * np.exp(-2 * HOUR / D.by_hours_mean),
    ),
    "paper": (lambda: float((FILING > 0).mean()), D.paper),
    "paper_mean": (lambda: float(FILING[FILING > 0].mean()), D.paper_mean),
    "duplicates": (lambda: len(TWICE) / N, D.duplicates),
    "same_id": (lambda: float(SAME.mean()), D.same_id),
    "copies come after": (lambda: float(AFTER.mean()), MINUTE),
    "corrections": (lambda: float((~WITHDRAWN).sum()) / N, D.corrections),
    "retractions": (lambda: float(WITHDRAWN.sum()) / N, D.retractions),
    "fix_mean": (lambda: float(DELAY.mean()), D.fix_mean),
    "network_mean": (lambda: float(np.median(LAGS) - 200) / np.log(2), D.network_mean),
}


@pytest.mark.parametrize("rate", REALISED)
def test_a_rate_is_realised_within_ten_percent(rate: str) -> None:
    realised, stated = REALISED[rate]
    assert abs(realised() / stated - 1) < 0.1


def test_rates_are_independent_of_each_other() -> None:
    late = LAGS > 5_200
    both = float(late[TWICE].mean()), float(late[FIXED].mean())
    assert all(abs(share / float(late.mean()) - 1) < 0.25 for share in both)


def test_what_happens_to_an_event_depends_on_it_alone() -> None:
    some = np.random.default_rng(1).permutation(N)[:5_000]
    assert (D.lags(WORDS[some]) == LAGS[some]).all()
    rows, same, after = D.twice(WORDS[some])
    place = {int(row): at for at, row in enumerate(TWICE)}
    assert [int(some[row]) in place for row in rows] == [True] * len(rows)
    assert [SAME[place[int(some[row])]] for row in rows] == same.tolist()
    assert [AFTER[place[int(some[row])]] for row in rows] == after.tolist()


@pytest.mark.parametrize("rate", [0.0, 0.5, 1.0, 2.5])
def test_outages_come_so_often_a_day_and_last_so_long(rate: float) -> None:
    disorder = Disorder(outages=rate)
    days = 2_000
    found = [o for day in range(days) for o in disorder.outages_of(7, "bank", day)]
    assert abs(len(found) / days - rate) < 0.05
    assert {o.end - o.begin for o in found} <= {disorder.outage}
    assert all(o.end <= (o.begin // (24 * HOUR) + 1) * 24 * HOUR for o in found)
    assert found == sorted(found)


def test_an_outage_holds_back_what_would_have_come_and_nothing_else() -> None:
    outages = D.outages_of(7, "bank", 0)
    begin, end = outages[0]
    arrivals = np.arange(N, dtype=np.int64) * (24 * HOUR // N)
    inside = (arrivals >= begin) & (arrivals < end)
    held = D.held_back(arrivals.copy(), WORDS, outages)
    assert (held[~inside] == arrivals[~inside]).all()
    assert ((held[inside] >= end) & (held[inside] < end + D.drain)).all()
    assert abs(inside.mean() / (D.outage / (24 * HOUR)) - 1) < 0.1


def test_clocks_go_wrong_by_no_more_than_stated_and_never_ahead_of_delivery() -> None:
    skews = [D.skew(seed, "bank") for seed in range(300)]
    assert min(skews) >= -D.slowest_clock
    assert max(skews) <= 200
    assert len(set(skews)) > 250
    assert len({D.skew(7, source) for source in ("phone", "bank", "internet")}) == 3


def test_a_stream_in_order_has_no_disorder() -> None:
    assert IN_ORDER.lags(WORDS).max() < 5_200
    assert not IN_ORDER.filing(WORDS).any()
    assert not len(IN_ORDER.twice(WORDS)[0])
    assert not len(IN_ORDER.fixed(WORDS)[0])
    assert IN_ORDER.outages_of(7, "bank", 0) == []
    assert IN_ORDER.skew(7, "bank") == 0
