"""How many people were in each square of cells in each window of hours.

A person counts in `most` of these classes, drawn by lot from theirs. Labels are a window's first
block and a square's first cell. Places that are no cells of the plane are left out, and so are all
places of sources whose places are no cells.
"""

import numpy as np

from linkage.privacy.budget.bounding import asked, bounded, people_per_label
from linkage.privacy.budget.contributions import Contributions, Domain
from linkage.privacy.budget.query import Query
from linkage.privacy.budget.question import Question
from linkage.privacy.budget.squares import seen_squares, square_of, window_of, windows
from linkage.privacy.rows import Ints


def _labels(question: Question, domain: Domain) -> tuple[str, ...]:
    where = seen_squares(question, domain)
    return tuple(f"{when}/{cell}" for when in windows(question) for cell in where)


def _tally(question: Question, domain: Domain, rows: Contributions) -> Ints:
    rows = asked(question, domain, rows)
    square, many = square_of(question, domain, rows), len(seen_squares(question, domain))
    label = np.where(square < 0, -1, window_of(question, rows) * many + square)
    classes = len(windows(question)) * many
    return people_per_label(rows.person, label, classes, question.most)


def _l2_squared(question: Question, domain: Domain) -> int:
    return bounded(question.most, len(windows(question)) * len(seen_squares(question, domain)))


QUERY = Query(
    name="cell_hours",
    question="How many people were in each square of cells in each window of hours?",
    unit="people",
    bound="1 in each of `most` squares and windows",
    labels=_labels,
    tally=_tally,
    l2_squared=_l2_squared,
    uses=("most", "hours", "side"),
    axes="from block / cell",
)
