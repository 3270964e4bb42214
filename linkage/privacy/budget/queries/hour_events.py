"""How many events there were in each window of hours: the rhythm of a day.

A person's events count up to `most` over all windows; which windows come first is drawn by lot.
"""

from linkage.privacy.budget.bounding import asked, events_per_label
from linkage.privacy.budget.contributions import Contributions, Domain
from linkage.privacy.budget.query import Query
from linkage.privacy.budget.question import Question
from linkage.privacy.budget.squares import window_of, windows
from linkage.privacy.rows import Ints


def _labels(question: Question, _domain: Domain) -> tuple[str, ...]:
    return windows(question)


def _tally(question: Question, domain: Domain, rows: Contributions) -> Ints:
    rows = asked(question, domain, rows)
    many = len(windows(question))
    label = window_of(question, rows)
    return events_per_label(rows.person, label, rows.events, many, question.most)


def _l2_squared(question: Question, _domain: Domain) -> int:
    # The worst is a person all of whose events are in one window.
    return question.most**2


QUERY = Query(
    name="hour_events",
    question="How many events were there in each window of hours?",
    unit="events",
    bound="`most` events of a person over all windows",
    labels=_labels,
    tally=_tally,
    l2_squared=_l2_squared,
    uses=("most", "hours"),
    axes="from block",
)
