import numpy as np

from linkage.privacy.budget.bounding import asked
from linkage.privacy.budget.contributions import Contributions
from linkage.privacy.budget.query import load_queries
from tests.linkage.privacy.budget.query_worlds import DOMAIN, question_to, rows

WORLD = [(1, 0, 0, 4, 2), (2, 1, 3, 5, 1), (3, 2, 5, 0, 7)]


def listed(found: Contributions) -> list[tuple[int, ...]]:
    columns = (found.person, found.source, found.block, found.place, found.events)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_rows_are_taken_by_number_and_by_mask() -> None:
    world = rows(WORLD)
    assert len(world) == 3
    assert listed(world.take(np.array([2, 0]))) == [WORLD[2], WORLD[0]]
    assert listed(world.take(np.array([False, True, False]))) == [WORLD[1]]


def test_asked_are_the_rows_of_a_questions_sources_and_blocks() -> None:
    query = load_queries()["total_events"]
    question = question_to(query, sources=("internet", "bank"), first=3, last=5)
    assert listed(asked(question, DOMAIN, rows(WORLD))) == WORLD[1:]
    assert listed(asked(question_to(query), DOMAIN, rows(WORLD))) == WORLD
    assert listed(asked(question_to(query, last=4), DOMAIN, rows(WORLD))) == WORLD[:2]
