"""How many events there were in all: a person's events count up to `most`."""

import numpy as np

from linkage.privacy.budget.bounding import asked, clamped_sum
from linkage.privacy.budget.contributions import Contributions, Domain
from linkage.privacy.budget.query import Query
from linkage.privacy.budget.question import Question
from linkage.privacy.rows import Ints


def _labels(_question: Question, _domain: Domain) -> tuple[str, ...]:
    return ("events",)


def _tally(question: Question, domain: Domain, rows: Contributions) -> Ints:
    rows = asked(question, domain, rows)
    return np.array([clamped_sum(rows.person, rows.events, question.most)], np.int64)


def _l2_squared(question: Question, _domain: Domain) -> int:
    return question.most**2


QUERY = Query(
    name="total_events",
    question="How many events were there, over all sources?",
    unit="events",
    bound="`most` events of a person in all",
    labels=_labels,
    tally=_tally,
    l2_squared=_l2_squared,
    uses=("most",),
    axes="in all",
)
