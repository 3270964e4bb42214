"""Laws of every query in the catalogue, dropped-in ones included."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.errors import CatalogueError
from linkage.privacy.budget.bounding import asked
from linkage.privacy.budget.contributions import Contributions, Domain
from linkage.privacy.budget.query import Query, load_queries
from linkage.privacy.budget.question import Question
from linkage.privacy.rows import Ints
from tests.linkage.privacy.budget.query_worlds import (
    DOMAIN,
    PERSON,
    WORLDS,
    Row,
    question_to,
    questions,
    rows,
)

QUERIES = load_queries()
EVERY = pytest.mark.parametrize("query", QUERIES.values(), ids=list(QUERIES))
USES = ("most", "hours", "side", "k")

DROPPED = '''"""How many rows there are: a person counts with one of theirs."""
import numpy as np

from linkage.privacy.budget.bounding import asked
from linkage.privacy.budget.query import Query

def _tally(question, domain, rows):
    return np.array([len(set(asked(question, domain, rows).person.tolist()))], np.int64)

QUERY = Query(
    name="anybody",
    question="How many people were there?",
    unit="people",
    bound="1",
    labels=lambda question, domain: ("people",),
    tally=_tally,
    l2_squared=lambda question, domain: 1,
)
'''


def tally(query: Query, question: Question, world: list[Row]) -> Ints:
    return query.tally(question, DOMAIN, rows(world))


def moved(query: Query, question: Question, world: list[Row], person: int) -> int:
    """Return the square of how far this person moves the vector."""
    without = [row for row in world if row[0] != person]
    change = tally(query, question, world) - tally(query, question, without)
    assert (change >= 0).all(), "a person adds to counts and takes nothing from others"
    return int((change**2).sum())


def assert_explains_itself(query: Query) -> None:
    assert query.question.endswith("?")
    assert query.unit and query.bound
    assert set(query.uses) <= set(USES)


def assert_bounded(query: Query, question: Question, world: list[Row], person: int) -> None:
    assert moved(query, question, world, person) <= query.l2_squared(question, DOMAIN)


def assert_shaped(query: Query, question: Question, world: list[Row]) -> None:
    labels = query.labels(question, DOMAIN)
    found = tally(query, question, world)
    assert len(set(labels)) == len(labels) == len(found)
    assert found.dtype == np.int64 and (found >= 0).all()
    squared = query.l2_squared(question, DOMAIN)
    assert type(squared) is int and squared >= 1


def assert_told_is_released(query: Query, question: Question, values: list[int]) -> None:
    """What is told are some of the noisy values, as they are."""
    released = dict(zip(query.labels(question, DOMAIN), values, strict=False))
    assert query.tell(question, released, 3.0).items() <= released.items()


@EVERY
def test_it_explains_itself(query: Query) -> None:
    assert_explains_itself(query)


@EVERY
@given(data=st.data(), world=WORLDS, person=PERSON)
@settings(max_examples=40, deadline=None)
def test_one_person_moves_it_no_further_than_it_says(
    query: Query, data: st.DataObject, world: list[Row], person: int
) -> None:
    question = data.draw(questions(query))
    assert_bounded(query, question, world, person)
    assert_shaped(query, question, world)


@EVERY
@pytest.mark.parametrize("most", [1, 2, 4])
@pytest.mark.parametrize("many", [1, 2, 3])
def test_somebody_moves_it_as_far_as_it_says(query: Query, most: int, many: int) -> None:
    """Among people who were everywhere all the time, and people of one place, somebody does."""
    worlds = [
        [(7, s, b, p, 5) for s in range(3) for b in range(6) for p in range(10)],
        [(7, s, 1, 4, 9) for s in range(3)],
    ]
    for sources in combinations(DOMAIN.sources, many):
        question = question_to(query, most=most, sources=sources, hours=2, side=2)
        reached = max(moved(query, question, world, 7) for world in worlds)
        none = not query.labels(question, DOMAIN)
        assert reached == query.l2_squared(question, DOMAIN) or (none and reached == 0)


@EVERY
@given(data=st.data(), world=WORLDS)
@settings(max_examples=40, deadline=None)
def test_order_and_split_of_rows_do_not_matter(
    query: Query, data: st.DataObject, world: list[Row]
) -> None:
    """An event more of a row is the same as a row more; and rows may come in any order."""
    question = data.draw(questions(query))
    split = [
        (*row[:4], part) for row in world for part in ((1, row[4] - 1) if row[4] > 1 else (row[4],))
    ]
    Random(data.draw(st.integers(0, 9))).shuffle(split)
    assert tally(query, question, split).tolist() == tally(query, question, world).tolist()


@EVERY
@given(data=st.data(), world=WORLDS)
@settings(max_examples=40, deadline=None)
def test_only_the_sources_and_blocks_asked_about_count(
    query: Query, data: st.DataObject, world: list[Row]
) -> None:
    question = data.draw(questions(query))
    codes = {DOMAIN.sources.index(source) for source in question.sources}
    kept = [r for r in world if r[1] in codes and question.first <= r[2] <= question.last]
    assert tally(query, question, kept).tolist() == tally(query, question, world).tolist()


@EVERY
@given(data=st.data(), world=WORLDS)
@settings(max_examples=40, deadline=None)
def test_people_add_up(query: Query, data: st.DataObject, world: list[Row]) -> None:
    """Nobody's part depends on who else is there: the tally is the sum of everybody's own."""
    question = data.draw(questions(query))
    everybody = {row[0] for row in world}
    alone = [tally(query, question, [r for r in world if r[0] == p]) for p in sorted(everybody)]
    nobody = tally(query, question, [])
    assert not nobody.any()
    assert tally(query, question, world).tolist() == sum(alone, nobody).tolist()


@EVERY
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_labels_look_at_the_question_and_the_domain_alone(
    query: Query, data: st.DataObject
) -> None:
    question = data.draw(questions(query))
    again = replace(DOMAIN, sources=tuple(DOMAIN.sources))
    assert query.labels(question, DOMAIN) == query.labels(question, again)
    values = data.draw(st.lists(st.integers(-50, 200), min_size=1, max_size=200))
    assert_told_is_released(query, question, values)


@EVERY
def test_what_it_does_not_use_changes_nothing(query: Query) -> None:
    usual = question_to(query)
    world = [(p, p % 3, p % 6, p % 10, 1 + p % 4) for p in range(60)] * 2
    for field in set(USES) - set(query.uses):
        other = Question(**{**{f: getattr(usual, f) for f in usual.__struct_fields__}, field: 3})
        assert query.labels(other, DOMAIN) == query.labels(usual, DOMAIN)
        assert query.l2_squared(other, DOMAIN) == query.l2_squared(usual, DOMAIN)
        assert tally(query, other, world).tolist() == tally(query, usual, world).tolist()


def test_a_new_file_is_a_new_query(tmp_path: Path) -> None:
    (tmp_path / "anybody.py").write_text(DROPPED)
    anybody = load_queries(tmp_path, "dropped_queries")["anybody"]
    world = [(1, 0, 0, 4, 2), (1, 1, 1, 4, 2), (2, 0, 0, 4, 2)]
    question = question_to(anybody)
    assert tally(anybody, question, world).tolist() == [2]
    assert_explains_itself(anybody)
    assert_bounded(anybody, question, world, 1)
    assert_shaped(anybody, question, world)


def test_a_constant_of_the_wrong_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "nobody.py").write_text(DROPPED)
    with pytest.raises(CatalogueError, match=r"QUERY\.name is 'anybody'"):
        load_queries(tmp_path, "misnamed_queries")


Tally = Callable[[Question, Domain, Contributions], Ints]


def test_the_laws_catch_a_count_of_rows_and_a_choice_by_rank() -> None:
    def by_rows(question: Question, domain: Domain, found: Contributions) -> Ints:
        return np.array([len(asked(question, domain, found))], np.int64)

    def by_place(question: Question, domain: Domain, found: Contributions) -> Ints:
        """Everybody's choice moves with how many people there are."""
        ranks = np.unique(found.person, return_inverse=True)[1]
        shifted = replace(found, person=ranks + 10 * len(set(found.person.tolist())))
        return QUERIES["cell_people"].tally(question, domain, shifted)

    people = [(p, 0, 0, place, 1) for p in range(8) for place in range(1, 9)]
    many, chosen = question_to(QUERIES["total_events"]), question_to(QUERIES["cell_people"])
    with pytest.raises(AssertionError):
        assert_bounded(replace(QUERIES["total_events"], tally=by_rows), many, people, 1)
    with pytest.raises(AssertionError):
        assert_bounded(replace(QUERIES["cell_people"], tally=by_place), chosen, people, 1)
