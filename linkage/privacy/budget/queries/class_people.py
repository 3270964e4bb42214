"""How many different people each class has: a source, a window of hours and a square of cells.

A person counts in `most` classes, drawn by lot from theirs. Labels are the source, the window's
first block and the square's first cell. Places that are no cells of the plane are a class of their
own, `elsewhere`; it is the only one of sources whose places are no cells.
"""

import numpy as np

from linkage.privacy.budget.bounding import asked, bounded, people_per_label
from linkage.privacy.budget.contributions import Contributions, Domain
from linkage.privacy.budget.query import Query
from linkage.privacy.budget.question import Question
from linkage.privacy.budget.squares import square_of, squares, window_of, windows
from linkage.privacy.rows import Ints

ELSEWHERE = "elsewhere"


def _places(question: Question, domain: Domain, source: str) -> tuple[str, ...]:
    """Return the squares in which a source may see somebody; what is no cell comes last."""
    cells = () if source in domain.apart else squares(domain, question.side).labels
    return (*cells, ELSEWHERE)


def _labels(question: Question, domain: Domain) -> tuple[str, ...]:
    return tuple(
        f"{source}/{when}/{place}"
        for source in question.sources
        for when in windows(question)
        for place in _places(question, domain, source)
    )


def _tally(question: Question, domain: Domain, rows: Contributions) -> Ints:
    rows = asked(question, domain, rows)
    many, start = np.zeros((2, len(domain.sources)), np.int64)
    classes = 0
    for source in question.sources:
        code = domain.sources.index(source)
        many[code], start[code] = len(_places(question, domain, source)), classes
        classes += int(many[code]) * len(windows(question))
    square, width = square_of(question, domain, rows), many[rows.source]
    place = np.where(square < 0, width - 1, square)
    label = start[rows.source] + window_of(question, rows) * width + place
    return people_per_label(rows.person, label, classes, question.most)


def _l2_squared(question: Question, domain: Domain) -> int:
    places = sum(len(_places(question, domain, source)) for source in question.sources)
    return bounded(question.most, places * len(windows(question)))


QUERY = Query(
    name="class_people",
    question="How many different people does each class of source, window and square have?",
    unit="people",
    bound="1 in each of `most` classes",
    labels=_labels,
    tally=_tally,
    l2_squared=_l2_squared,
    uses=("most", "hours", "side"),
    axes="source / from block / cell",
)
