"""Who is in which group, by hand; and what is said of groups adds up to what is said of all."""

import numpy as np
import pytest

from linkage.privacy.metric import load_metrics
from linkage.records import Identity, Record
from streams.cases import Case, cases_of
from streams.risk.groups import groups_report
from streams.risk.membership import groupings, households, later_holders
from streams.risk.more_tables import groups_text
from streams.risk.views import views_report
from streams.stages.tenancy import Tenancy
from tests.streams.risk.ran import KNOWS, POINTS, Ran

HOME, OTHER = "a1-s1-h1", "a2-s2-h2"
PEOPLE = [
    Identity(1, Record(surname="wang", given="fang", birth="1950-01-05", address=HOME)),
    Identity(2, Record(surname="wang", given="fang", birth="2010-01-06", address=HOME)),
    Identity(3, Record(surname="wang", given="fang", birth="2010-01-03", address=HOME)),
    Identity(4, Record(surname="li", given="wei", birth="1990-06-01", address=OTHER)),
    Identity(5, Record(surname="li", given=None, birth=None, address=None)),
]


def case(source: str, account: str, start: int, status="linked", person: int | None = 1) -> Case:
    return Case((source, account, start), Tenancy(start, status, person, 9.0, None, 9.0, 0), ())


def of(name: str, people=(1, 2, 3, 4, 5, 6), cases=()) -> list[str | None]:
    found = groupings(np.array(people), PEOPLE, cases)
    (one,) = (grouping for grouping in found if grouping.name == name)
    return [None if code < 0 else one.labels[code] for code in one.code.tolist()]


def test_ages_on_the_first_day_of_the_stream() -> None:
    assert of("age") == ["65 or older", "below 16", "16 to 29", "30 to 44", None, None]


def test_who_shares_an_address_and_a_name() -> None:
    assert of("at the address") == ["three"] * 3 + ["alone", None, None]
    assert of("address") == ["shared with others"] * 3 + ["nobody else there", None, None]
    namesakes = ["two to four of it"] * 3 + ["nobody else of the name", None, None]
    assert of("namesakes") == namesakes
    assert of("namesakes", (2,)) == ["two to four of it"]  # of the registry, not of those asked


def test_who_has_a_number_that_others_had_before() -> None:
    cases = [
        case("phone", "n1", 50, person=2),
        case("phone", "n1", 10, person=1),
        case("bank", "n1", 60, person=3),  # another source's account of the same name
        case("phone", "n2", 5, status="unlinked", person=None),
        case("phone", "n2", 9, person=4),
        case("phone", "n3", 5, person=1),
        case("phone", "n3", 7, status="review", person=5),
    ]
    assert later_holders(cases) == later_holders(cases[::-1]) == {2, 4}
    assert of("numbers", (1, 2, 4), cases) == [
        "first holders only",
        "a number others had before",
        "a number others had before",
    ]


def test_households_are_addresses() -> None:
    found = households(np.array([1, 2, 3, 4, 5, 6]), PEOPLE).tolist()
    assert found[0] == found[1] == found[2]
    assert len(set(found)) == 4


@pytest.fixture(scope="module")
def said(hard: Ran):
    people, identities = hard.stand.person, list(hard.world.identities())
    by = groupings(people, identities, cases_of(hard.store))
    household = households(people, identities)
    return groups_report("a test", hard.stand, by, household, POINTS, KNOWS)


def test_groups_add_up_to_the_figure_of_everybody(hard: Ran, said) -> None:
    found = views_report("a test", hard.stand, load_metrics(), POINTS, KNOWS)
    whole = found.views[len(hard.stand.free) - 1]
    assert said.view == whole.view
    assert [one.figure for one in said.figures] == [
        *("identified_share", "unicity", "correct_identification", "misidentification")
    ]
    for figure in said.figures:
        for groups in figure.groups.values():
            for one in groups:
                n, others = one.here.n, one.others.n
                total = (one.here.value * n + one.others.value * others) / (n + others)
                assert total == pytest.approx(whole.figures[figure.figure].value, abs=1e-12)
                assert one.difference.low <= one.difference.value <= one.difference.high
                estimand = "sample" if figure.figure == "unicity" else "population"
                assert one.here.estimand == estimand


def test_joins_are_counted(hard: Ran, said) -> None:
    assert sum(share.value for share in said.needed.values()) == pytest.approx(1.0)
    alone = {one.view: one.alone.value for one in said.singled}
    for context in hard.stand.contexts(POINTS, KNOWS):
        if context.view.purpose is None:
            counted = context.histogram.sizes(context.number).get(1, 0)
            assert alone[context.view.name] == pytest.approx(counted / len(hard.stand.person))


def test_words(said) -> None:
    text = groups_text(said)
    assert "nobody is named, ranked or scored" in text
    assert "misidentification, against the full trace" in text
    assert "first holders only" in text
    assert not any(f"person {n}" in text for n in range(20))
