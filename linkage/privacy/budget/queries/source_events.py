"""How many events each source had: a person's events count up to `most` in each."""

import numpy as np

from linkage.privacy.budget.bounding import asked, clamped_sum
from linkage.privacy.budget.contributions import Contributions, Domain
from linkage.privacy.budget.query import Query
from linkage.privacy.budget.question import Question
from linkage.privacy.rows import Ints


def _labels(question: Question, _domain: Domain) -> tuple[str, ...]:
    return question.sources


def _tally(question: Question, domain: Domain, rows: Contributions) -> Ints:
    rows = asked(question, domain, rows)
    each = [rows.source == domain.sources.index(source) for source in question.sources]
    sums = [clamped_sum(rows.person[of], rows.events[of], question.most) for of in each]
    return np.array(sums, np.int64)


def _l2_squared(question: Question, _domain: Domain) -> int:
    return len(question.sources) * question.most**2


QUERY = Query(
    name="source_events",
    question="How many events did each source have?",
    unit="events",
    bound="`most` events of a person in each source",
    labels=_labels,
    tally=_tally,
    l2_squared=_l2_squared,
    uses=("most",),
    axes="source",
)
