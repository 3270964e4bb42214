"""Employees clock in and out where they work, and are paid once a month."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from streams.events import HOUR
from streams.sources.payroll import PAY_DAYS
from tests.streams.sources.seen import Seen, clean_world, seen, whereabouts

WORLD = clean_world("payroll", "enterprise", people=3_000, days=7)
PEOPLE = WORLD.population
DAY = 24 * HOUR


@pytest.fixture(scope="module")
def events() -> list[Seen]:
    return seen(WORLD)


def test_employees_are_grown_ups_with_an_employer() -> None:
    held = [t.holder - 1 for t in WORLD.ground_truth().tenancies if t.source == "payroll"]
    assert (PEOPLE.employer[held] >= 0).all()
    assert PEOPLE.holds()[held].all()
    share = len(set(held)) / int((PEOPLE.employer >= 0).sum())
    assert abs(share - 0.92) < 0.03


def test_the_employer_is_a_company_of_the_register_and_the_same_for_colleagues(
    events: list[Seen],
) -> None:
    companies = {e.subject for e in events if e.kind == "filed"}
    employers = defaultdict(set)
    for e in events:
        if e.kind == "hired":
            employers[int(PEOPLE.employer[e.row])].add(e.payload["employer"])
    assert all(len(codes) == 1 for codes in employers.values())
    named = {code for codes in employers.values() for code in codes}
    assert len(named) == len(employers) > 50
    assert len(named & companies) > 0.9 * len(named), "some companies are entered later"


def test_who_clocks_is_at_work_at_the_employers_cell(events: list[Seen]) -> None:
    where = list(whereabouts(WORLD))
    clocked = [e for e in events if e.kind == "clocked"]
    assert all(where[e.block].at_work[e.row] for e in clocked)
    offices = PEOPLE.businesses.cell
    assert all(e.cell == offices[PEOPLE.employer[e.row]] for e in clocked)
    assert max(e.block // 24 for e in clocked) == 4, "nobody works on the sixth and seventh day"


def test_they_come_in_the_morning_and_go_eight_hours_later(events: list[Seen]) -> None:
    hours = {"in": Counter[int](), "out": Counter[int]()}
    days = defaultdict(dict)
    for e in events:
        if e.kind == "clocked":
            way = e.payload["way"]
            hours[way][e.block % 24] += 1
            assert days[e.subject, e.block // 24].setdefault(way, e.time) == e.time
    assert hours["in"].most_common(1)[0][0] in (8, 9, 10)
    assert hours["out"].most_common(1)[0][0] in (15, 16, 17)
    spans = [d["out"] - d["in"] for d in days.values() if len(d) == 2]
    assert len(spans) > 3_000
    assert all(6 * HOUR < span < 8 * HOUR for span in spans)


def test_everybody_is_paid_once_a_month_about_the_same() -> None:
    world = clean_world("payroll", people=300, days=40)
    paid = defaultdict(list)
    for e in seen(world):
        if e.kind == "paid":
            paid[e.subject].append((e.time, e.payload["cents"]))
            assert 8 <= e.block % 24 < 18
    months = 0
    for t in world.ground_truth().tenancies:
        begins, ends = 3 * DAY, (3 + PAY_DAYS) * DAY
        if t.start < begins and (t.until is None or t.until > ends):
            assert sum(begins <= time < ends for time, _ in paid[t.account]) == 1
            months += 1
    assert months > 70
    wages = [[cents for _, cents in found] for found in paid.values() if len(found) > 1]
    assert all(max(found) < 1.3 * min(found) for found in wages)
    assert np.std([np.log(found[0]) for found in wages]) > 0.3
