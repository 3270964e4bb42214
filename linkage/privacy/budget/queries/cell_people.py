"""How many different people were seen in each square of cells, over the blocks asked about.

A person counts in `most` squares, drawn by lot from theirs. Places that are no cells of the plane
are left out, and so are all places of sources whose places are no cells.
"""

from linkage.privacy.budget.bounding import asked, bounded, people_per_label
from linkage.privacy.budget.contributions import Contributions, Domain
from linkage.privacy.budget.query import Query
from linkage.privacy.budget.question import Question
from linkage.privacy.budget.squares import seen_squares, square_of
from linkage.privacy.rows import Ints


def _labels(question: Question, domain: Domain) -> tuple[str, ...]:
    return seen_squares(question, domain)


def _tally(question: Question, domain: Domain, rows: Contributions) -> Ints:
    rows = asked(question, domain, rows)
    many = len(seen_squares(question, domain))
    return people_per_label(rows.person, square_of(question, domain, rows), many, question.most)


def _l2_squared(question: Question, domain: Domain) -> int:
    return bounded(question.most, len(seen_squares(question, domain)))


QUERY = Query(
    name="cell_people",
    question="How many different people were seen in each square of cells?",
    unit="people",
    bound="1 in each of `most` squares",
    labels=_labels,
    tally=_tally,
    l2_squared=_l2_squared,
    uses=("most", "side"),
    axes="from cell",
)
