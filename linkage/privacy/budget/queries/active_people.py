"""How many people each source saw: a person counts once in each source."""

import numpy as np

from linkage.privacy.budget.bounding import asked, people_per_label
from linkage.privacy.budget.contributions import Contributions, Domain
from linkage.privacy.budget.query import Query
from linkage.privacy.budget.question import Question
from linkage.privacy.rows import Ints


def _labels(question: Question, _domain: Domain) -> tuple[str, ...]:
    return question.sources


def _tally(question: Question, domain: Domain, rows: Contributions) -> Ints:
    rows = asked(question, domain, rows)
    number = np.zeros(len(domain.sources), np.int64)
    number[[domain.sources.index(source) for source in question.sources]] = range(
        len(question.sources)
    )
    many = len(question.sources)
    return people_per_label(rows.person, number[rows.source], many, most=many)


def _l2_squared(question: Question, _domain: Domain) -> int:
    return len(question.sources)


QUERY = Query(
    name="active_people",
    question="How many different people did each source see?",
    unit="people",
    bound="1 in each source",
    labels=_labels,
    tally=_tally,
    l2_squared=_l2_squared,
    axes="source",
)
