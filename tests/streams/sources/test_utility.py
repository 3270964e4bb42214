"""One contract for each household; its meter reports at home, whoever is there."""

from collections import defaultdict

import numpy as np
import pytest

from streams.events import HOUR
from streams.sources.utility import EVERY
from tests.streams.sources.seen import Seen, clean_world, seen, whereabouts

WORLD = clean_world("utility", people=4_000, days=2)
PEOPLE = WORLD.population


@pytest.fixture(scope="module")
def readings() -> list[Seen]:
    return [e for e in seen(WORLD) if e.kind == "read"]


def holders() -> dict[str, int]:
    return {t.account: t.holder - 1 for t in WORLD.ground_truth().tenancies}


def test_a_household_has_one_contract_and_its_first_member_holds_it() -> None:
    held = list(holders().values())
    households = int(PEOPLE.household.max()) + 1
    assert all(PEOPLE.first[row] == row for row in held)
    assert abs(len(set(held)) / households - 0.97) < 0.02
    assert len(held) - len(set(held)) < 0.02 * households, "only who got a new contract has two"


def test_a_meter_reports_on_its_own_schedule(readings: list[Seen]) -> None:
    hours = defaultdict(list)
    for e in readings:
        hours[e.subject].append(e.block)
    assert all(len({h % EVERY for h in found}) == 1 for found in hours.values())
    assert all(len(set(found)) == len(found) for found in hours.values())
    phases = np.bincount([found[0] % EVERY for found in hours.values()], minlength=EVERY)
    assert phases.min() > 0.8 * len(hours) / EVERY
    whole = [
        t.account
        for t in WORLD.ground_truth().tenancies
        if t.start < 24 * HOUR and (t.until is None or t.until > 48 * HOUR)
    ]
    assert all(sum(h >= 24 for h in hours[account]) == 24 // EVERY for account in whole)
    assert len(whole) > 1_000


def test_the_place_is_the_home_even_while_the_holder_is_out(readings: list[Seen]) -> None:
    where, holder = list(whereabouts(WORLD)), holders()
    out = moved = 0
    for e in readings:
        now, row = where[e.block], holder[e.subject]
        assert e.cell == now.home[row]
        out += not now.at_home[row] and now.cell[row] != e.cell
        moved += e.cell != PEOPLE.former[row]
    assert out > 500
    assert moved > 5


def test_whoever_is_behind_a_reading_is_of_the_household_and_at_home_if_possible(
    readings: list[Seen],
) -> None:
    where, holder = list(whereabouts(WORLD)), holders()
    others = 0
    for e in readings:
        row = holder[e.subject]
        assert PEOPLE.household[e.row] == PEOPLE.household[row]
        assert e.row == row or where[e.block].at_home[e.row]
        others += e.row != row
    assert others > 1_000


def test_more_is_used_in_the_evening_and_by_more_people_at_home(readings: list[Seen]) -> None:
    where = list(whereabouts(WORLD))
    by_hour, by_present = defaultdict(list), defaultdict(list)
    for e in readings:
        first, size = PEOPLE.first[e.row], PEOPLE.size[e.row]
        used = e.payload["watt_hours"]
        by_hour[e.block % 24].append(used)
        if e.block % 24 in range(18, 22):
            by_present[int(where[e.block].at_home[first : first + size].sum())].append(used)
    mean = {hour: float(np.mean(used)) for hour, used in by_hour.items()}
    assert mean[20] > 1.7 * mean[3]
    assert mean[20] > 1.5 * mean[13]
    crowd = [float(np.mean(by_present[n])) for n in range(4)]
    assert crowd == sorted(crowd)
    assert crowd[0] == pytest.approx(90, rel=0.1)
