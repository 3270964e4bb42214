"""Companies: one entry each, a new representative takes the number over, owners are named."""

from collections import defaultdict

import pytest

from streams.events import HOUR
from streams.sources.enterprise import RETURNS
from streams.synthetic.businesses import SHAREHOLDERS
from streams.synthetic.identifiers.checks import check_mod_31
from tests.streams.sources.seen import Seen, clean_world, seen

DAYS = 21
WORLD = clean_world("enterprise", people=5_000, days=DAYS)
PEOPLE = WORLD.population
FIRMS = PEOPLE.businesses


@pytest.fixture(scope="module")
def events() -> list[Seen]:
    return seen(WORLD)


def tenancies() -> dict[str, list[tuple[int, int]]]:
    """Return start and representative (row) of each company's entries, in order."""
    found = defaultdict(list)
    for t in WORLD.ground_truth().tenancies:
        found[t.account].append((t.start, t.holder - 1))
    return {account: sorted(entries) for account, entries in found.items()}


def test_every_business_is_entered_with_its_representative() -> None:
    firsts = [entries[0][1] for entries in tenancies().values()]
    assert sorted(firsts) == sorted(FIRMS.representative.tolist())


def test_codes_have_a_right_check_character() -> None:
    assert all(check_mod_31(code[:17]) == code[17] for code in tenancies())


def test_a_new_representative_takes_over_the_same_number(events: list[Seen]) -> None:
    changed = {code: entries for code, entries in tenancies().items() if len(entries) > 1}
    assert 4 <= len(changed) < 0.2 * len(FIRMS)
    for code, ((begin, old), (start, new), *_) in changed.items():
        assert old != new
        filed = [e for e in events if e.kind == "filed" and e.subject == code]
        assert {(e.payload["opened"], e.row) for e in filed} == {(begin, old), (start, new)}
        assert len({e.payload["capital"] for e in filed}) == 1
        again = [e for e in events if e.kind == "stake" and e.subject == code and e.time > start]
        if start < (DAYS - 1) * 24 * HOUR:
            assert len(again) == SHAREHOLDERS


def test_owners_are_the_shareholders_by_the_number_they_have_then(events: list[Seen]) -> None:
    known = {i.record.id_number: i.person - 1 for i in WORLD.identities()}
    renewed = {row for row in range(len(PEOPLE)) if PEOPLE.life.renewed[row] < DAYS * 24 * HOUR}
    firm = {code: entries[0][1] for code, entries in tenancies().items()}
    owners = {tuple(row): set(row) for row in FIRMS.shareholders.tolist()}
    stakes = defaultdict(list)
    for e in events:
        if e.kind == "stake":
            stakes[e.subject].append(e)
    named = 0
    for code, entered in stakes.items():
        rows = {known.get(e.payload["owner"], -1) for e in entered} - {-1}
        fits = [of for of in owners.values() if firm[code] in of and rows <= of]
        assert fits, code
        named += len(rows)
        first = [e.payload["percent"] for e in entered[:SHAREHOLDERS]]
        assert len(first) < SHAREHOLDERS or 97 <= sum(first) <= 100
    assert named > 0.9 * SHAREHOLDERS * len(stakes) - len(renewed)


def test_returns_are_filed_in_office_hours_from_the_office(events: list[Seen]) -> None:
    reports = [e for e in events if e.kind == "report"]
    assert {e.block % 24 for e in reports} == set(range(8, 18))
    assert {e.block // 24 % 7 for e in reports} == set(range(5))
    cells = defaultdict(set)
    for e in reports:
        cells[e.subject].add(e.cell)
    assert all(len(found) == 1 for found in cells.values())
    offices = {cell for found in cells.values() for cell in found}
    assert offices <= set(FIRMS.cell.tolist())
    assert len(offices) > 5
    assert len(reports) == pytest.approx(8 * DAYS / 30.44 * len(FIRMS), rel=0.15)


def test_a_turnover_goes_with_the_capital(events: list[Seen]) -> None:
    capital = {e.subject: e.payload["capital"] for e in events if e.kind == "filed"}
    reports = [e for e in events if e.kind == "report" and capital[e.subject] > 100]
    ratios = sorted(e.payload["turnover"] / capital[e.subject] for e in reports)
    assert 0.3 < ratios[len(ratios) // 2] < 0.45
    assert {e.payload["form"] for e in reports} == set(RETURNS)
